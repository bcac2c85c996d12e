import { expect, test } from "vitest";
import { readKey } from "../../src/login/login_file.ts";
import { serve } from "../../src/server/mod.ts";
import { openData } from "../../src/server/open_data.ts";
import { smallDisk } from "../small_disk.ts";
import { basic, startTestServer, UPSERT } from "./testing.ts";

const row = (step: number, pad = "") => JSON.stringify({ _step: step, v: step, pad });

test("a disk that is full refuses rows so that clients try again, and keeps what it acknowledged", async (context) => {
  await using disk = await smallDisk(6_000_000);
  if (disk === null) return context.skip("mounting a file system needs root");
  const folder = disk.path;
  await Deno.writeFile(`${folder}/ballast`, new Uint8Array(3_000_000));
  const loginFile = `${folder}/login.json`;
  await using server = await serve({ port: 0, data: `${folder}/data`, loginFile, logLevel: "off" });
  const headers = basic((await readKey(server.baseUrl, { path: loginFile }))!);
  const created = await fetch(`${server.baseUrl}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({ query: UPSERT, variables: { input: { name: "r", modelName: "p" } } }),
  });
  const entity = (await created.json()).data.upsertBucket.bucket.project.entity.name;
  const send = async (offset: number) => {
    // Random, so that it does not compress away.
    const pad = () => crypto.getRandomValues(new Uint8Array(500)).toHex();
    const content = Array.from({ length: 100 }, (_, i) => row(offset + i, pad()));
    const response = await fetch(`${server.baseUrl}/files/${entity}/p/r/file_stream`, {
      method: "POST",
      headers,
      body: JSON.stringify({ files: { "wandb-history.jsonl": { offset, content } } }),
    });
    said = await response.text();
    return response.status;
  };
  let said = "";
  let sent = 0;
  let status = 200;
  while (status === 200 && sent < 20_000) {
    status = await send(sent);
    if (status === 200) sent += 100;
  }
  // What clients send again; W&B's SDK gives up at 4xx.
  expect(status).toBe(507);
  expect(said).toContain("the server's disk is full");
  await Deno.remove(`${folder}/ballast`);
  for (let i = 0; i < 5; i++) {
    expect(await send(sent)).toBe(200);
    sent += 100;
  }
  const { store } = await openData(`${folder}/data`);
  const run = (await store.runs.find(entity, "p", "r"))!;
  const lines = await store.lines.read(run.key, "history");
  expect(lines.map(({ text }) => JSON.parse(text).v)).toEqual(
    Array.from({ length: sent }, (_, i) => i),
  );
  const [v] = await store.series.find([run.key], "history", ["v"]);
  expect(v!.count).toBe(sent);
  await store.close();
});

test("requests that are doubled, cut, late and out of order end at the same rows", async () => {
  await using server = await startTestServer();
  const { key } = await server.makeRun("shaken");
  const total = 3000;
  const requests: { offset: number; content: string[] }[] = [];
  for (let offset = 0; offset < total;) {
    const count = Math.min(total - offset, 1 + Math.floor(Math.random() * 120));
    requests.push({ offset, content: Array.from({ length: count }, (_, i) => row(offset + i)) });
    offset += count;
  }
  const { hostname, port, host } = new URL(server.baseUrl);
  const cut = async (body: string) => {
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const head = [
      `POST /files/${server.user}/proj/shaken/file_stream HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: ${basic(server.key).authorization}`,
      `Content-Length: ${body.length}`,
      "",
      body.slice(0, Math.floor(Math.random() * body.length)),
    ];
    await connection.write(new TextEncoder().encode(head.join("\r\n")));
    connection.close();
  };
  const shaken = [...requests, ...requests, ...requests].sort(() => Math.random() - 0.5);
  await Promise.all(shaken.map(async (file, i) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    const body = JSON.stringify({ files: { "wandb-history.jsonl": file } });
    if (i % 4 === 0) await cut(body);
    await (await server.stream("shaken", body)).body?.cancel();
  }));
  const lines = await server.data.store.lines.read(key, "history");
  expect(lines.map(({ text }) => text)).toEqual(Array.from({ length: total }, (_, i) => row(i)));
  const [v] = await server.data.store.series.find([key], "history", ["v"]);
  expect(v).toMatchObject({ count: total, sorted: true, monotonic: true, last: total - 1 });
});
