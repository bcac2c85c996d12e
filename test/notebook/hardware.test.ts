import { beforeAll, describe, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { executeNotebook } from "../jupyter/notebook.ts";
import { RIG, setUp } from "../jupyter/setup.ts";
import { runDirectories } from "../session/script.ts";
import { isAlive, startsIn, until } from "../system/fake/mod.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();

beforeAll(setUp, 300_000);

describe("the notebook gpu", () => {
  test("shows charts of a replayed GPU and energy a cell, and says that it is a replay", async () => {
    const log = `${parent}/fake.log`;
    const { notebook, cells, outputs, dead } = await executeNotebook(
      `${RIG.notebooks}/gpu.ipynb`,
      { env: { FAKE_SMI_LOG: log, WANDB_DIR: parent } },
    );
    expect(dead).toBe(false);
    expect(cells.map(({ error }) => error).filter((error) => error !== undefined)).toEqual([]);
    expect(JSON.stringify(notebook)).toContain("The GPU in this notebook is a replay");

    const html = outputs.flat().map((output) => output.data?.["text/html"] ?? "");
    const drawn = html.filter((fragment) => fragment.includes(`alt="GPU 0 power, W over seconds`));
    // The panel, and run.system.
    expect(drawn.length).toBeGreaterThanOrEqual(2);
    for (const fragment of drawn) expect(fragment).not.toMatch(/<(script|svg|style)/);
    const tables = html.filter((fragment) => fragment.includes("<table"));
    expect(tables.find((table) => table.includes("come from a replay<"))).toMatch(/energy, J/);
    expect(tables.some((table) => /GPU in use<\/span> \d+ %, peak \d+ %/.test(table))).toBe(true);

    const run = openRun(runDirectories(parent)[0]!);
    expect(run.warnings).toEqual([]);
    const { _timestamp = [], gigaflops = [] } = run.columns(["_timestamp", "gigaflops"]);
    expect(gigaflops.length).toBeGreaterThan(10);
    // The loop that logged never awaited, and was sampled all the same.
    const [start, end] = [_timestamp[0] as number, _timestamp.at(-1) as number];
    const during = [...run.system.rows()].filter((row) =>
      row._timestamp > start && row._timestamp < end
    );
    expect(during.filter((row) => "system.gpu.0.powerWatts" in row).length).toBeGreaterThan(3);
    expect(during.filter((row) => "system.cpu" in row).length).toBeGreaterThan(3);
    const use = run.system.summarize({ start, end });
    expect(use.cpuSeconds).toBeGreaterThan(0.3 * (end - start));
    // Between the least and the most that the recording holds.
    expect(use.energy! / (end - start)).toBeGreaterThan(40);
    expect(use.energy! / (end - start)).toBeLessThan(400);
    await until(() => startsIn(log).every(({ pid }) => !isAlive(pid)), "the children are gone");
  });
});
