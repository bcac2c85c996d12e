import { expect, test } from "vitest";
import { basic, startTestServer, type TestServer } from "./testing.ts";

async function send(server: TestServer, offset: number, content: string[], agent: string) {
  const files = { "wandb-history.jsonl": { offset, content } };
  const response = await fetch(`${server.baseUrl}/files/${server.user}/proj/r/file_stream`, {
    method: "POST",
    headers: { ...basic(server.key), "user-agent": agent },
    body: JSON.stringify({ files }),
  });
  await response.body?.cancel();
  expect(response.status).toBe(200);
}

async function textsOf({ data }: TestServer, run: number): Promise<string[]> {
  return (await data.store.lines.read(run, "history")).map(({ text }) => text);
}

const row = (i: number) => `{"_step":${i},"_timestamp":${1000 + i},"_runtime":${i},"v":${i}}`;
const ROWS = [row(0), row(1), row(2)];

test("file_stream keeps once what the official client appends once more, in any order of keys", async () => {
  await using server = await startTestServer();
  const { key } = await server.makeRun("r");
  await send(server, 0, ROWS, "wandb-core");
  const again = [`{"v":0,"_runtime":0,"_timestamp":1000,"_step":0}`, row(1), row(2), row(3)];
  await send(server, 3, again, "wandb-core");
  expect(await textsOf(server, key)).toEqual([...ROWS, row(3)]);
});

test("file_stream keeps a value that comes later in a row of the same step and time", async () => {
  await using server = await startTestServer();
  const { key } = await server.makeRun("r");
  const later = `{"_step":1,"_timestamp":1001,"_runtime":1,"image":{"_type":"image-file"}}`;
  for (const agent of ["wandb-core", "cellar/1"]) {
    await send(server, 0, ROWS, agent);
    await send(server, 3, [later], agent);
    expect(await textsOf(server, key)).toEqual([...ROWS, later]);
  }
});

test("file_stream keeps all lines of a client that numbers them, equal ones too", async () => {
  await using server = await startTestServer();
  const { key } = await server.makeRun("r");
  await send(server, 0, ROWS, "cellar/1");
  await send(server, 3, [row(2)], "cellar/1");
  expect(await textsOf(server, key)).toEqual([...ROWS, row(2)]);
});
