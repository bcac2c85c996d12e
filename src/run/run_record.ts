import { isObject } from "../record/json_object.ts";
import type {
  AlertLine,
  ErrorLine,
  FinishLine,
  HistoryLine,
  Json,
  LabelsLine,
  RunLine,
  StartLine,
  WarningLine,
} from "../record/lines.ts";
import { toNumber } from "../record/parse_line.ts";
import { isPending } from "../record/recordable.ts";
import type { Metric } from "./metric.ts";
import { Metrics } from "./metrics.ts";

/** Called for each number of a row. */
export type NumberVisitor = (metric: Metric, value: number, row: HistoryLine) => void;

const MAX_WARNINGS = 200;
const MAX_ALERTS = 100;

/** What the lines of a run directory add up to; rows are summarized, not kept. */
export class RunRecord {
  /** The run's first line, or the one of its last resumption, with what was changed since. */
  start: StartLine | null = null;
  /** Whether the labels were changed since, be it to none. */
  retagged = false;
  readonly config: Map<string, Json> = new Map();
  /** Summary values that the user assigned. */
  readonly assigned: Map<string, Json> = new Map();
  readonly metrics: Metrics = new Metrics();
  readonly warnings: WarningLine[] = [];
  /** The last ones, oldest first. */
  readonly alerts: AlertLine[] = [];
  /** Names of classes in boxes and masks, by W&B's place for them and by their key. */
  readonly labels: Map<string, LabelsLine> = new Map();
  /** The step at which a metric last had a value that is no number. */
  readonly mediaSteps: Map<string, number> = new Map();
  /** Definitions of charts whose tables are logged under `<key>_table`. */
  readonly charts: Map<string, Json> = new Map();
  error: ErrorLine | null = null;
  finish: FinishLine | null = null;
  rejected: { readonly rows: number; readonly values: number } = { rows: 0, values: 0 };
  /** Rows (distinct steps). */
  rows = 0;
  lastStep: number | null = null;
  /** Seconds since 1970 of the first and of the last row. */
  lastTimestamp: number | null = null;
  #firstTime: number | null = null;
  /** Names of values that were not made yet, by the step of their row. */
  readonly #pending = new Map<number, Set<string>>();

  /** Seconds since 1970 at which the run began, before any resumption. */
  get startTime(): number {
    return this.#firstTime ?? this.start?.time ?? 0;
  }

  /** Takes a line of `run.jsonl`. */
  applyLine(line: RunLine): void {
    switch (line.type) {
      case "run":
        this.#firstTime ??= line.time;
        this.start = line;
        this.retagged = false;
        this.finish = null;
        this.error = null;
        break;
      case "about": {
        const { type: _, ...changed } = line;
        if (this.start !== null) this.start = { ...this.start, ...changed };
        this.retagged ||= line.tags !== undefined;
        break;
      }
      case "config":
        update(this.config, line.set, line.remove);
        break;
      case "summary":
        update(this.assigned, line.set, line.remove);
        break;
      case "metric":
        this.metrics.define(line);
        break;
      case "warning":
        if (this.warnings.length < MAX_WARNINGS) this.warnings.push(line);
        break;
      case "alert":
        this.alerts.push(line);
        if (this.alerts.length > MAX_ALERTS) this.alerts.shift();
        break;
      case "labels":
        this.labels.set(`${line.group} ${line.key}`, line);
        break;
      case "visualize":
        this.charts.set(line.key, line.config);
        break;
      case "rejected":
        this.rejected = { rows: line.rows, values: line.values };
        break;
      case "error":
        this.error = line;
        break;
      case "finish":
        this.finish = line;
        this.rejected = line.rejected;
        break;
    }
  }

  /** Steps whose rows wait for values that were being made. */
  get pendingSteps(): readonly number[] {
    return [...this.#pending.keys()];
  }

  /** Takes a line of `history.jsonl`. */
  applyRow(row: HistoryLine, visit?: NumberVisitor): void {
    const step = row._step;
    // What the background made of an earlier row comes in a line of its own.
    const awaited = this.#pending.get(step);
    if (this.lastStep === null || step > this.lastStep) {
      this.rows++;
      this.lastStep = step;
      this.lastTimestamp = row._timestamp;
    }
    if (row._complete === true) this.#pending.delete(step);
    for (const key in row) {
      if (!key.startsWith("_")) this.#applyValue(key, null, row[key], { row, visit, awaited });
    }
    if (awaited?.size === 0) this.#pending.delete(step);
  }

  /** The summary: what metrics add up to, and what was assigned, which wins. */
  summary(): Record<string, unknown> {
    const summary = new Map<string, unknown>();
    for (const metric of this.metrics) {
      const value = metric.summary;
      if (value !== undefined) summary.set(metric.name, value);
    }
    for (const [key, value] of this.assigned) summary.set(key, value);
    return Object.fromEntries(summary);
  }

  /** @param path The keys of a nested value. */
  #applyValue(
    name: string,
    path: readonly string[] | null,
    value: unknown,
    context: RowContext,
  ): void {
    const { row, visit, awaited } = context;
    if (isObject(value) && !("_type" in value)) {
      for (const [key, inner] of Object.entries(value)) {
        this.#applyValue(`${name}.${key}`, [...path ?? [name], key], inner, context);
      }
      return;
    }
    const metric = this.metrics.obtain(name);
    metric.path ??= path;
    if (isPending(value)) {
      const names = this.#pending.get(row._step);
      if (names === undefined) this.#pending.set(row._step, new Set([name]));
      else names.add(name);
      return;
    }
    if (awaited !== undefined && isRepeated(name, awaited)) return;
    awaited?.delete(name);
    // A value that could not be made is none.
    if (value === null && awaited !== undefined) return;
    metric.add(value);
    const number = toNumber(value);
    if (number === undefined) this.mediaSteps.set(name, row._step);
    if (number !== undefined) visit?.(metric, number, row);
  }
}

interface RowContext {
  readonly row: HistoryLine;
  readonly visit: NumberVisitor | undefined;
  /** Names that an earlier line of the step left open. */
  readonly awaited: Set<string> | undefined;
}

/** Whether a name stood beside an open one already, in the line that left that one open. */
function isRepeated(name: string, awaited: ReadonlySet<string>): boolean {
  if (awaited.has(name)) return false;
  const top = name.split(".", 1)[0]!;
  return [...awaited].some((open) => open.startsWith(`${top}.`));
}

function update(
  map: Map<string, Json>,
  set: { readonly [key: string]: Json } = {},
  remove: readonly string[] = [],
): void {
  for (const [key, value] of Object.entries(set)) map.set(key, value);
  for (const key of remove) map.delete(key);
}
