import { readJsonLines } from "../record/json_lines.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import type { ProcessIdentity, RunLine } from "../record/lines.ts";
import { isAlive } from "../record/liveness.ts";
import type { CellLine } from "../notebook/cells/cell_lines.ts";
import { type RecordedCell, RecordedCells } from "../notebook/cells/recorded_cells.ts";
import { type NotebookTruth, notebookTruth } from "../notebook/cells/truth.ts";
import { type SystemRow, systemSummarizer, type SystemUse } from "../system/summarize_system.ts";
import { type CellRows, type CellSeries, rowsByCell } from "./cell_rows.ts";
import { notebookNow } from "./notebook_now.ts";
import type {
  CellDisorder,
  CellHardware,
  CellMetric,
  CellStatus,
  CellSummary,
  NotebookState,
} from "./types.ts";

/** A cell as it was recorded, with what it logged. */
export interface CellReport {
  readonly summary: CellSummary;
  readonly cell: RecordedCell;
  /** Undefined when it logged nothing. */
  readonly rows: CellRows | undefined;
}

/** The cells of a run. */
export interface CellReports {
  /** In the order of their execution. */
  readonly cells: readonly CellReport[];
  readonly state: NotebookState;
}

/** What is read of the cells. */
export interface ReadCellsOptions {
  /** Points that a series of a metric has at most. @default {64} */
  readonly buckets?: number;
  /** Only this execution is read with its outputs and rows, of the last kernel that has it. */
  readonly only?: number;
  /** Seconds since 1970. @default {now} */
  readonly now?: number;
}

/** A larger file of hardware samples is not read for the sake of a table. */
const MAX_SYSTEM = 128 * 1024 * 1024;

/** Reads the cells of a run from its directory. */
export function readCellReports(directory: string, options: ReadCellsOptions = {}): CellReports {
  const { buckets = 64, only, now = Date.now() / 1000 } = options;
  const record = new RecordedCells({ outputs: only !== undefined });
  let notebook: string | null = null;
  for (const line of readJsonLines<CellLine>(join(directory, RUN_FILES.cells))) {
    record.push(line);
    if (line.type === "notebook") notebook = line.path;
  }
  const cells = record.cells();
  const wanted = only === undefined ? undefined : findCell(cells, only);
  const rows = rowsByCell(directory, cells, {
    buckets,
    ...(wanted === undefined ? {} : { wanted }),
  });
  const sources = (notebook === null ? undefined : notebookNow(directory, notebook)) ?? [];
  const truth = notebookTruth(cells, sources);
  const { warnings, process } = readRun(directory, cells);
  const context: SummaryContext = {
    now: now * 1000,
    last: process !== null && isAlive(process, heartbeat(directory)) ? cells.at(-1) : undefined,
    disorder: disorderOf(truth),
    warnings,
    use: systemUse(directory),
  };
  const reports = cells.map((cell): CellReport => ({
    cell,
    rows: rows.get(cell),
    summary: summarize(cell, rows.get(cell), context),
  }));
  const bySummary = new Map(reports.map(({ cell, summary }) => [cell, summary]));
  return { cells: reports, state: stateOf(truth, { notebook, sources }, bySummary) };
}

/** The cell with an execution number, of the last kernel that has one; negative counts from the end. */
function findCell(
  cells: readonly RecordedCell[],
  execution: number,
): RecordedCell | undefined {
  return execution < 0 ? cells.at(execution) : cells.findLast((c) => c.execution === execution);
}

interface SummaryContext {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The cell that may still be running. */
  readonly last: RecordedCell | undefined;
  readonly disorder: ReadonlyMap<RecordedCell, readonly CellDisorder[]>;
  readonly warnings: ReadonlyMap<RecordedCell, readonly string[]>;
  readonly use: ((span: { start: number; end: number }) => SystemUse) | undefined;
}

