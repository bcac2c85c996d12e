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

test("file_stream closes up what wandb sync sends of a run that was there in part", async () => {
  await using server = await startTestServer();
  const { key } = await server.makeRun("r");
  await send(server, 0, ROWS, "wandb-core");
  await server.makeRun("r", { jobProgram: "/home/user/venv/bin/wandb" });
  const all = Array.from({ length: 40 }, (_, i) => row(i));
  // It counts on from what is there, and what was not answered comes once more.
  await send(server, 3, all.slice(0, 20), "wandb-core");
  for (let i = 0; i < 2; i++) await send(server, 23, all.slice(20, 39), "wandb-core");
  await send(server, 23, all.slice(20), "wandb-core");
  expect(await textsOf(server, key)).toEqual(all);
  expect((await server.run("r")).historyLines).toBe(40);
});

const ALERT = `mutation ($input: NotifyScriptableRunAlertInput!) {
  notifyScriptableRunAlert(input: $input) { success } }`;

test("an alert that wandb sync sends once more is kept once, and one that says more is kept", async () => {
  await using server = await startTestServer();
  const alert = async (text: string) => {
    const names = { entityName: server.user, projectName: "proj", runName: "r" };
    const input = { ...names, title: "Loss", text, waitDuration: 0 };
    expect((await server.graphql(ALERT, { input })).errors).toBeUndefined();
  };
  const count = async () => (await server.run("r")).alerts;
  await server.makeRun("r");
  await alert("NaN");
  await alert("NaN");
  expect(await count()).toBe(2);
  await server.makeRun("r", { jobProgram: "C:\\venv\\Scripts\\wandb.exe" });
  await alert("NaN");
  await alert("at step 7");
  await alert("at step 8");
  await alert("at step 8");
  expect(await count()).toBe(4);
  // Who goes on with the run means what it says.
  await server.makeRun("r", { jobProgram: "/home/user/train.py" });
  await alert("NaN");
  expect(await count()).toBe(5);
});
