import { expect, test } from "vitest";
import { readKey } from "../../src/login/login_file.ts";
import { openData } from "../../src/server/open_data.ts";
import { listening, serverCommand } from "./process.ts";
import { basic, startTestServer, UPSERT } from "./testing.ts";

/** Kills of one server; each start costs half a second, so 100 are for whoever has time. */
const KILLS = Number(Deno.env.get("CELLAR_TEST_KILLS") ?? 12);

async function until(test: () => Promise<boolean>, seconds = 20): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!await test()) {
    if (Date.now() > deadline) throw new Error("It did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** `cellar server` in a process of its own, on a port that stays the same. */
async function startProcess(folder: string, port: number) {
  const child = new Deno.Command(Deno.execPath(), {
    ...serverCommand(folder, "--port", String(port)),
    stdout: "piped",
    stderr: "null",
  }).spawn();
  return { child, baseUrl: await listening(child) };
}

test("runs that fall silent are crashed, and resumed by what they send", async () => {
  await using server = await startTestServer({ crashAfter: 300 });
  await server.makeRun("silent");
  const state = async () => (await server.run("silent")).state;
  await until(async () => await state() === "crashed");
  await (await server.stream("silent", {})).body?.cancel();
  expect(await state()).toBe("running");
  await until(async () => await state() === "crashed");
});

test("a server that is killed at any moment has every row that it acknowledged, once", async () => {
  const folder = await Deno.makeTempDir();
  const free = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = free.addr as Deno.NetAddr;
  free.close();
  let { child, baseUrl } = await startProcess(folder, port);
  const key = (await readKey(baseUrl, { path: `${folder}/cellar/login.json` }))!;
  const headers = basic(key);
  const created = await fetch(`${baseUrl}/graphql`, {
    method: "POST",
    headers,
    body: JSON.stringify({
      query: UPSERT,
      variables: { input: { name: "killed", modelName: "proj" } },
    }),
  });
  const { name: project, entity } = (await created.json()).data.upsertBucket.bucket.project;
  const url = `${baseUrl}/files/${entity.name}/${project}/killed/file_stream`;

  const row = (i: number) => `{"_step":${i},"_timestamp":${1000 + i},"v":${i}}`;
  let acknowledged = 0;
  let ended = false;
  const client = (async () => {
    let count = 0;
    while (!ended) {
      // What was not acknowledged is sent again as it was: the server may have it already.
      count ||= 1 + Math.floor(Math.random() * 400);
      const content = Array.from({ length: count }, (_, i) => row(acknowledged + i));
      const files = { "wandb-history.jsonl": { offset: acknowledged, content } };
      try {
        const response = await fetch(url, {
          method: "POST",
          headers,
          body: JSON.stringify({ files }),
        });
        await response.body?.cancel();
        if (!response.ok) continue;
        acknowledged += count;
        count = 0;
      } catch {
        // The server is gone.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  })();
  for (let i = 0; i < KILLS; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 250));
    child.kill("SIGKILL");
    await child.status;
    ({ child } = await startProcess(folder, port));
  }
  const before = acknowledged;
  await until(() => Promise.resolve(acknowledged > before));
  ended = true;
  await client;
  child.kill("SIGTERM");
  expect((await child.status).code).toBe(0);

  const { store } = await openData(`${folder}/data`);
  const run = (await store.runs.find(entity.name, project, "killed"))!;
  const lines = await store.lines.read(run.key, "history");
  expect(lines.map(({ text }) => text)).toEqual(
    Array.from({ length: acknowledged }, (_, i) => row(i)),
  );
  const [series] = await store.series.find([run.key], "history", ["v"]);
  expect(series).toMatchObject({ count: acknowledged, last: acknowledged - 1, sorted: true });
  const { values } = await store.series.points(series!.series);
  expect(values.every((value, i) => value === i)).toBe(true);
  await store.close();
  await Deno.remove(folder, { recursive: true });
}, 60_000 + KILLS * 3000);
