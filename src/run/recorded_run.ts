import { RunCells } from "../cells/run_cells.ts";
import { readProvenance, type RecordedEnvironment } from "../provenance/recorded_provenance.ts";
import type { ConsoleLine } from "../record/console_lines.ts";
import { readJsonLines } from "../record/json_lines.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import type { HistoryLine, RunLine } from "../record/lines.ts";
import { isAlive } from "../record/liveness.ts";
import type { RecordedGit } from "../record/provenance_lines.ts";
import { toNumber } from "../record/parse_line.ts";
import { type Row, RowAssembler } from "../record/rows.ts";
import type { Drawn, DrawRequest } from "./companion.ts";
import { RunRecord } from "./run_record.ts";
import { readSystem, type SystemData } from "./system_rows.ts";

/** How a run stands: going on, ended well, ended with an error, or gone without an end. */
export type RunState = "running" | "finished" | "failed" | "crashed";

export type { Row };

/** A run that was read from its directory; see {@linkcode openRun}. */
export interface RecordedRun {
  /** Its directory. */
  readonly directory: string;
  /** The id, unique in its project. */
  readonly id: string;
  /** The name that people see. */
  readonly name: string;
  /** The project that it belongs to. */
  readonly project: string;
  /** The user or team that owns it. */
  readonly entity: string | null;
  /** Its labels. */
  readonly tags: readonly string[];
  /** A longer description. */
  readonly notes: string | null;
  /** How it stands; right within seconds. */
  readonly state: RunState;
  /** Null while it runs, when it crashed, and when an error ended it that nobody caught. */
  readonly exitCode: number | null;
  /** The error that ended it. */
  readonly error: string | null;
  /** When it began. */
  readonly startedAt: Date;
  /** What was configured and set since. */
  readonly config: { readonly [key: string]: unknown };
  /** What its metrics add up to, and what was assigned. */
  readonly summary: { readonly [key: string]: unknown };
  /** The names of its metrics, in the order in which they were first logged. */
  readonly metrics: readonly string[];
  /** What went wrong without ending it. */
  readonly warnings: readonly string[];
  /** The state of the Git repository; null when the code is in none, or it is unknown. */
  readonly git: RecordedGit | null;
  /** Versions, arguments, packages and machine; null when they are unknown. */
  readonly environment: RecordedEnvironment | null;
  /** How many rows (distinct steps) there are. */
  readonly length: number;
  /** Lines that could not be read, and were passed over. */
  readonly damaged: number;
  /** What each cell of its notebook did; empty for a script's run. */
  readonly cells: RunCells;
  /** Its rows, oldest first, without holding them all in memory. */
  rows(): Generator<Row>;
  /**
   * Columns of all rows; a value that a row lacks is undefined. Nested values are asked for by
   * their path, as `a.b`.
   *
   * @param keys All metrics, `_step`, `_timestamp` and `_runtime` when left out.
   */
  columns(keys?: readonly string[]): { [key: string]: unknown[] };
  /** What was printed, oldest first; colours are there as they were printed. */
  console(): Generator<ConsoleLine>;
  /** The hardware while it went on. */
  readonly system: SystemData;
}

/**
 * Reads a run from its directory; it may be running still.
 *
 * @example
 * ```ts
 * const run = openRun("cellar/latest-run");
 * console.log(run.name, run.state, run.summary);
 * const { _step, loss } = run.columns(["_step", "loss"]);
 * ```
 *
 * @throws {Error} When the directory holds no run.
 */
export function openRun(directory: string): RecordedRun {
  const { record, damaged } = readRecord(directory);
  const { start } = record;
  if (start === null) {
    throw new Error(`Cannot open ${JSON.stringify(directory)}: it holds no run`);
  }
  const { git, environment } = readProvenance(directory);
  return {
    directory,
    id: start.id,
    name: start.name,
    project: start.project,
    entity: start.entity ?? null,
    tags: start.tags,
    notes: start.notes || null,
    state: runState(record, directory),
    exitCode: record.finish?.exitCode ?? null,
    error: record.error?.message ?? null,
    startedAt: new Date(record.startTime * 1000),
    config: Object.fromEntries(record.config),
    summary: record.summary(),
    metrics: Array.from(record.metrics, (metric) => metric.name),
    warnings: record.warnings.map((warning) => warning.message),
    git,
    environment,
    length: record.rows,
    damaged,
    cells: new RunCells({ directory, draw: (request) => drawRecorded(directory, request) }),
    rows: () => readRows(directory),
    columns: (keys) => readColumns(directory, keys ?? allKeys(record)),
    console: () => readJsonLines<ConsoleLine>(join(directory, RUN_FILES.console)),
    system: readSystem(directory),
  };
}

/** Draws from a directory that nobody follows. */
async function drawRecorded(directory: string, request: DrawRequest): Promise<Drawn> {
  const { Follower } = await import("../view/follower.ts");
  const { draw } = await import("../view/draw.ts");
  const follower = new Follower(directory);
  try {
    return await draw(follower, request);
  } finally {
    follower.close();
  }
}

/** What the lines of a run directory add up to, and how many could not be read. */
export function readRecord(directory: string): { record: RunRecord; damaged: number } {
  const record = new RunRecord();
  let damaged = 0;
  const read = <T extends object>(file: string) =>
    readJsonLines<T>(join(directory, file), () => damaged++);
  for (const line of read<RunLine>(RUN_FILES.run)) record.applyLine(line);
  for (const row of read<HistoryLine>(RUN_FILES.history)) record.applyRow(row);
  return { record, damaged };
}

/** The state of a run, within seconds of the truth. */
export function runState(record: RunRecord, directory: string): RunState {
  if (record.finish !== null) return record.finish.exitCode === 0 ? "finished" : "failed";
  if (record.start !== null && isAlive(record.start.process, lastHeartbeat(directory))) {
    return "running";
  }
  // An error that nobody caught ends the process before a last line can be written.
  return record.error === null ? "crashed" : "failed";
}

/** Rows of a directory, lines of one step merged. */
export function* readRows(directory: string): Generator<Row> {
  const rows = new RowAssembler();
  for (const line of readJsonLines<HistoryLine>(join(directory, RUN_FILES.history))) {
    yield* rows.add(line);
  }
  yield* rows.end();
}

/** The value of a row at a name, which may be a path into nested values. */
export function valueAt(row: Row, name: string): unknown {
  if (Object.hasOwn(row, name)) return readable(row[name]);
  let value: unknown = row;
  for (const key of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Row)[key];
  }
  return readable(value);
}

/** NaN and the infinities are recorded as strings. */
function readable(value: unknown): unknown {
  return typeof value === "string" ? toNumber(value) ?? value : value;
}

function readColumns(directory: string, keys: readonly string[]): { [key: string]: unknown[] } {
  const columns = keys.map((key): [string, unknown[]] => [key, []]);
  for (const row of readRows(directory)) {
    for (const [key, column] of columns) column.push(valueAt(row, key));
  }
  return Object.fromEntries(columns);
}

function allKeys(record: RunRecord): string[] {
  return ["_step", "_timestamp", "_runtime", ...Array.from(record.metrics, (m) => m.name)];
}

function lastHeartbeat(directory: string): number | null {
  for (const file of [RUN_FILES.heartbeat, RUN_FILES.history, RUN_FILES.run]) {
    try {
      const time = Deno.statSync(join(directory, file)).mtime;
      if (time !== null) return time.getTime();
    } catch {
      // The next one may be there.
    }
  }
  return null;
}
