import {
  encodeValue,
  type LeafVisitor,
  type RecordableEncoder,
  UnrecordableValue,
} from "../record/encode_value.ts";
import type { Json, RunLine } from "../record/lines.ts";
import {
  isRecordable,
  RECORD,
  RECORD_LIST,
  type Recordable,
  type RecordContext,
} from "../record/recordable.ts";
import type { PendingDraft, PendingValues } from "./pending_values.ts";

/** Where a value is recorded. */
export interface RecordPlace {
  readonly key: string;
  readonly step: number | "summary";
  readonly pending: PendingValues;
  /** Appends a line to `run.jsonl`. */
  line(line: RunLine): void;
  /** Records another value in the same row. */
  also(key: string, value: unknown): void;
}

/** A value as JSON text; null when it is recorded elsewhere. */
export interface EncodedValue {
  readonly json: string | null;
  /** Holds the value until its parts are made; null when it is complete. */
  readonly draft: PendingDraft | null;
}

/**
 * Encodes a value of a row, media included.
 *
 * @throws {UnrecordableValue} When it cannot be recorded.
 */
export function recordValue(value: unknown, place: RecordPlace, visit: LeafVisitor): EncodedValue {
  let draft: PendingDraft | null = null;
  let elsewhere = false;
  const record: RecordableEncoder = (recordable, path) => {
    const key = path === "" ? place.key : `${place.key}.${path}`;
    // W&B calls the files of a nested value after the innermost name.
    const fileKey = path === "" ? place.key : path.slice(path.lastIndexOf(".") + 1);
    const json = formOf(recordable, {
      key,
      fileKey,
      step: place.step,
      also: (other, otherValue) => place.also(other, otherValue),
      line: (line) => place.line(line),
      later: (job, transfer) =>
        (draft ??= place.pending.draft(place.step)).begin(key, fileKey, job, transfer),
    });
    if (json === undefined && path === "") elsewhere = true;
    return JSON.stringify(json ?? null);
  };
  const json = encodeValue(value, { visit, record });
  return { json: elsewhere && isRecordable(value) ? null : json, draft };
}

function formOf(
  recordable: Recordable | readonly Recordable[],
  context: RecordContext,
): Json | undefined {
  if (isRecordable(recordable)) return recordable[RECORD](context);
  const [first] = recordable;
  if (first?.[RECORD_LIST] === undefined) throw new UnrecordableValue("its list is empty");
  return first[RECORD_LIST](context, recordable);
}
