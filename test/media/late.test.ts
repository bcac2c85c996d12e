import { describe, expect, test } from "vitest";
import { init, openRun } from "../../mod.ts";
import { readFileList } from "../record/read_file_list.ts";
import { runDirectories, runScript, spawnScript } from "../session/script.ts";
import { removeInUse, tempDir } from "../temp.ts";

const parent = tempDir();

function newDir(): string {
  return Deno.makeTempDirSync({ dir: parent });
}

/** Whether every file that a row refers to is there, whole. */
function expectFiles(directory: string): void {
  const listed = readFileList(directory);
  for (
    const [, path] of Deno.readTextFileSync(`${directory}/history.jsonl`)
      .matchAll(/"path":"([^"]+)"/g)
  ) {
    expect(listed.get(path!)?.size).toBe(Deno.statSync(`${directory}/files/${path}`).size);
  }
}

const IMAGES = `
const pixels = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => i * 31);
const image = () => new cellar.Image(pixels, { shape: [64, 64, 3] });`;

describe("media that the background makes", () => {
  test("log() writes the row at once, and the value when its file is there", async () => {
    const { Html } = await import("../../mod.ts");
    const run = await init({ dir: newDir(), settings: { quiet: true } });
    run.log({ loss: 1, page: new Html("x") });
    const history = `${run.directory}/history.jsonl`;
    expect(Deno.readTextFileSync(history)).toContain('"loss":1,"page":{"_type":"pending"');
    run.log({ loss: 2 });
    await run.finish();
    const lines = Deno.readTextFileSync(history).trim().split("\n").map((line) => JSON.parse(line));
    expect(lines.map(({ _step }) => _step)).toEqual([0, 1, 0]);
    expect(lines[2].page._type).toBe("html-file");
    // A reader that only merges lines by their step is right, too.
    expect(lines[2]).toMatchObject({
      _timestamp: lines[0]._timestamp,
      _runtime: lines[0]._runtime,
    });
    const recorded = openRun(run.directory!);
    expect(recorded.length).toBe(2);
    expect(Array.from(recorded.rows(), ({ _step }) => _step)).toEqual([0, 1]);
    expect(recorded.summary).toMatchObject({ loss: 2, page: { _type: "html-file" } });
    expect(run.summary.page).toEqual(recorded.summary.page);
    expectFiles(run.directory!);
  });

  test("values beside a nested one are counted once", async () => {
    const { Html } = await import("../../mod.ts");
    const run = await init({ dir: newDir(), settings: { quiet: true } });
    run.defineMetric("val.*", { summary: "mean,last" });
    run.log({ val: { loss: 1, page: new Html("x") } });
    run.log({ val: { loss: 3 } });
    await run.finish();
    expect(openRun(run.directory!).summary["val.loss"]).toEqual({ mean: 2, last: 3 });
  });

  test("finish() waits for them", async () => {
    const { run } = await runScript(
      `${IMAGES}
const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
for (let i = 0; i < 40; i++) run.log({ i, x: image() });
await run.finish();`,
      { dir: newDir() },
    );
    const { x } = run().columns(["x"]);
    expect(x!.map((value) => (value as { width: number }).width)).toEqual(new Array(40).fill(64));
    expectFiles(run().directory);
  });

  test("Deno.exit() waits for them, too, for a while", async () => {
    const result = await runScript(
      `${IMAGES}
const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
for (let i = 0; i < 10; i++) run.log({ i, x: image() });
Deno.exit(3);`,
      { dir: newDir() },
    );
    expect(result.code).toBe(3);
    const { x } = result.run().columns(["x"]);
    expect(x!.filter((value) => value !== undefined)).toHaveLength(10);
  });

  test("what a user logs as a placeholder is refused, since readers would wait for it", async () => {
    const run = await init({ dir: newDir(), settings: { quiet: true } });
    run.log({ loss: 1, deep: { x: { _type: "pending", id: "mine" } } });
    const { rejected } = await run.finish();
    expect(rejected.values).toBe(1);
    expect(Array.from(openRun(run.directory!).rows(), ({ loss, deep }) => [loss, deep]))
      .toEqual([[1, undefined]]);
  });

  test("a directory that is removed is begun anew, with its files", async () => {
    const { Html } = await import("../../mod.ts");
    const run = await init({ dir: newDir(), settings: { quiet: true } });
    const said: string[] = [];
    const { warn } = console;
    console.warn = (message) => said.push(message);
    run.log({ page: new Html("same") });
    while (run.summary.page === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
    removeInUse(run.directory!);
    // The background may first say that a file of it cannot be written.
    while (!said.some((message) => message.includes("was removed"))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    run.log({ page: new Html("same"), other: new Html("other") });
    await run.finish();
    console.warn = warn;
    expectFiles(run.directory!);
    expect(openRun(run.directory!).summary.other).toMatchObject({ _type: "html-file" });
  });

  test("a run that is disabled makes none, and ends at once", async () => {
    const { Html } = await import("../../mod.ts");
    const run = await init({ mode: "disabled" });
    run.log({ page: new Html("x"), loss: 1 });
    run.summary.page = new Html("y");
    const before = performance.now();
    await run.finish();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(run.summary.loss).toBe(1);
  });

  test("they are made without a worker where that may not read", async () => {
    const dir = newDir();
    const result = await runScript(
      `const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
run.log({ page: new cellar.Html("x") });
await run.finish();`,
      { dir, permissions: [`--allow-write=${dir}`] },
    );
    expect(result.code).toBe(0);
    expect(result.run().summary.page).toMatchObject({ _type: "html-file" });
  });

  test("kill -9 keeps the rows, and leaves no row that refers to a file that is not there", async () => {
    for (let i = 0; i < 4; i++) {
      const dir = newDir();
      const child = spawnScript(
        `${IMAGES}
const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
for (let i = 0; ; i++) {
  run.log({ i, x: image() });
  Deno.stdout.writeSync(Uint8Array.of(i % 256));
  await new Promise((resolve) => setTimeout(resolve, 2));
}`,
        { dir },
      );
      let logged = 0;
      const reader = child.stdout.getReader();
      const reading = (async () => {
        for (let chunk; !(chunk = await reader.read()).done;) logged += chunk.value.length;
      })();
      while (logged === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 400));
      child.kill("SIGKILL");
      await Promise.all([child.status, reading, child.stderr.cancel()]);
      const [directory = ""] = runDirectories(dir);
      const run = openRun(directory);
      expect(run.length).toBeGreaterThanOrEqual(logged);
      expect(run.columns(["i"]).i).toEqual(Array.from({ length: run.length }, (_, row) => row));
      for (const { x } of run.rows()) {
        expect(x === undefined || (x as { _type: string })._type === "image-file").toBe(true);
      }
      expectFiles(directory);
    }
  });

  test("a run that is resumed does not wait for what an earlier session lost", async () => {
    const dir = newDir();
    const first = await init({ id: "again", dir, settings: { quiet: true } });
    first.log({ loss: 1 });
    await first.finish();
    // As kill -9 leaves it.
    Deno.writeTextFileSync(
      `${first.directory}/history.jsonl`,
      '{"_step":1,"_timestamp":1,"_runtime":1,"loss":2,"x":{"_type":"pending","id":"old-0"}}\n',
      { append: true },
    );
    const second = await init({ id: "again", dir, resume: "must", settings: { quiet: true } });
    second.log({ loss: 3 });
    const rows = Array.from(openRun(second.directory!).rows(), ({ loss, x }) => ({ loss, x }));
    expect(rows).toEqual(
      [{ loss: 1 }, { loss: 2 }, { loss: 3 }].map((row) => ({ ...row, x: undefined })),
    );
    expect(Deno.readTextFileSync(`${second.directory}/history.jsonl`)).toContain(
      '"_complete":true',
    );
    await second.finish();
  });
});
