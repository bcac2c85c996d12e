import { describe, expect, test } from "vitest";
import { openRun } from "../../src/run/recorded_run.ts";
import type { Run } from "../../src/run/run.ts";
import { init } from "../../src/session/init.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();
const quiet = { quiet: true, system: false, git: false, code: false, capture: false } as const;
const begin = (options = {}) =>
  init({ project: "tests", dir, mode: "offline", settings: quiet, ...options });

/** What cannot be is said by compilers, which kernels do without. */
const assign = (run: Run, values: object) => Object.assign(run, values);

describe("run.name, run.tags and run.notes", () => {
  test("are changed by assigning to them, in the record too", async () => {
    const run = await begin({ name: "first", tags: ["a"] });
    expect([run.name, run.tags, run.notes]).toEqual(["first", ["a"], null]);
    run.name = "second";
    run.tags = [...run.tags, "b", "a"];
    run.notes = "long\nnotes";
    const expected = { name: "second", tags: ["a", "b"], notes: "long\nnotes" };
    expect(run).toMatchObject(expected);
    expect(openRun(run.directory!)).toMatchObject({ ...expected, state: "running" });
    run.tags = [];
    run.notes = null;
    await run.finish();
    expect(openRun(run.directory!)).toMatchObject({ name: "second", tags: [], notes: null });
    expect(openRun(run.directory!).warnings).toEqual([]);
  });

  test("are kept when the run is resumed, unless others are given", async () => {
    const first = await begin({ id: "again" });
    first.name = "changed";
    first.tags = ["kept"];
    first.notes = "kept";
    await first.finish();
    const again = await begin({ id: "again", resume: "must", notes: "other" });
    expect([again.name, again.tags, again.notes]).toEqual(["changed", ["kept"], "other"]);
    await again.finish();
  });

  test("stay as they are when what is assigned cannot be, which is said once", async () => {
    const run = await begin({ name: "first", tags: ["a"], notes: "n" });
    for (let i = 0; i < 2; i++) {
      assign(run, { name: " " });
      assign(run, { name: undefined });
      assign(run, { tags: "abc" });
      assign(run, { tags: ["x".repeat(65)] });
      assign(run, { notes: 5 });
    }
    expect(() => assign(run.tags as unknown as Run, { 0: "b" })).toThrow(TypeError);
    expect([run.name, run.tags, run.notes]).toEqual(["first", ["a"], "n"]);
    await run.finish();
    run.name = "too late";
    expect(run.name).toBe("first");
    expect(openRun(run.directory!).warnings).toEqual([
      'Cannot use the name " ": it is empty',
      'Cannot use the tags "abc": they are no array',
      'Cannot use the notes "5": it is no string',
    ]);
  });

  test("are changed in memory where nothing is recorded", async () => {
    const run = await begin({ mode: "disabled" });
    run.name = "seen";
    expect(run.name).toBe("seen");
    await run.finish();
  });

  test("survive the removal of the directory", async () => {
    const run = await begin({ name: "first" });
    run.name = "second";
    // In one step: the background writes into it meanwhile.
    Deno.renameSync(run.directory!, `${run.directory}.gone`);
    run.restore();
    expect(openRun(run.directory!).name).toBe("second");
    await run.finish();
  });
});
