import { afterAll, describe, expect, test } from "vitest";
import type { CellLine } from "../../../src/notebook/cells/cell_lines.ts";
import { executionOf } from "../../../src/notebook/cells/execution_of.ts";
import { foldCells, type RecordedCell } from "../../../src/notebook/cells/recorded_cells.ts";
import type { KernelProcess } from "../../../src/notebook/kernel/kernel_process.ts";
import { tempDir } from "../../temp.ts";
import { TestKernel } from "../kernel/test_kernel.ts";

const kernels: KernelProcess[] = [];
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
      executionOf(cells())({ execution: row.execution, time: row.time })?.execution;
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

  test("tells executions of one cell apart, edited or not, in and after a blocking loop", async () => {
    const { kernel, begin, cells, rows } = await newKernel();
    const cell = (n: number) =>
      `for (let i = 0; i < 300; i++) rec.log(${n}); await 0; for (const x of [1, 2]) rec.log(${n});
await Promise.all([1, 2].map(async () => { await new Promise((r) => setTimeout(r, 5)); rec.log(${n}); }));
queueMicrotask(() => rec.log(${n})); void new Promise((r) => setTimeout(r, 60)).then(() => rec.log(${n}));`;
    await kernel.execute(begin);
    // The second and the third are the same source, and all of them log after they have ended.
    for (const n of [2, 3, 3, 5]) await kernel.execute(cell(n));
    await kernel.execute(`await new Promise((r) => setTimeout(r, 300)); rec.log("last");`);
    await ended(cells, 6);
    const counts = new Map<string, number>();
    const find = executionOf(cells());
    for (const { what, execution, time } of rows()) {
      const key = `${what} in ${find({ execution, time })?.execution}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(Object.fromEntries(counts)).toEqual({
      "first in 1": 1,
      "2 in 2": 306,
      "3 in 3": 306,
      "3 in 4": 306,
      "5 in 5": 306,
      "last in 6": 1,
    });
    expect(cells()[2]!.hash).toBe(cells()[3]!.hash);
  });

  test("follows a display that a later cell updates", async () => {
    const { kernel, begin, cells } = await newKernel();
    await kernel.execute(begin);
    const send = (kind: string, html: string) =>
      `await Deno.jupyter.broadcast("${kind}", { data: { "text/html": ${html} }, metadata: {},
  transient: { display_id: "mine" } }); await new Promise((r) => setTimeout(r, 50));`;
    await kernel.execute(send("display_data", `"<b>old</b>"`));
    await kernel.execute(send("update_display_data", `"<b>new</b></script>"`));
    await ended(cells, 3);
    await until(() => JSON.stringify(cells()[1]!.outputs).includes("new"));
    expect(cells()[1]!.outputs).toMatchObject([{ parts: [{ value: "<b>new</b></script>" }] }]);
    expect(cells()[2]!.outputs).toEqual([]);
  });

  test("takes 50 MB at once, and goes on", async () => {
    const { kernel, begin, cells, directory } = await newKernel();
    await kernel.execute(begin);
    await kernel.execute(
      `await Deno.jupyter.broadcast("display_data", { data: { "text/html": "x".repeat(50e6) },
  metadata: {}, transient: {} }); await new Promise((r) => setTimeout(r, 500));`,
    );
    let next = 2;
    do {
      await kernel.execute(
        `await Deno.writeTextFile("warnings.json", JSON.stringify(rec.warnings));`,
      );
      next++;
      await delay(200);
    } while (!cells().some((c) => c.execution === next) && next < 40);
    await ended(cells, next);
    const warnings = Deno.readTextFileSync(`${directory}/warnings.json`);
    // Deno 2.9 kernels are known to garble what is that long: it is said, and the next cell is there.
    if (warnings.includes("broke")) {
      expect(cells()[1]).toMatchObject({ execution: 2, status: "ok", gap: true });
      return;
    }
    await until(() => cells()[1]!.outputs.length > 0);
    expect(cells()[1]).toMatchObject({ status: "ok", unkept: 1 });
    expect(cells()[1]!.outputs).toMatchObject([{ parts: [{ mime: "application/octet-stream" }] }]);
  });

  test("has every cell that began when the kernel is killed", async () => {
    const { kernel, begin, cells } = await newKernel();
    await kernel.execute(begin);
    await kernel.execute(`console.log("whole");`);
    void kernel.execute(`console.log("begun\\n"); for (;;);`).catch(() => {});
    await until(() => cells().some((cell) => cell.execution === 3));
    await until(() => cells()[2]!.outputs.length > 0);
    await kernel.kill();
    expect(cells().map(({ status }) => status)).toEqual(["ok", "ok", "unfinished"]);
    expect(cells()[2]).toMatchObject({ source: `console.log("begun\\n"); for (;;);` });
    expect(cells()[2]!.outputs).toMatchObject([{ kind: "stream", text: "begun\n\n" }]);
  });

  test("says that the kernel's connection file is gone", async () => {
    const { kernel, directory } = await newKernel();
    const url = new URL("../../../src/notebook/kernel/connection.ts", import.meta.url).href;
    const find = `{ const { findConnection } = await import(${JSON.stringify(url)});
await Deno.writeTextFile("found", await findConnection().then((c) => c.ip, (e) => e.message)); }`;
    await kernel.execute(find);
    expect(Deno.readTextFileSync(`${directory}/found`)).toBe("127.0.0.1");
    for (const { name } of Deno.readDirSync(directory)) {
      if (name.endsWith(".json")) Deno.removeSync(`${directory}/${name}`);
    }
    await kernel.execute(find);
    expect(Deno.readTextFileSync(`${directory}/found`)).toMatch(
      /^Cannot read the kernel's connection file .*kernel with spaces .*\.json: No such file/,
    );
  });

  test("records two recordings in one notebook, each with all cells", async () => {
    const one = await newKernel();
    const second = Deno.makeTempDirSync({ dir: parent });
    await one.kernel.execute(one.begin);
    // A module of its own, as another copy of the library would be.
    await one.kernel.execute(
      `const two = await import(${JSON.stringify(`${MODULE}?two`)});
await two.start(${JSON.stringify(second)}); two.log("first");`,
    );
    await one.kernel.execute(`rec.log("a"); two.log("b");`);
    await ended(one.cells, 3);
    const read = (name: string) =>
      Deno.readTextFileSync(`${second}/${name}`).trim().split("\n").map((line) => JSON.parse(line));
    const cells = () => foldCells(read("cells.jsonl") as CellLine[]);
    await ended(cells, 3);
    expect(one.cells().map(({ execution }) => execution)).toEqual([1, 2, 3]);
    expect(cells().map(({ execution, status }) => [execution, status]))
      .toEqual([[1, "unknown"], [2, "ok"], [3, "ok"]]);
    const of = (rows: Row[], cells: RecordedCell[]) =>
      rows.map(({ execution, time }) => executionOf(cells)({ execution, time })?.execution);
    expect(of(one.rows(), one.cells())).toEqual([1, 3]);
    expect(of(read("rows.jsonl") as Row[], cells())).toEqual([2, 3]);
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
      executionOf(cells())({ execution: row.execution, time: row.time })?.execution
    );
    expect(of).toEqual([1, 2]);
  });
});
