import { afterAll, describe, expect, test } from "vitest";
import type { CellLine } from "../../../src/notebook/cells/cell_lines.ts";
import { executionOf } from "../../../src/notebook/cells/execution_of.ts";
import { foldCells, type RecordedCell } from "../../../src/notebook/cells/recorded_cells.ts";
import { tempDir } from "../../temp.ts";
import { TestKernel } from "../kernel/test_kernel.ts";

const kernels: TestKernel[] = [];
afterAll(() => Promise.all(kernels.map((kernel) => kernel.kill())));

const parent = tempDir();
const MODULE = new URL("./record_in_kernel.ts", import.meta.url).href;

interface Row {
  readonly what: string;
  readonly execution?: number;
  readonly time: number;
}

async function newKernel(env: Record<string, string> = {}, files: Record<string, string> = {}) {
  const directory = Deno.makeTempDirSync({ dir: parent, prefix: "with spaces ü " });
  for (const [name, text] of Object.entries(files)) {
    Deno.writeTextFileSync(`${directory}/${name}`, text);
  }
  const kernel = await TestKernel.start(directory, env);
  kernels.push(kernel);
  const lines = <T>(name: string) =>
    Deno.readTextFileSync(`${directory}/${name}`).trim().split("\n").map((line) =>
      JSON.parse(line) as T
    );
  const cells = () => foldCells(lines<CellLine>("cells.jsonl"));
  const rows = () => lines<Row>("rows.jsonl");
  const begin = `const rec = await import(${JSON.stringify(MODULE)});
await rec.start(${JSON.stringify(directory)}); rec.log("first");`;
  return { kernel, directory, begin, cells, rows };
}

/** Waits for what another process does. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await delay(25);
  expect(condition()).toBe(true);
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function ended(cells: () => RecordedCell[], execution: number): Promise<void> {
  return until(() => cells().some((c) => c.execution === execution && c.end !== undefined));
}

describe("recordCells() in a real kernel", () => {
  test("knows the cells before it, and each one after it with its outputs and status", async () => {
    const exact = `type N = number;\nconst a: N = 1; // one`;
    const notebook = { cells: [{ cell_type: "code", source: [exact] }] };
    const { kernel, begin, cells } = await newKernel(
      { JPY_SESSION_NAME: "my ünlikely.ipynb" },
      { "my ünlikely.ipynb": JSON.stringify(notebook) },
    );
    await kernel.execute(exact);
    await kernel.execute(`interface X { a: string }\nfunction before(x?: X): void {}`);
    await kernel.execute(begin);
    await kernel.execute(`console.log("out"); console.error("err"); 40 + 2`);
    await kernel.execute(`throw new TypeError("boom")`);
    await kernel.execute(`does not compile (`);
    await kernel.execute(`console.log("lone \\ud800 </script>")`);
    await ended(cells, 7);
    const recorded = cells();
    expect(recorded.map(({ execution, status }) => [execution, status])).toEqual([
      [1, "unknown"],
      [2, "unknown"],
      [3, "ok"],
      [4, "ok"],
      [5, "error"],
      [6, "error"],
      [7, "ok"],
    ]);
    expect(recorded[0]).toMatchObject({ source: exact, transpiled: false });
    expect(recorded[1]).toMatchObject({ source: "function before(x) {}", transpiled: true });
    expect(recorded[3]!.source).toBe(`console.log("out"); console.error("err"); 40 + 2`);
    expect(recorded[3]!.consoleLines).toBe(2);
    await until(() => cells()[3]!.outputs.length === 3);
    expect(cells()[3]!.outputs).toMatchObject([
      { kind: "stream", name: "stdout", text: "out\n" },
      { kind: "stream", name: "stderr", text: "err\n" },
      { kind: "result", parts: [{ mime: "text/plain", value: "42" }] },
    ]);
    expect(recorded[4]!.error).toMatchObject({ ename: "TypeError", evalue: "boom" });
    expect(recorded[6]!.source).toBe(`console.log("lone \\ud800 </script>")`);
  });

  test("gives each row to the cell that logged it, also late and after failures", async () => {
    const { kernel, begin, cells, rows } = await newKernel();
    await kernel.execute(`broken (`);
    await kernel.execute(begin + ` setTimeout(() => rec.log("timer of 2"), 1500);`);
    await kernel.execute(
      `rec.log("3"); setTimeout(() => rec.log("timer of 3"), 700); await 0; rec.log("3 again");`,
    );
    await kernel.execute(`setTimeout(() => rec.log("timer of 4"), 500); throw new Error("4");`);
    await kernel.execute(`broken (`);
    await kernel.execute(
      `rec.log("6"); for (let i = 0; i < 9; i++) { await new Promise((r) => setTimeout(r, 100)); }
rec.log("6 late"); setTimeout(() => rec.log("timer of 6"), 100);`,
    );
    await kernel.execute(`rec.log("7"); await new Promise((r) => setTimeout(r, 1000));`);
    await kernel.execute(`rec.log("8"); throw new Error("8");`);
    await kernel.execute(`throw new Error("9")`);
    await kernel.execute(`const inner = async () => { await 0; rec.log("10"); }; await inner();`);
    await kernel.execute(`rec.log("11")`);
    await ended(cells, 11);
    const of = (row: Row) =>
      executionOf({ execution: row.execution, time: row.time }, cells())?.execution;
    expect(Object.fromEntries(rows().map((row) => [row.what, of(row)]))).toEqual({
      "first": 2,
      "timer of 2": 2,
      "3": 3,
      "timer of 3": 3,
      "3 again": 3,
      "timer of 4": 4,
      "6": 6,
      "6 late": 6,
      "timer of 6": 6,
      "7": 7,
      "8": 8,
      "10": 10,
      "11": 11,
    });
  });

  test("has every cell that began when the kernel is killed", async () => {
    const { kernel, begin, cells } = await newKernel();
    await kernel.execute(begin);
    await kernel.execute(`console.log("whole");`);
    void kernel.execute(`console.log("begun\\n"); for (;;);`);
    await until(() => cells().some((cell) => cell.execution === 3));
    await until(() => cells()[2]!.outputs.length > 0);
    await kernel.kill();
    expect(cells().map(({ status }) => status)).toEqual(["ok", "ok", "unfinished"]);
    expect(cells()[2]).toMatchObject({ source: `console.log("begun\\n"); for (;;);` });
    expect(cells()[2]!.outputs).toMatchObject([{ kind: "stream", text: "begun\n\n" }]);
  });

  test("records the cell it began in when that one fails", async () => {
    const { kernel, begin, cells, rows } = await newKernel();
    await kernel.execute(begin + `throw new Error("at once");`);
    await kernel.execute(`rec.log("second");`);
    await ended(cells, 2);
    expect(cells().map(({ execution, status }) => [execution, status])).toEqual([
      [1, "error"],
      [2, "ok"],
    ]);
    const of = rows().map((row) =>
      executionOf({ execution: row.execution, time: row.time }, cells())?.execution
    );
    expect(of).toEqual([1, 2]);
  });
});
