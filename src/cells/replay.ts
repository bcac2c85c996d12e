import { join, RUN_FILES } from "../record/layout.ts";
import { readJsonLines } from "../record/json_lines.ts";
import type { CellLine } from "../notebook/cells/cell_lines.ts";
import { executionOf } from "../notebook/cells/execution_of.ts";
import { type RecordedCell, RecordedCells } from "../notebook/cells/recorded_cells.ts";
import { KernelProcess } from "../notebook/kernel/kernel_process.ts";
import { openRun, readRows } from "../run/recorded_run.ts";
import { listRunDirectories } from "../run/run_directory.ts";
import { REPLAY_VARIABLE } from "./replay_variable.ts";
import { type ComparedRow, compareMetrics, type MetricComparison } from "./compare_metrics.ts";

/** A cell that was executed again. */
export interface ReplayedCell {
  readonly cell: RecordedCell;
  readonly status: "ok" | "error";
}

/** What came of a replay. */
export interface ReplayReport {
  readonly cells: readonly ReplayedCell[];
  readonly metrics: readonly MetricComparison[];
  /** The run that the replay recorded. */
  readonly directory: string;
  /** Why it stopped before its end; null when it did not. */
  readonly stopped: string | null;
}

/** How a run is replayed. */
export interface ReplayOptions {
  /** Relative difference up to which two numbers are the same. @default {0} */
  readonly tolerance?: number;
  /** Where the new run is recorded. @default {a temporary folder} */
  readonly dir?: string;
  /** Told of each cell before it is executed. */
  readonly onCell?: (cell: RecordedCell) => void;
}

/** A cell may take this many times as long as it took, and at least this many seconds. */
const PATIENCE = 10;
const LEAST_MS = 60_000;
/** Timers and the last lines of a record come within this time. */
const SETTLE_MS = 5_000;
const QUIET_MS = 500;

/**
 * Executes the cells of a run again, on a fresh kernel and in the order in which they really ran,
 * and compares what is logged. The code of the run is executed with all permissions; its runs are
 * recorded in a folder of their own, and are not synced.
 *
 * @throws {Error} When the run has no cells, or the new one did not record.
 */
export async function replayRun(
  directory: string,
  options: ReplayOptions = {},
): Promise<ReplayReport> {
  const recorded = readRecorded(directory);
  const dir = options.dir ?? await Deno.makeTempDir({ prefix: "cellar-replay-" });
  await using kernel = await KernelProcess.start({
    connectionFile: join(await Deno.makeTempDir({ prefix: "cellar-kernel-" }), "kernel.json"),
    cwd: recorded.cwd,
    env: { [REPLAY_VARIABLE]: dir },
  });
  const cells: ReplayedCell[] = [];
  let stopped: string | null = null;
  for (const cell of recorded.cells) {
    options.onCell?.(cell);
    const taken = cell.end === undefined ? 0 : cell.end - (cell.start ?? cell.end);
    const reply = await within(kernel.execute(cell.source), Math.max(LEAST_MS, PATIENCE * taken));
    if (typeof reply === "string") {
      stopped = `cell ${cell.execution ?? "before the recording"} ${reply}`;
      break;
    }
    cells.push({ cell, status: reply.status === "ok" ? "ok" : "error" });
  }
  const again = await settled(dir, recorded.run);
  if (again === undefined) {
    const why = stopped === null ? "none of the cells began the run" : stopped;
    throw new Error(`Cannot compare with ${directory}: ${why}`);
  }
  const metrics = compareMetrics(recorded.rows(), rowsOf(again), options);
  return { cells, metrics, directory: again, stopped };
}

interface Recorded {
  /** Those of its last kernel. */
  readonly cells: readonly RecordedCell[];
  readonly cwd: string;
  /** How many runs began in that kernel before this one. */
  readonly run: number;
  rows(): Iterable<ComparedRow>;
}

function readRecorded(directory: string): Recorded {
  const path = join(directory, RUN_FILES.cells);
  const record = new RecordedCells({ outputs: false });
  let cwd = ".";
  let run = 0;
  for (const line of readJsonLines<CellLine>(path)) {
    record.push(line);
    if (line.type === "kernel") cwd = line.cwd ?? ".";
    else if (line.type === "begin") run = line.run;
  }
  const all = record.cells();
  const kernel = all.at(-1)?.kernel;
  const cells = all.filter((cell) => cell.kernel === kernel && cell.source.trim() !== "");
  if (cells.length === 0) throw new Error(`Cannot replay ${directory}: it has no cells on record`);
  const cellOf = executionOf(all);
  return {
    cells,
    cwd,
    run,
    *rows() {
      for (const row of rowsOf(directory)) {
        const cell = cellOf({
          execution: row["_cell"] as number | undefined,
          time: Number(row["_timestamp"]) * 1000,
        });
        if (cell === undefined || cell.kernel === kernel) yield row;
      }
    },
  };
}

function rowsOf(directory: string): Iterable<ComparedRow> {
  return readRows(directory) as Iterable<ComparedRow>;
}

/** The answer, or why there is none. */
async function within<T>(answer: Promise<T>, ms: number): Promise<T | string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(
    () => resolve(`took longer than ${Math.round(ms / 1000)} s, and was given up`),
    ms,
  );
  try {
    return await Promise.race([answer, promise]);
  } catch {
    return "ended the kernel";
  } finally {
    clearTimeout(timer);
  }
}

/** The run that was recorded again, when nothing more comes. */
async function settled(dir: string, run: number): Promise<string | undefined> {
  const end = performance.now() + SETTLE_MS;
  let rows = -1;
  let quietSince = performance.now();
  for (;;) {
    const directory = listRunDirectories(dir).find((one) => beginsAs(one, run));
    if (directory !== undefined) {
      const { length, state } = openRun(directory);
      if (length !== rows) quietSince = performance.now();
      rows = length;
      if (state === "finished" || performance.now() - quietSince > QUIET_MS) return directory;
    }
    if (performance.now() > end) return directory;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function beginsAs(directory: string, run: number): boolean {
  return readJsonLines<CellLine>(join(directory, RUN_FILES.cells)).some((line) =>
    line.type === "begin" && line.run === run
  );
}
