import { reasonOf } from "../names/reason.ts";
import { className, isPlainObject } from "../record/plain_object.ts";
import { encodeNumber, UnrecordableValue } from "../record/encode_value.ts";
import type { RunLine } from "../record/lines.ts";
import type { RunClock } from "./clock.ts";
import type { Metric } from "./metric.ts";
import type { Metrics } from "./metrics.ts";
import { judgeMetricName, proposeMetricName, quoteName } from "./names.ts";
import type { PendingValues } from "./pending_values.ts";
import { recordValue } from "./record_value.ts";
import type { Warnings } from "./warnings.ts";

/** Options of `log`. */
export interface LogOptions {
  /**
   * The step of the row. Steps may leap, but not go back.
   *
   * @default {the step after the last one}
   */
  readonly step?: number;
  /**
   * Whether the row is complete, so that the next `log` begins another.
   *
   * @default {true without `step`, false with it}
   */
  readonly commit?: boolean;
}

/** What a row may hold. */
export type LogData = { readonly [metric: string]: unknown };

/** Where rows go, and what they are checked against. */
export interface HistoryContext {
  readonly clock: RunClock;
  readonly metrics: Metrics;
  readonly warnings: Warnings;
  /** Appends a line; the time is the monotonic clock's. */
  readonly append: (line: string, monotonic: number) => void;
  /** Values that the background makes. */
  readonly pending: PendingValues;
  /** Appends a line to `run.jsonl`. */
  readonly line: (line: RunLine) => void;
  /** Whether awkward metric names are refused instead of kept. */
  readonly strictNames: boolean;
  /** The execution count of the cell that is logging; undefined outside of notebooks. */
  readonly cell?: () => number | undefined;
}

/** W&B's limit for a row, in bytes. */
const MAX_ROW_BYTES = 10_383_360;
/** Steps go on by ones from here, and must stay apart. */
const MAX_STEP = 2 ** 52;
/** Names are looked up in a map of this size; beyond it they are judged again each time. */
const MAX_KEYS = 100_000;

/** What is known of a key of `log`: its metric and its JSON, or that it is refused. */
interface Key {
  readonly metric: Metric;
  /** `,"name":` */
  readonly prefix: string;
}

/**
 * The rows of a run, as they are logged.
 *
 * Every call appends a line, also one with `commit: false` or an explicit step: lines of the same
 * step are merged by who reads them, so that nothing waits in memory to be lost.
 */
export class History {
  /** Rows (distinct steps) so far. */
  rows = 0;
  /** Rows that were refused. */
  rejectedRows = 0;
  /** Values that were refused. */
  rejectedValues = 0;
  #step: number;
  #lastWritten: number;
  readonly #keys = new Map<string, Key | null>();
  readonly #context: HistoryContext;

  /** @param resumed What the run held when it was resumed. */
  constructor(context: HistoryContext, resumed?: { lastStep: number; rows: number }) {
    this.#context = context;
    this.#lastWritten = resumed?.lastStep ?? -1;
    this.#step = this.#lastWritten + 1;
    this.rows = resumed?.rows ?? 0;
  }

  /** The step of the next row. */
  get step(): number {
    return this.#step;
  }

  /** Records a row, or a part of it. Never throws: what is given may do so when it is read. */
  log(data: LogData, options?: LogOptions | null): void {
    try {
      this.#log(data, options ?? undefined);
    } catch (error) {
      this.#reject("unreadable", `Cannot log a row: it cannot be read: ${reasonOf(error)}`);
    }
  }

