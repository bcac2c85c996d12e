import { afterAll, describe, expect, test } from "vitest";
import { openRun } from "../../../mod.ts";
import { readCells } from "../../../src/notebook/cells/cell_file.ts";
import { executionOf } from "../../../src/notebook/cells/execution_of.ts";
import type { RecordedCell } from "../../../src/notebook/cells/recorded_cells.ts";
import { KernelProcess } from "../../../src/notebook/kernel/kernel_process.ts";
import { runDirectories } from "../../session/script.ts";
import { tempDir } from "../../temp.ts";

/** What a notebook of the corpus is expected to record; written by hand beside it. */
interface Expected extends ExpectedRun {
  readonly about: string;
  /** Indices of cells, edited ones with their source, and restarts of the kernel. */
  readonly order:
    readonly (number | "restart" | { readonly cell: number; readonly source: string })[];
  /** By the run's name, where there are several. */
  readonly runs?: Readonly<Record<string, ExpectedRun>>;
}

interface ExpectedRun {
  /**
   * By what was logged: the execution and the number of rows, or the kernel and the execution of
   * each row.
   */
  readonly rows?: Readonly<Record<string, readonly [number, number] | readonly [number, number][]>>;
  /** Executions and how they ended. */
  readonly cells?: readonly string[];
  readonly outOfOrder?: readonly number[];
  readonly changed?: readonly number[];
  readonly gone?: readonly number[];
  readonly repeated?: readonly number[];
}

const FOLDER = new URL("../../notebooks/", import.meta.url).pathname;
const parent = tempDir();
const kernels: KernelProcess[] = [];
afterAll(() => Promise.all(kernels.map((kernel) => kernel.kill())));

const names = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb")).map((name) => name.replace(/\.ipynb$/, "")).sort();

/** Executes a notebook of the corpus; gives the folder of its runs. */
async function execute(name: string, order: Expected["order"]): Promise<string> {
  const dir = Deno.makeTempDirSync({ dir: parent });
  const path = `${FOLDER}${name}.ipynb`;
  const { cells } = JSON.parse(Deno.readTextFileSync(path));
  let restarts = 0;
  const start = async () => {
    const kernel = await KernelProcess.start({
      connectionFile: `${dir}/kernel-${restarts}.json`,
      cwd: FOLDER,
      env: { WANDB_DIR: dir, JPY_SESSION_NAME: path, KERNEL: String(restarts++) },
    });
    kernels.push(kernel);
    return kernel;
  };
  let kernel = await start();
  for (const step of order) {
    if (step === "restart") {
      await recorded(dir, restarts - 1);
      await kernel.kill();
      kernel = await start();
      continue;
    }
    const source = typeof step === "number" ? cells[step].source.join("") : step.source;
    await kernel.execute(source);
  }
  await recorded(dir, restarts - 1);
  await kernel.kill();
  return dir;
}

/** In tenths of a second: how long nothing more must be recorded, and while rows have no cell. */
const QUIET = 8;
const INCOMPLETE = 80;

/** Waits until nothing more is recorded: of timers, or by a worker that a busy machine starves. */
async function recorded(dir: string, kernel: number): Promise<void> {
  const size = () => {
    return runDirectories(dir).map((run) => {
      return ["cells.jsonl", "history.jsonl"].map((name) => sizeOf(`${run}/${name}`));
    }).join();
  };
  let before = "";
  const complete = () =>
    runDirectories(dir).every((run) =>
      Object.values(attribution(run)).flat().every(([, execution]) => execution !== -1)
    );
  for (let quiet = 0; quiet < QUIET || (quiet < INCOMPLETE && !complete());) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = size();
    // The line of the kernel alone says that the worker has only just begun.
    const cells = runDirectories(dir).map(cellsOf);
    const begun = cells.every((all) => all.some(ended)) &&
      cells.some((all) => all.some((cell) => cell.kernel === kernel && ended(cell)));
    quiet = now === before && begun ? quiet + 1 : 0;
    before = now;
  }
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

function ended({ end }: RecordedCell): boolean {
  return end !== undefined;
}

function cellsOf(directory: string): RecordedCell[] {
  return readCells(`${directory}/cells.jsonl`, { outputs: false }).cells();
}

/** The executions that logged each mark, with the kernel where there were several. */
function attribution(directory: string): Record<string, [number, number][]> {
  const cellOf = executionOf(cellsOf(directory));
  const found: Record<string, [number, number][]> = {};
  for (const row of openRun(directory).rows()) {
    const time = (row["_timestamp"] as number) * 1000 + 0.01;
    const cell = cellOf({ execution: row["_cell"] as number | undefined, time });
    (found[row["at"] as string] ??= []).push([cell?.kernel ?? -1, cell?.execution ?? -1]);
  }
  return found;
}

function expectRun(directory: string, expected: ExpectedRun): void {
  const rows = Object.entries(expected.rows ?? {}).map(([at, value]) => {
    const [execution, count] = value as [number, number];
    const each = typeof execution === "number"
      ? Array.from({ length: count }, () => [0, execution])
      : value;
    return [at, each];
  });
  expect(attribution(directory)).toEqual(Object.fromEntries(rows));
  const { cells } = openRun(directory);
  const all = [...cells];
  if (expected.cells !== undefined) {
    expect(all.map(({ execution, status }) => `${execution} ${status}`)).toEqual(expected.cells);
  }
  const { state } = cells;
  for (const what of ["outOfOrder", "changed", "gone", "repeated"] as const) {
    if (expected[what] === undefined) continue;
    expect([what, state[what].map(({ execution }) => execution)]).toEqual([what, expected[what]]);
  }
  // Each row is counted by exactly one cell.
  const counted = all.reduce((sum, { steps }) => sum + (steps?.rows ?? 0), 0);
  expect(counted).toBe(openRun(directory).length);
}

describe("every row is of the cell that logged it", () => {
  test.concurrent.each(names)("in the notebook “%s”", async (name) => {
    const expected = JSON.parse(
      Deno.readTextFileSync(`${FOLDER}${name}.expected.json`),
    ) as Expected;
    const dir = await execute(name, expected.order);
    const runs = new Map(
      runDirectories(dir).map((directory) => {
        return [openRun(directory).name, directory];
      }),
    );
    if (expected.runs === undefined) {
      expect(runs.size).toBe(1);
      expectRun([...runs.values()][0]!, expected);
      return;
    }
    expect([...runs.keys()].sort()).toEqual(Object.keys(expected.runs).sort());
    for (const [run, of] of Object.entries(expected.runs)) expectRun(runs.get(run)!, of);
  });
});
