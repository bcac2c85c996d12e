import type { MediaJob } from "./media_job.ts";
import type { Json, RunLine } from "./lines.ts";

/**
 * The method by which a value says how it is recorded. What has it can be logged: images, tables,
 * histograms, charts.
 */
export const RECORD: unique symbol = Symbol.for("cellar.record");

/** The method by which the first value of a list says how the whole list is recorded. */
export const RECORD_LIST: unique symbol = Symbol.for("cellar.recordList");

/** Where a value is recorded, and what it can ask for. */
export interface RecordContext {
  /** The metric's name; for a nested value its path, as `val.image`. */
  readonly key: string;
  /** What files of the value are called after: the last part of {@linkcode key}. */
  readonly fileKey: string;
  /** The step of the row, or `summary` for what is assigned to the summary. */
  readonly step: number | "summary";
  /**
   * Records another value in the same row: the table that a chart is drawn from, say.
   *
   * @param key Its own name, which is not below {@linkcode key}.
   */
  also(key: string, value: unknown): void;
  /** Appends a line to `run.jsonl`, once per different content. */
  line(line: RunLine): void;
  /**
   * Has the background write a file, and make of it the value that is recorded in the end.
   *
   * The memory of `transfer` goes to the background, and cannot be used afterwards. Hand over a copy:
   * the user's data must stay, and must be free to change.
   *
   * @returns What stands in the value's place until then. It can be a part of a larger value.
   */
  later(job: MediaJob, transfer?: readonly ArrayBuffer[]): Json;
}

/** A value with a form of its own in the record. */
export interface Recordable {
  /**
   * Gives the value as it stands in the row. It must be quick: it runs inside of `log()`.
   *
   * @returns Undefined when nothing is recorded under this key.
   * @throws {UnrecordableValue} When it cannot be recorded; the message says why.
   */
  [RECORD](context: RecordContext): Json | undefined;
  /** Gives a list as it stands in the row, when all of it are of one class. */
  [RECORD_LIST]?(context: RecordContext, list: readonly Recordable[]): Json | undefined;
}

/** Whether a value has a form of its own in the record. */
export function isRecordable(value: unknown): value is Recordable {
  return typeof value === "object" && value !== null && RECORD in value &&
    typeof value[RECORD] === "function";
}

/** What stands in a row until the background has made the value; see {@linkcode isPending}. */
export interface Pending {
  readonly _type: "pending";
  readonly id: string;
  readonly [key: string]: Json;
}

/** Whether a recorded value, or a part of it, was still being made when its line was written. */
export function isPending(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("_type" in value) {
    if (value._type === "pending") return true;
    // Media do not hold media, and a histogram has hundreds of numbers.
    return false;
  }
  return Object.values(value).some(isPending);
}