  #log(data: LogData, options: LogOptions | undefined): void {
    const { clock, append, cell } = this.#context;
    if (typeof data !== "object" || data === null || Array.isArray(data)) {
      this.#reject("data", `Cannot log ${describe(data)}: log() takes an object of metrics`);
      return;
    }
    const names = Object.keys(data);
    if (names.length === 0 && !isPlainObject(data)) {
      this.#reject("data", `Cannot log a ${className(data)}: log() takes an object of metrics`);
      return;
    }
    let commit = true;
    if (options !== undefined) {
      const accepted = this.#accept(options);
      if (accepted === null) return;
      commit = accepted;
    }
    const monotonic = clock.monotonic;
    let line = this.#head(this.#step, monotonic);
    const execution = cell?.();
    if (execution !== undefined) line += `,"_cell":${execution}`;
    const head = line;
    let synced = false;
    for (const name of names) {
      const key = this.#keys.get(name) ?? this.#admit(name);
      if (key === null) {
        this.rejectedValues++;
        continue;
      }
      const value = this.#read(data, name);
      if (typeof value === "number") {
        line += key.prefix + encodeNumber(value);
        key.metric.addNumber(value);
      } else if (value !== undefined) {
        line += this.#encode(key, value, line.length, head);
      }
      if (key.metric.definition?.stepSync === true) synced = true;
    }
    if (synced) line += this.#stepMetrics(data);
    if (this.#step !== this.#lastWritten) {
      this.#lastWritten = this.#step;
      this.rows++;
    }
    if (commit) this.#step++;
    append(line + "}", monotonic);
  }

  /** Takes a name as it is: a library gave it, and nobody could give a better one. */
  allow(name: string): void {
    if (this.#keys.has(name)) return;
    const metric = this.#context.metrics.obtain(name);
    this.#keys.set(name, { metric, prefix: `,${JSON.stringify(name)}:` });
  }

  /** Says that nothing more comes for steps of a session that was cut off. */
  close(steps: readonly number[]): void {
    const { clock, append } = this.#context;
    for (const step of steps) {
      const { monotonic } = clock;
      append(`${this.#head(step, monotonic)},"_complete":true}`, monotonic);
    }
  }

  /** The beginning of a line: its step and its time. */
  #head(step: number, monotonic: number): string {
    const { clock } = this.#context;
    const now = clock.now(monotonic);
    const runtime = Math.round((now - clock.start) * 1000) / 1000;
    return `{"_step":${step},"_timestamp":${now},"_runtime":${runtime}`;
  }

  /** A value of a row; one that throws when it is read is refused, and the others are kept. */
  #read(data: LogData, name: string): unknown {
    try {
      return data[name];
    } catch (error) {
      this.refuse(name, error);
      return undefined;
    }
  }

  /** Moves to the asked step; null when the row is to be refused, else whether it is complete. */
  #accept(options: LogOptions): boolean | null {
    const { step, commit } = options;
    if (step === undefined) return commit ?? true;
    if (!Number.isSafeInteger(step) || step < 0 || step > MAX_STEP) {
      this.#reject(
        "step",
        `Cannot log to step ${describe(step)}: it must be a whole number from 0 to ${MAX_STEP}`,
      );
      return null;
    }
    if (step < this.#step) {
      this.#reject(
        "past",
        `Cannot log to step ${step}: the run is at step ${this.#step}, and steps do not go back. ` +
          `Log it with a step metric of your own; see defineMetric`,
      );
      return null;
    }
    this.#step = step;
    return commit ?? false;
  }

  /** @param head The line up to its first value, for what comes later. */
  #encode(key: Key, value: unknown, used: number, head: string): string {
    const { metrics, append, clock, pending, line } = this.#context;
    const { metric, prefix } = key;
    const leaves: [string, unknown][] = [];
    let others = "";
    const also = (name: string, other: unknown) => {
      const otherKey = this.#keys.get(name) ?? this.#admit(name);
      if (otherKey === null) this.rejectedValues++;
      else others += this.#encode(otherKey, other, used + others.length, head);
    };
    try {
      const { json, draft } = recordValue(
        value,
        { key: metric.name, step: this.#step, pending, line, also },
        (path, leaf) => leaves.push([path, leaf]),
      );
      if (json === null) return others;
      if (tooLarge(json, used)) throw new UnrecordableValue("its row would be over 10 MB");
      for (const [path, leaf] of leaves) {
        (path === "" ? metric : metrics.obtain(`${metric.name}.${path}`)).add(leaf);
      }
      if (draft !== null) {
        draft.keep(json, (complete, made) => {
          for (const [name, part] of made) if (part !== null) metrics.obtain(name).add(part);
          append(`${head}${prefix}${complete}}`, clock.monotonic);
        });
      } else if (leaves.length === 0) metric.add(JSON.parse(json));
      return prefix + json + others;
    } catch (error) {
      this.refuse(metric.name, error);
      return others;
    }
  }

  /** Counts a value that cannot be recorded, and says why. */
  refuse(name: string, error: unknown): void {
    this.rejectedValues++;
    const reason = error instanceof UnrecordableValue
      ? error.message
      : `it cannot be read: ${reasonOf(error)}`;
    this.#context.warnings.warn(`value:${name}`, `Cannot record ${quoteName(name)}: ${reason}`);
  }

  /** Judges a name that is seen for the first time. */
  #admit(name: string): Key | null {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const { metrics, warnings, strictNames } = this.#context;
    const verdict = judgeMetricName(name);
    const refused = verdict === "reserved" || verdict === "empty" ||
      (verdict === "awkward" && strictNames);
    if (verdict === "reserved") {
      warnings.warn(
        `name:${name}`,
        `Cannot record ${quoteName(name)}: names that begin with _ are reserved. ` +
          `Use ${quoteName(proposeMetricName(name))}`,
      );
    } else if (verdict === "empty") {
      warnings.warn("name:", "Cannot record a metric whose name is empty");
    } else if (verdict === "awkward") {
      const proposal = quoteName(proposeMetricName(name));
      warnings.warn(
        `name:${name}`,
        strictNames
          ? `Cannot record ${quoteName(name)}: the name is not valid, and strictNames is on. ` +
            `Use ${proposal}`
          : `The metric name ${quoteName(name)} is recorded, but some tools cannot address it. ` +
            `Better: ${proposal}`,
      );
    }
    const key = refused ? null : {
      metric: metrics.obtain(name),
      prefix: `,${JSON.stringify(name)}:`,
    };
    if (this.#keys.size < MAX_KEYS) this.#keys.set(name, key);
    return key;
  }

  /** The last values of the step metrics of what was logged, where the row has none. */
  #stepMetrics(data: LogData): string {
    const { metrics } = this.#context;
    const added = new Set<string>();
    let text = "";
    for (const name of Object.keys(data)) {
      const definition = metrics.get(name)?.definition;
      const { stepMetric } = definition ?? {};
      if (definition?.stepSync !== true || stepMetric === undefined || stepMetric === "_step") {
        continue;
      }
      if (Object.hasOwn(data, stepMetric) || added.has(stepMetric)) continue;
      added.add(stepMetric);
      const last = metrics.get(stepMetric)?.last;
      text += `,${JSON.stringify(stepMetric)}:${typeof last === "number" ? encodeNumber(last) : 0}`;
    }
    return text;
  }

  #reject(code: string, message: string): void {
    this.rejectedRows++;
    this.#context.warnings.warn(`row:${code}`, message);
  }
}

const encoder = new TextEncoder();

function tooLarge(json: string, used: number): boolean {
  // A character has at most three bytes; only what might be too large is measured.
  if ((json.length + used) * 3 <= MAX_ROW_BYTES) return false;
  return encoder.encode(json).length + used > MAX_ROW_BYTES;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : `a ${typeof value}`;
}