function summarize(
  cell: RecordedCell,
  rows: CellRows | undefined,
  context: SummaryContext,
): CellSummary {
  const { start, error } = cell;
  const running = cell.status === "unfinished" && cell === context.last;
  const status: CellStatus = running ? "running" : cell.status;
  const end = cell.end ?? (running ? context.now : undefined);
  const known = start !== undefined && end !== undefined;
  return {
    execution: cell.execution ?? null,
    kernel: cell.kernel,
    source: cell.source,
    hash: cell.hash,
    transpiled: cell.transpiled,
    status,
    startedAt: start === undefined ? null : new Date(start),
    seconds: known ? Math.max(0, end - start) / 1000 : null,
    steps: rows === undefined ? null : { first: rows.first, last: rows.last, rows: rows.rows },
    metrics: Array.from(rows?.metrics ?? [], ([name, metric]) => metricOf(name, metric)),
    media: rows?.media ?? 0,
    histograms: rows?.histograms ?? 0,
    hardware: known && context.use !== undefined
      ? hardwareOf(context.use({ start: start / 1000, end: end / 1000 }))
      : null,
    consoleLines: cell.consoleLines,
    gap: cell.gap,
    warnings: context.warnings.get(cell) ?? [],
    error: error === undefined ? null : `${error.ename}: ${error.evalue}`,
    disorder: context.disorder.get(cell) ?? [],
  };
}

function metricOf(name: string, { series, first, last }: CellSeries): CellMetric {
  const { points, min, max } = series.view();
  return { name, points, first, last, change: last - first, min, max };
}

function hardwareOf(use: SystemUse): CellHardware | null {
  const { seconds: _seconds, gpus: _gpus, ...facts } = use;
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return known.length === 0 ? null : Object.fromEntries(known);
}

function disorderOf(truth: NotebookTruth): Map<RecordedCell, CellDisorder[]> {
  const found = new Map<RecordedCell, CellDisorder[]>();
  const add = (cell: RecordedCell, what: CellDisorder) =>
    found.set(cell, [...found.get(cell) ?? [], what]);
  for (const cell of truth.outOfOrder) add(cell, "out of order");
  for (const { cell } of truth.changed) add(cell, "changed since");
  for (const cell of truth.gone) add(cell, "no longer there");
  return found;
}

function stateOf(
  truth: NotebookTruth,
  { notebook, sources }: { notebook: string | null; sources: readonly string[] },
  summaries: ReadonlyMap<RecordedCell, CellSummary>,
): NotebookState {
  const of = (cells: readonly RecordedCell[]) => cells.map((cell) => summaries.get(cell)!);
  return {
    notebook,
    outOfOrder: of(truth.outOfOrder),
    changed: of(truth.changed.map(({ cell }) => cell)),
    gone: of(truth.gone),
    repeated: of(truth.repeated),
    neverExecuted: truth.neverExecuted.map((index) => sources[index]!),
    skipped: truth.neverExecuted.filter((index) => index < truth.furthest).length,
    missing: truth.missing,
  };
}

/** The run's process, and its warnings: each belongs to the cell that ran at its time. */
function readRun(
  directory: string,
  cells: readonly RecordedCell[],
): { warnings: Map<RecordedCell, string[]>; process: ProcessIdentity | null } {
  const warnings = new Map<RecordedCell, string[]>();
  let process: ProcessIdentity | null = null;
  const started = cells.filter(({ start }) => start !== undefined);
  for (const line of readJsonLines<RunLine>(join(directory, RUN_FILES.run))) {
    if (line.type === "run") process = line.process;
    if (line.type !== "warning") continue;
    const time = line.time * 1000;
    const cell = started.findLast(({ start }) => start! <= time) ?? started[0];
    if (cell !== undefined) warnings.set(cell, [...warnings.get(cell) ?? [], line.message]);
  }
  return { warnings, process };
}

function heartbeat(directory: string): number | null {
  try {
    return Deno.statSync(join(directory, RUN_FILES.heartbeat)).mtime?.getTime() ?? null;
  } catch {
    return null;
  }
}

function systemUse(directory: string): SummaryContext["use"] {
  const path = join(directory, RUN_FILES.system);
  try {
    if (Deno.statSync(path).size > MAX_SYSTEM) return undefined;
  } catch {
    return undefined;
  }
  const rows = [...readJsonLines<SystemRow>(path)];
  return rows.length === 0 ? undefined : systemSummarizer(rows);
}
