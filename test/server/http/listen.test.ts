import { afterEach, expect, test } from "vitest";
import { listen, type Listener, type ListenOptions } from "../../../src/server/http/listen.ts";
import type { Answer } from "../../../src/server/http/serve_connection.ts";

let listener: Listener | undefined;
const faults: string[] = [];

afterEach(async () => {
  listener?.cut();
  await listener?.shutdown();
  listener = undefined;
  faults.length = 0;
});

function start(answer: Answer, options: Partial<ListenOptions> = {}): number {
  listener = listen(answer, {
    hostname: "127.0.0.1",
    port: 0,
    onFault: (error) => faults.push(String(error)),
    ...options,
  });
  return listener.port;
}

/** Connects, and sends a text. */
async function send(port: number, text: string): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(text));
  return connection;
}

/** What comes until the server ends the connection, or the text is in it. */
async function read(connection: Deno.TcpConn, until?: string): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024);
  let text = "";
  while (until === undefined || !text.includes(until)) {
    const size = await connection.read(buffer).catch(() => null);
    if (size === null) break;
    text += decoder.decode(buffer.subarray(0, size), { stream: true });
  }
  return text;
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

test("listen() cuts who never ends the head of a request, also of a later one, or says nothing", async () => {
  const port = start(() => new Response("well"), { limits: { firstHead: 200, nextHead: 200 } });
  const half = await send(port, "GET / HTTP/1.1\r\nHost: ");
  const silent = await send(port, "");
  const second = await send(port, GET);
  expect(await read(second, "well")).toContain("200 OK");
  await second.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: "));
  expect(await Promise.all([half, silent, second].map((connection) => read(connection))))
    .toEqual(["", "", ""]);
  for (const connection of [half, silent, second]) connection.close();
});

test("listen() cuts nobody who waits for an answer, sends a body, or comes back in time", async () => {
  const port = start(async (request) => {
    const text = await request.text();
    await sleep(700);
    return new Response(`read ${text}`);
  }, { limits: { firstHead: 200, nextHead: 60_000 } });
  const connection = await send(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab");
  await sleep(700);
  await connection.write(new TextEncoder().encode("cd"));
  expect(await read(connection, "read")).toContain("read abcd");
  await sleep(700);
  await connection.write(new TextEncoder().encode(GET));
  expect(await read(connection, "read")).toContain("200 OK");
  connection.close();
});

test("shutdown() answers what was asked, and takes no more", async () => {
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => asked = resolve);
  const port = start(async () => {
    asked();
    await sleep(300);
    return new Response("well");
  });
  const connection = await send(port, GET);
  await isAsked;
  const [text] = await Promise.all([read(connection), listener!.shutdown()]);
  expect(text).toContain("well");
  await expect(send(port, GET)).rejects.toThrow();
  connection.close();
});

test("cut() ends connections that a shutdown waits for", async () => {
  const port = start(() => new Promise(() => {}));
  const connection = await send(port, GET);
  await sleep(50);
  const down = listener!.shutdown();
  listener!.cut();
  await down;
  expect(await read(connection)).toBe("");
  connection.close();
});

test("listen() answers without limits where Deno hands no connections out, and says so", async () => {
  const port = start(() => new Response("well"), { serveConnection: null });
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("well");
  expect(faults).toEqual([expect.stringContaining("no time limit")]);
});
