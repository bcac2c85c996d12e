import { describe, expect, test } from "vitest";
import { tempDir } from "../temp.ts";
import { runDirectories, runScript } from "./script.ts";

/** A new directory for each script. */
const parent = tempDir();
function dir(): string {
  return Deno.makeTempDirSync({ dir: parent });
}

const LOG = `
const run = await cellar.init({ project: "scripts", name: "calm-vine-1", dir: DIR });
for (let i = 0; i < 50; i++) cellar.log({ loss: 1 / (i + 1), acc: i / 50 });
`;

describe("a script", () => {
  test("prints the run's name and place first, a summary with sparklines last, nothing between", async () => {
    const result = await runScript(`${LOG}\nconsole.log("mine");\nawait run.finish();`, {
      dir: dir(),
    });
    expect(result.code).toBe(0);
    expect(result.stdout).toBe("mine\n");
    expect(result.stderr).toMatch(/^cellar: run calm-vine-1, recorded in cellar\/run-/);
    expect(result.stderr).toMatch(/loss .*[▁▂▃▄▅▆▇█]{3}/u);
    expect(result.run()).toMatchObject({ state: "finished", exitCode: 0, length: 50 });
  });

  test("is silent under quiet and WANDB_SILENT", async () => {
    const quiet = await runScript(
      `const run = await cellar.init({ dir: DIR, settings: { quiet: true } }); run.log({ a: 1 });`,
      { dir: dir() },
    );
    expect(quiet.stderr + quiet.stdout).toBe("");
    const silent = await runScript(
      `const run = await cellar.init({ dir: DIR }); run.log({ a: 1 });`,
      {
        dir: dir(),
        env: { WANDB_SILENT: "true" },
      },
    );
    expect(silent.stderr + silent.stdout).toBe("");
    expect(silent.run().state).toBe("finished");
  });

  test("that ends without finish() is finished for it", async () => {
    const result = await runScript(LOG, { dir: dir() });
    expect(result.code).toBe(0);
    expect(result.run()).toMatchObject({ state: "finished", exitCode: 0, length: 50 });
    expect(result.stderr).toMatch(/loss .*[▁▂▃▄▅▆▇█]{3}/u);
  });

  test("that calls Deno.exit() gives the run its exit code", async () => {
    const result = await runScript(`${LOG}\nDeno.exit(3);`, { dir: dir() });
    expect(result.code).toBe(3);
    expect(result.run()).toMatchObject({ state: "failed", exitCode: 3, length: 50 });
  });

  test("that sets Deno.exitCode gives the run that code", async () => {
    const result = await runScript(`${LOG}\nDeno.exitCode = 4;`, { dir: dir() });
    expect(result.code).toBe(4);
    expect(result.run()).toMatchObject({ state: "failed", exitCode: 4 });
  });

  test.each([
    ["throws", `throw new TypeError("boom");`],
    ["throws in a timer", `setTimeout(() => { throw new TypeError("boom"); }, 1);`],
    [
      "rejects without a handler",
      `Promise.reject(new TypeError("boom")); await new Promise((r) => setTimeout(r, 100));`,
    ],
  ])("that %s has failed, with the error recorded", async (_, source) => {
    const result = await runScript(`${LOG}\n${source}`, { dir: dir() });
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("boom");
    expect(result.run()).toMatchObject({ state: "failed", error: "TypeError: boom", length: 50 });
  });

  test("that deals with its error goes on to its end", async () => {
    const source = `
globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
${LOG}
Promise.reject(new Error("dealt with"));
await new Promise((r) => setTimeout(r, 20));
cellar.log({ loss: 0 });`;
    const result = await runScript(source, { dir: dir() });
    expect(result.run()).toMatchObject({ state: "finished", error: null, length: 51 });
  });

  test("finishes a run at the end of await using", async () => {
    const result = await runScript(
      `{ await using run = await cellar.init({ dir: DIR }); run.log({ a: 1 }); }
console.log(cellar.currentRun());`,
      { dir: dir() },
    );
    expect(result.stdout).toBe("null\n");
    expect(result.run().state).toBe("finished");
  });

  test("records with --allow-write of the directory alone, and says once what is off", async () => {
    const place = dir();
    const result = await runScript(`${LOG}\nawait run.finish();`, {
      dir: place,
      permissions: [`--allow-write=${place}`],
    });
    expect(result.code).toBe(0);
    expect(result.stderr.match(/--allow-read/g)).toHaveLength(1);
    expect(result.run()).toMatchObject({ state: "finished", length: 50 });
  });

  test("without --allow-write goes on, unrecorded, and says what it needs", async () => {
    const result = await runScript(`${LOG}\nawait run.finish();\nconsole.log("end");`, {
      dir: dir(),
      permissions: ["--allow-read"],
    });
    expect(result.code).toBe(0);
    expect(result.stdout).toBe("end\n");
    expect(result.stderr.match(/--allow-write/g)).toHaveLength(1);
    // A period after the directory "." would make it another one.
    expect(result.stderr).toMatch(/--allow-write=\S*[^.\s]*\.? for that\. /);
    expect(result.stderr).not.toContain("=..");
  });

  test("that uses Cellar without a run is told once what to do, and goes on", async () => {
    const result = await runScript(
      `cellar.log({ a: 1 }); cellar.log({ a: 2 }); cellar.summary.x = 1; await cellar.finish(); console.log("end");`,
      { dir: dir() },
    );
    expect(result.stdout).toBe("end\n");
    expect(result.stderr.match(/log has no run.*init\(/g)).toHaveLength(1);
    expect(result.stderr.match(/summary has no run.*init\(/g)).toHaveLength(1);
  });

  test("takes its settings from WANDB_* variables, and never records the key", async () => {
    const place = dir();
    const key = "k".repeat(40);
    const result = await runScript(`const run = await cellar.init(); run.log({ a: 1 });`, {
      dir: place,
      env: {
        WANDB_PROJECT: "from-env",
        WANDB_NAME: "named",
        WANDB_RUN_ID: "abc123",
        WANDB_TAGS: "a,b, a",
        WANDB_NOTES: "noted",
        WANDB_ENTITY: "team",
        WANDB_API_KEY: key,
      },
    });
    const run = result.run();
    expect(run).toMatchObject({
      project: "from-env",
      name: "named",
      id: "abc123",
      tags: ["a", "b"],
      notes: "noted",
      entity: "team",
    });
    for (const file of ["run.jsonl", "history.jsonl"]) {
      expect(Deno.readTextFileSync(`${run.directory}/${file}`)).not.toContain(key);
    }
  });

  test("in mode disabled records nothing, and its summary works", async () => {
    const place = dir();
    const result = await runScript(
      `const run = await cellar.init({ mode: "disabled", dir: DIR }); run.log({ a: 1 }); run.log({ a: 2 });
console.log(run.summary.a, run.directory, JSON.stringify(await run.finish()));`,
      { dir: place },
    );
    expect(result.stdout).toMatch(/^2 null \{"rows":2/);
    expect([...Deno.readDirSync(place)].filter((entry) => entry.isDirectory)).toEqual([]);
  });

  test("resumes a run from where it stopped", async () => {
    const place = dir();
    const begin = (resume: string) => `
const run = await cellar.init({ dir: DIR, id: "same", resume: ${
      JSON.stringify(resume)
    }, config: { n: 1 } });
run.log({ a: run.step });`;
    await expectFailure(begin("must"), place, /there is none/);
    await runScript(`${begin("allow")}\nrun.log({ a: 1 });\nrun.summary.kept = 7;`, { dir: place });
    // As a process leaves it that was killed in the middle of a write.
    const [directory = ""] = runDirectories(place);
    Deno.writeTextFileSync(`${directory}/history.jsonl`, `{"_step":2,"a":`, { append: true });
    const result = await runScript(begin("must"), { dir: place });
    expect(runDirectories(place)).toEqual([directory]);
    expect(result.run()).toMatchObject({ length: 3, damaged: 0, summary: { a: 2, kept: 7 } });
    expect(result.run().columns(["_step"])).toEqual({ _step: [0, 1, 2] });
    await expectFailure(begin("never"), place, /is there already/);
  });

  test("records in web workers, too", async () => {
    const folder = dir();
    const worker = `${Deno.makeTempDirSync({ dir: folder })}/worker.ts`;
    const mod = new URL("../../mod.ts", import.meta.url);
    Deno.writeTextFileSync(
      worker,
      `import * as cellar from "${mod}";
const run = await cellar.init({ project: "proj", dir: "${folder}" });
for (let i = 0; i < 20; i++) cellar.log({ loss: i });
await cellar.finish();
self.postMessage("done");
self.close();`,
    );
    const { code, run } = await runScript(
      `const worker = new Worker("file://${worker}", { type: "module" });
await new Promise((resolve) => worker.onmessage = resolve);`,
      { dir: folder },
    );
    expect(code).toBe(0);
    expect(run()).toMatchObject({ state: "finished", length: 20 });
  });

  test("keeps two runs apart that are active at once", async () => {
    const place = dir();
    await runScript(
      `const a = await cellar.init({ dir: DIR, id: "a" });
const b = await cellar.init({ dir: DIR, id: "b" });
a.log({ x: 1 }); cellar.log({ y: 2 }); await b.finish(); cellar.log({ x: 3 });`,
      { dir: place },
    );
    const { openRun } = await import("../../mod.ts");
    const runs = runDirectories(place).map((directory) => openRun(directory));
    expect(runs.map((run) => [run.id, run.state, run.summary])).toEqual([
      ["a", "finished", { x: 3 }],
      ["b", "finished", { y: 2 }],
    ]);
  });
});

async function expectFailure(source: string, place: string, message: RegExp): Promise<void> {
  const { code, stderr } = await runScript(source, { dir: place });
  expect(code).toBe(1);
  expect(stderr).toMatch(message);
}
