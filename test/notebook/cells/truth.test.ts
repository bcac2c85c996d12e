import { describe, expect, test } from "vitest";
import { installAttribution } from "../../../src/notebook/cells/attribution.ts";
import { executionOf } from "../../../src/notebook/cells/execution_of.ts";
import { comparableSource } from "../../../src/notebook/cells/match_source.ts";
import {
  exactSources,
  findNotebookFile,
  notebookSources,
  readNotebookSources,
} from "../../../src/notebook/cells/notebook_file.ts";
import type { RecordedCell } from "../../../src/notebook/cells/recorded_cells.ts";
import { notebookTruth } from "../../../src/notebook/cells/truth.ts";
import { tempDir } from "../../temp.ts";

function cell(execution: number, source: string, more: Partial<RecordedCell> = {}): RecordedCell {
  return {
    kernel: 0,
    execution,
    source,
    hash: source,
    transpiled: false,
    start: execution * 100,
    seen: execution * 100 + 10,
    end: execution * 100 + 50,
    status: "ok",
    error: undefined,
    outputs: [],
    consoleLines: 0,
    unkept: 0,
    gap: false,
    ...more,
  };
}

const numbers = (cells: readonly RecordedCell[]) => cells.map(({ execution }) => execution);

describe("notebookTruth()", () => {
  test("has nothing to say about a notebook executed once from top to bottom", () => {
    const truth = notebookTruth([cell(1, "a"), cell(2, "b"), cell(3, "c")], ["a", "b", "c", " "]);
    expect(truth).toEqual({
      outOfOrder: [],
      repeated: [],
      changed: [],
      gone: [],
      neverExecuted: [],
      furthest: 2,
      missing: 0,
    });
  });

  test("finds what was executed out of order, again, and never", () => {
    const cells = [cell(1, "b"), cell(2, "a"), cell(3, "c"), cell(4, "a")];
    const truth = notebookTruth(cells, ["a", "b", "c", "d"]);
    expect(numbers(truth.outOfOrder)).toEqual([2, 4]);
    expect(numbers(truth.repeated)).toEqual([4]);
    expect(truth.neverExecuted).toEqual([3]);
  });

  test("tells a cell that was edited from one that is gone", () => {
    const cells = [
      cell(1, "const lr = 0.1;\ntrain(model, lr);"),
      cell(2, "console.log(evaluate(model));"),
    ];
    const now = ["const lr = 0.2;\ntrain(model, lr);", "plot()"];
    const truth = notebookTruth(cells, now);
    expect(truth.changed.map(({ cell, now }) => [cell.execution, now])).toEqual([[1, now[0]]]);
    expect(numbers(truth.gone)).toEqual([2]);
    expect(truth.neverExecuted).toEqual([0, 1]);
  });

  test("does not take a long cell for a line whose words it has somewhere", () => {
    const long = "const history = await model.fit(x, y);\ncellar.log(history);\nfinish(history);";
    const truth = notebookTruth([cell(1, long)], ["await cellar.finish()"]);
    expect(truth.changed).toEqual([]);
    expect(numbers(truth.gone)).toEqual([1]);
  });

  test("does not complain about a version that has been executed again as it is now", () => {
    const cells = [cell(1, "const lr = 0.1; train(lr)"), cell(2, "const lr = 0.2; train(lr)")];
    const truth = notebookTruth(cells, ["const lr = 0.2; train(lr)"]);
    expect(truth.changed).toEqual([]);
    expect(truth.neverExecuted).toEqual([]);
  });

  test("looks at the last kernel only, and counts what is not on the record", () => {
    const cells = [cell(1, "z"), cell(4, "a", { kernel: 1 })];
    const truth = notebookTruth(cells, ["a"]);
    expect(truth.gone).toEqual([]);
    expect(truth.missing).toBe(3);
  });

  test("counts executions between that nobody heard of", () => {
    expect(notebookTruth([cell(1, "a"), cell(2, "b"), cell(5, "c")]).missing).toBe(2);
  });

  test("finds a cell of which only the kernel's version is known", () => {
    const cells = [cell(1, "const a = 1;", { transpiled: true, start: undefined })];
    const truth = notebookTruth(cells, ["const a: number = 1"]);
    expect(truth.gone).toEqual([]);
    expect(truth.neverExecuted).toEqual([]);
  });

  test("takes no cells, and no notebook", () => {
    expect(notebookTruth([]).missing).toBe(0);
    expect(notebookTruth([], ["a"]).neverExecuted).toEqual([0]);
    expect(numbers(notebookTruth([cell(1, "a"), cell(2, "a")]).repeated)).toEqual([2]);
  });
});

