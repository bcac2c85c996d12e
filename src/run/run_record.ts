import type {
  ErrorLine,
  FinishLine,
  HistoryLine,
  Json,
  RunLine,
  StartLine,
  WarningLine,
} from "../record/lines.ts";
import { toNumber } from "../record/parse_line.ts";
import type { Metric } from "./metric.ts";
import { Metrics } from "./metrics.ts";

/** Called for each number of a row. */
export type NumberVisitor = (metric: Metric, value: number, row: HistoryLine) => void;

const MAX_WARNINGS = 200;

/** What the lines of a run directory add up to; rows are summarized, not kept. */
export class RunRecord {
  /** The run's first line, or the one of its last resumption. */
  start: StartLine | null = null;
  readonly config: Map<string, Json> = new Map();
  /** Summary values that the user assigned. */
  readonly assigned: Map<string, Json> = new Map();
  readonly metrics: Metrics = new Metrics();
  /** Definitions of custom charts, by their key. */
  readonly visualize: Map<string, Json> = new Map();
  readonly warnings: WarningLine[] = [];
  error: ErrorLine | null = null;
  finish: FinishLine | null = null;
  rejected: { readonly rows: number; readonly values: number } = { rows: 0, values: 0 };
  /** Rows (distinct steps). */
  rows = 0;
  lastStep: number | null = null;
  /** Seconds since 1970 of the first and of the last row. */
  lastTimestamp: number | null = null;
  #firstTime: number | null = null;

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
        this.finish = null;
        this.error = null;
        break;
      case "config":
        update(this.config, line.set, line.remove);
        break;
      case "summary":
        update(this.assigned, line.set, line.remove);
        break;
      case "metric":
        this.metrics.define(line);
        break;
      case "visualize":
        this.visualize.set(line.key, line.config);
        break;
      case "alert":
        break;
      case "warning":
        if (this.warnings.length < MAX_WARNINGS) this.warnings.push(line);
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

  /** Takes a line of `history.jsonl`. */
  applyRow(row: HistoryLine, visit?: NumberVisitor): void {
    if (row._step !== this.lastStep) {
      this.rows++;
      this.lastStep = row._step;
    }
    this.lastTimestamp = row._timestamp;
    for (const key in row) {
      if (!key.startsWith("_")) this.#applyValue(key, null, row[key], row, visit);
    }
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
    row: HistoryLine,
    visit?: NumberVisitor,
  ): void {
    if (
      typeof value === "object" && value !== null && !Array.isArray(value) && !("_type" in value)
    ) {
      for (const [key, inner] of Object.entries(value)) {
        this.#applyValue(`${name}.${key}`, [...path ?? [name], key], inner, row, visit);
      }
      return;
    }
    const metric = this.metrics.obtain(name);
    metric.path ??= path;
    metric.add(value);
    const number = toNumber(value);
    if (number !== undefined) visit?.(metric, number, row);
  }
}

function update(
  map: Map<string, Json>,
  set: { readonly [key: string]: Json } = {},
  remove: readonly string[] = [],
): void {
  for (const [key, value] of Object.entries(set)) map.set(key, value);
  for (const key of remove) map.delete(key);
}
