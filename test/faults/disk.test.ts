import { describe, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { readFileList } from "../record/read_file_list.ts";
import { runDirectories, runScript } from "../session/script.ts";
import { smallDisk } from "../small_disk.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();
function dir(): string {
  return Deno.makeTempDirSync({ dir: parent });
}

describe("a disk", () => {
  test("that is full delays rows until there is room, with one warning, and breaks no line", async (context) => {
    await using disk = await smallDisk(1_000_000);
    if (disk === null) return context.skip("mounting a file system needs root");
    const script = `
Deno.writeFileSync(DIR + "/ballast", new Uint8Array(500_000));
const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
const pad = "x".repeat(1000);
for (let i = 0; i < 600; i++) {
  run.log({ i, pad });
  // Rows of one millisecond are written together, and might all wait for the next.
  if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
}
Deno.removeSync(DIR + "/ballast");
const until = performance.now() + 1100;
while (performance.now() < until);
for (let i = 600; i < 700; i++) run.log({ i, pad });
console.log(JSON.stringify(await run.finish()));`;
    const result = await runScript(script, { dir: disk.path });
    expect(result.code).toBe(0);
    expect(result.stderr.match(/Cannot write/g)).toHaveLength(1);
    expect(JSON.parse(result.stdout)).toMatchObject({ rows: 700, lost: 0 });
    const run = openRun(runDirectories(disk.path)[0]!);
    expect(run.damaged).toBe(0);
    expect(run.columns(["i"]).i).toEqual(Array.from({ length: 700 }, (_, i) => i));
  });

  test("that stays full loses the rows after that, and says how many", async (context) => {
    await using disk = await smallDisk(400_000);
    if (disk === null) return context.skip("mounting a file system needs root");
    const script = `
const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
const pad = "x".repeat(1000);
for (let i = 0; i < 1000; i++) run.log({ i, pad });
console.log(JSON.stringify(await run.finish()));`;
    const result = await runScript(script, { dir: disk.path });
    expect(result.code).toBe(0);
    const { lost } = JSON.parse(result.stdout);
    expect(lost).toBeGreaterThan(600);
    const run = openRun(runDirectories(disk.path)[0]!);
    expect(run.length + lost).toBe(1000);
    expect(run.columns(["i"]).i).toEqual(Array.from({ length: run.length }, (_, i) => i));
  });
});

describe("a directory", () => {
  test("that cannot be written is replaced by a temporary one, with a warning", async () => {
    const place = dir();
    // A file in the place of the folder stops root as well.
    Deno.writeTextFileSync(`${place}/cellar`, "");
    const result = await runScript(
      `const run = await cellar.init({ dir: DIR, settings: { quiet: true } });
run.log({ a: 1 });
await run.finish();
const { state, length } = cellar.openRun(run.directory);
console.log(state, length);
Deno.removeSync(run.directory + "/../..", { recursive: true });`,
      { dir: place },
    );
    expect(result.stdout).toBe("finished 1\n");
    expect(result.stderr).toMatch(/Cannot record in .*Recording in .* instead/);
  });

  test("that vanishes is begun anew, with one warning, and later rows are in it", async () => {
    const place = dir();
    const script = `
const run = await cellar.init({ dir: DIR, id: "phoenix", config: { lr: 0.1 }, settings: { quiet: true } });
Deno.writeTextFileSync(DIR + "/kept.txt", "kept");
run.save(DIR + "/kept.txt", { policy: "live" });
for (let i = 0; i < 10; i++) run.log({ i });
await new Promise((r) => setTimeout(r, 1500));
Deno.removeSync(run.directory, { recursive: true });
for (let i = 10; i < 60; i++) {
  run.log({ i });
  await new Promise((r) => setTimeout(r, 100));
}
await run.finish();`;
    const result = await runScript(script, { dir: place });
    expect(result.code).toBe(0);
    expect(result.stderr.match(/was removed/g)).toHaveLength(1);
    const run = openRun(runDirectories(place)[0]!);
    expect(run).toMatchObject({ id: "phoenix", state: "finished", config: { lr: 0.1 } });
    expect(run.columns(["i"]).i?.at(-1)).toBe(59);
    expect(run.length).toBeGreaterThan(10);
    // What is found out once is found out again, and what was saved is saved again.
    expect(run.environment?.code).toContainEqual(expect.stringMatching(/^script-.*\.ts$/));
    expect(run.environment?.hardware).toMatchObject({ cpu_count: expect.any(Number) });
    const files = readFileList(run.directory);
    expect([...files.keys()]).toEqual(expect.arrayContaining(["wandb-metadata.json", "kept.txt"]));
    for (const { path, size } of files.values()) {
      expect(Deno.statSync(`${run.directory}/files/${path}`).size).toBe(size);
    }
  });

  test("is never shared by two processes that start the same run in the same second", async () => {
    const place = dir();
    const script = `
const run = await cellar.init({ dir: DIR, id: "twin", settings: { quiet: true } });
for (let i = 0; i < 1000; i++) run.log({ i });`;
    await Promise.all(Array.from({ length: 4 }, () => runScript(script, { dir: place })));
    const directories = runDirectories(place);
    expect(directories).toHaveLength(4);
    for (const directory of directories) {
      expect(openRun(directory)).toMatchObject({ id: "twin", length: 1000, state: "finished" });
    }
  });

  test("is not resumed while another process records in it", async () => {
    const place = dir();
    const script = `
const run = await cellar.init({ dir: DIR, id: "busy", settings: { quiet: true } });
run.log({ a: 1 });
await new Promise((r) => setTimeout(r, 3000));`;
    const first = runScript(script, { dir: place });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const second = await runScript(
      `await cellar.init({ dir: DIR, id: "busy", resume: "allow" });`,
      {
        dir: place,
      },
    );
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/process \d+ is still recording it/);
    await first;
  });
});