describe("exactSources()", () => {
  const transpiled = (source: string) => ({ source, transpiled: true });

  // The right sides are what a kernel of Deno 2.9.6 made of the left ones.
  test.each([
    [`const x: number = 1; // c\nx`, `const x = 1; // c\nx;`],
    [
      `interface A {}\nfunction f(a: string, b?: A) { return a }`,
      `function f(a, b) {\n  return a;\n}`,
    ],
    [
      `import { join } from "node:path";\nimport type { Foo } from "node:path";\nexport const y = join("a") as string;`,
      `const { join } = await import("node:path");\nconst y = join("a");`,
    ],
    [
      `enum E { A, B = 3 }`,
      `var E = /*#__PURE__*/ function(E) {\n  E[E["A"] = 0] = "A";\n  E[E["B"] = 3] = "B";\n  return E;\n}(E || {});`,
    ],
    [
      `import * as a from "./a.ts";\nimport d, { b as c } from "./a.ts";`,
      [
        `const a = await import("./a.ts");`,
        `const { default: d, b: c } = await import("./a.ts");`,
      ].join("\n"),
    ],
  ])("finds the source %j", (source, compiled) => {
    expect(exactSources([transpiled(compiled)], ["other()", source, source])[0])
      .toEqual({ source, transpiled: false });
  });

  test("leaves alone what two different cells would make, and what none does", () => {
    const cells = [transpiled("const a = 1;"), transpiled("b();")];
    expect(exactSources(cells, ["const a: number = 1", "const a = 1", "broken ("])).toEqual(cells);
  });

  test("leaves alone sources that are exact already", () => {
    const cells = [{ source: "const a = 1", transpiled: false }, transpiled("b()")];
    expect(exactSources(cells, ["const a: number = 1"])).toEqual(cells);
  });
});

describe("comparableSource()", () => {
  test("is undefined for what does not compile", () => {
    expect(comparableSource("broken (", false)).toBeUndefined();
  });
});

describe("notebookSources()", () => {
  test("takes the code cells, and nothing that is no notebook", () => {
    const cells = [
      { cell_type: "markdown", source: "# x" },
      { cell_type: "code", source: ["a\n", "b"] },
      { cell_type: "code", source: "c" },
      { cell_type: "code" },
      null,
    ];
    expect(notebookSources({ cells })).toEqual(["a\nb", "c", ""]);
    for (const none of [null, 5, {}, { cells: 1 }]) expect(notebookSources(none)).toBeUndefined();
  });
});

describe("findNotebookFile()", () => {
  const directory = tempDir();
  const cwd = `${directory}/sub folder`;
  const file = `${cwd}/ünï code.ipynb`;
  Deno.mkdirSync(cwd);
  Deno.writeTextFileSync(file, `{"cells":[{"cell_type":"code","source":"a"}]}`);
  Deno.writeTextFileSync(`${cwd}/half.ipynb`, `{"cells":[{"cell_`);
  Deno.writeTextFileSync(`${cwd}/secret.txt`, "x");

  test.each([
    ["a name", { JPY_SESSION_NAME: "ünï code.ipynb" }, file],
    ["an absolute path", { JPY_SESSION_NAME: file }, file],
    ["a path from the server's root", { JPY_SESSION_NAME: "sub folder/ünï code.ipynb" }, file],
    [
      "a path with ..",
      { JPY_SESSION_NAME: "../sub folder/ünï code.ipynb" },
      `${cwd}/../sub folder/ünï code.ipynb`,
    ],
    ["W&B's name without an ending", { WANDB_NOTEBOOK_NAME: "ünï code" }, file],
    ["a file that is no notebook", { JPY_SESSION_NAME: "secret.txt" }, undefined],
    ["a name with a NUL", { JPY_SESSION_NAME: "a\0b" }, undefined],
    ["nothing", {}, undefined],
  ])("takes %s", async (_, env: Record<string, string>, expected) => {
    expect(await findNotebookFile((name) => env[name], cwd)).toBe(expected);
  });

  test("reads a notebook, and none that is half written or gone", async () => {
    expect(await readNotebookSources(file)).toEqual(["a"]);
    expect(await readNotebookSources(`${cwd}/half.ipynb`)).toBeUndefined();
    expect(await readNotebookSources(`${cwd}/gone.ipynb`)).toBeUndefined();
  });
});

describe("executionOf()", () => {
  const error = { ename: "Error", evalue: "b", traceback: [] };
  const failed = cell(2, "b", { status: "error", error });
  const cells = [cell(1, "a"), failed, cell(3, "c"), cell(1, "a", { kernel: 1, start: 900 })];
  const SEEN = cells[2]!.seen! + 0.01;

  test.each([
    ["the number that a row has", { execution: 1, time: 500 }, cells[0]],
    ["the next cell, when the thread could not know yet", { execution: 2, time: 305 }, cells[2]],
    ["the next cell, when both came in one millisecond", { execution: 2, time: SEEN }, cells[2]],
    ["the failed cell, when it logs later", { execution: 2, time: 350 }, failed],
    ["the failed cell itself", { execution: 2, time: 210 }, failed],
    ["the cell that ran when there is no number", { execution: undefined, time: 320 }, cells[2]],
    ["the kernel that ran then", { execution: 1, time: 950 }, cells[3]],
    ["the cell in which a recording began", { execution: 0, time: 960 }, cells[3]],
    ["nothing that is not there", { execution: 9, time: 300 }, undefined],
  ])("gives %s", (_, row, expected) => {
    expect(executionOf(cells)(row)).toBe(expected);
  });

  test("gives no row to a cell that does not compile, but to the next one that does", () => {
    const broken = (execution: number) => cell(execution, "(", { status: "error" });
    const cells = [cell(1, "a"), broken(2), broken(3), cell(4, "c")];
    expect(executionOf(cells)({ execution: 2, time: 9_000 })).toBe(cells[3]);
    expect(executionOf(cells.slice(0, 3))({ execution: 2, time: 9_000 })).toBe(cells[1]);
  });
});

describe("installAttribution()", () => {
  test("does nothing outside of a kernel", () => {
    const attribution = installAttribution();
    expect(attribution.exact).toBe(false);
    expect(attribution.current()).toBeUndefined();
    attribution.dispose();
  });
});
