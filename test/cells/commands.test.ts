import { afterEach, describe, expect, test, vi } from "vitest";
import { init, openRun } from "../../mod.ts";
import { main } from "../../src/cli.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();
afterEach(() => vi.restoreAllMocks());

async function command(...args: string[]): Promise<{ code: number; printed: string }> {
  const printed: string[] = [];
  vi.spyOn(console, "log").mockImplementation((text) => printed.push(text));
  vi.spyOn(console, "error").mockImplementation((text) => printed.push(text));
  return { code: await main(args), printed: printed.join("\n") };
}

describe("a run of a script", () => {
  test("has no cells, and says so to who asks for them or replays them", async () => {
    const run = await init({ project: "script", dir, settings: { quiet: true, system: false } });
    run.log({ a: 1 });
    expect([...run.cells]).toEqual([]);
    expect(await run.cells.text()).toBe("No cell is recorded");
    await run.finish();
    const { directory } = run;
    const { cells } = openRun(directory!);
    expect([cells.length, JSON.stringify(cells), cells.state.outOfOrder]).toEqual([0, "[]", []]);
    expect(() => cells.at(1).summary).toThrow("Cannot read cell 1: the record has none");
    expect(await cells.at(1).text()).toBe("There is no cell 1 on the record");
    expect(await command("cells", directory!)).toEqual({ code: 0, printed: "No cell is recorded" });
    expect(await command("replay", directory!)).toEqual({
      code: 1,
      printed: `cellar: Cannot replay ${Deno.realPathSync(directory!)}: it has no cells on record`,
    });
    expect(await command("replay", directory!, "--tolerance", "much")).toEqual({
      code: 1,
      printed: "cellar: Cannot replay: --tolerance must be a number from 0, not much",
    });
  });
});
