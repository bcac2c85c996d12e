import { beforeAll, describe, expect, test } from "vitest";
import type { CellLine } from "../../../src/notebook/cells/cell_lines.ts";
import { foldCells } from "../../../src/notebook/cells/recorded_cells.ts";
import { SessionFile } from "../../../src/notebook/cells/session_file.ts";
import type { Notebook } from "../../../src/notebook/cells/session_notebook.ts";
import { RIG, setUp } from "../../jupyter/setup.ts";
import { tempDir } from "../../temp.ts";

beforeAll(setUp, 300_000);

const directory = tempDir();
const start = { type: "start", time: 1_000, seen: 1_000, hash: "h" } as const;
const stream = { type: "output", kind: "stream", execution: 2, name: "stdout" } as const;
const LINES: CellLine[] = [
  { type: "kernel", time: 0 },
  { type: "backfill", source: "before();", hash: "h", transpiled: true },
  { ...start, execution: 0, source: "init()", transpiled: true },
  { ...start, execution: 2, source: "</script>\ud800 ünï" },
  { ...stream, text: "a\n" },
  { ...stream, text: "b \udc00\n" },
  { ...stream, name: "stderr", text: "e\n" },
  { ...stream, text: "z\n", skipped: 7 },
  { type: "output", kind: "note", execution: 2, output: 0 },
  {
    type: "output",
    kind: "display",
    execution: 2,
    output: 1,
    metadata: { "\ud800": [1, { a: "\ud800" }] },
    parts: [
      { mime: "image/png", size: 9_000_000 },
      { mime: "text/html", size: 3, value: { not: "text" } },
      { mime: "application/json", size: 3, value: [1, { a: null }] },
      { mime: "application/vnd.vegalite.v5+json", size: 3, value: { mark: "bar" } },
    ],
  },
  {
    type: "output",
    kind: "result",
    execution: 2,
    output: 2,
    parts: [{ mime: "image/png", size: 9_000_000 }],
  },
  { type: "error", execution: 2, time: 1, ename: "E", evalue: "\ud800", traceback: ["a"] },
  { type: "end", execution: 2, status: "error", time: NaN, consoleLines: 4 },
  { type: "kernel", time: 5 },
  { ...start, execution: 2, source: "after a restart" },
];

async function python(script: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(`${RIG.bin}/python`, {
    args: ["-c", script, ...args],
  }).output();
  expect(new TextDecoder().decode(stderr).replaceAll(/.*Warning.*/g, "") + code).toMatch(/0$/);
  return new TextDecoder().decode(stdout).trim();
}

/** Writes the session's notebook of a record. */
function write(name: string, lines: readonly CellLine[]): string {
  const path = `${directory}/${name}`;
  const file = new SessionFile(path, { metadata: { run: "r\ud800" } });
  for (const cell of foldCells(lines)) file.append(cell);
  file.close();
  return path;
}

describe("SessionFile", () => {
  test("is valid for nbformat, with ids that differ", async () => {
    const script = `import nbformat, sys
nb = nbformat.read(sys.argv[1], as_version=4)
nbformat.validate(nb)
nbformat.write(nb, sys.argv[1] + ".out")
print(nb.nbformat, nb.nbformat_minor, len({c.id for c in nb.cells}), len(nb.cells))`;
    expect(await python(script, write("session.ipynb", LINES))).toBe("4 5 4 4");
  });

  test("has the outputs of a cell as a notebook shows them", () => {
    const { cells } = JSON.parse(Deno.readTextFileSync(write("outputs.ipynb", LINES))) as Notebook;
    expect(cells.map((cell) => cell.execution_count)).toEqual([null, null, 2, 2]);
    expect(cells[2]!.outputs).toMatchObject([
      { output_type: "stream", name: "stdout", text: "a\nb \ufffd\n" },
      { output_type: "stream", name: "stderr", text: "e\n" },
      { output_type: "stream", name: "stdout", text: "… (7 lines were not kept)\nz\n" },
      { output_type: "display_data", data: { "application/json": [1, { a: null }] } },
      {
        output_type: "execute_result",
        execution_count: 2,
        data: { "text/plain": "(not kept: image/png, 9000000 bytes)" },
      },
      { output_type: "error", ename: "E", evalue: "\ufffd", traceback: ["a"] },
    ]);
  });

  test("is valid without any cell", async () => {
    const script =
      "import nbformat, sys; nbformat.validate(nbformat.read(sys.argv[1], 4)); print(1)";
    expect(await python(script, write("empty.ipynb", []))).toBe("1");
  });
});
