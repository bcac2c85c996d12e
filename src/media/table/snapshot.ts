import { encodeValue, UnrecordableValue } from "../../record/encode_value.ts";
import type { MediaJob, TableColumn } from "../../record/media_job.ts";
import { isRecordable, RECORD, RECORD_LIST, type RecordContext } from "../../record/recordable.ts";
import type { Column, MediaCell } from "./column.ts";

/** Rows of a table as they are now, in a form that goes to a worker without being copied again. */
export interface TableSnapshot {
  readonly columns: TableColumn[];
  /** What the media cells are made of, in the order of their ids. */
  readonly parts: MediaJob[];
  /** Why media cells are left empty. */
  readonly problems: string[];
  readonly transfer: ArrayBuffer[];
}

/** Takes a snapshot of rows. */
export function takeSnapshot(
  columns: readonly Column[],
  [from, to]: readonly [from: number, to: number],
  context: RecordContext,
): TableSnapshot {
  const parts: MediaJob[] = [];
  const problems: string[] = [];
  const transfer: ArrayBuffer[] = [];
  const textOf = (cell: MediaCell | null) => {
    try {
      return mediaText(cell, inCell);
    } catch (error) {
      if (!(error instanceof UnrecordableValue)) throw error;
      if (problems.length === 0) problems.push(`a cell is left empty because ${error.message}`);
      return "null";
    }
  };
  const inCell: RecordContext = {
    ...context,
    also: () => {},
    later(job, memory = []) {
      transfer.push(...memory);
      if (job instanceof Promise) throw new UnrecordableValue("it cannot be drawn in a table");
      return { _type: "pending", id: `cell-${parts.push(job) - 1}` };
    },
  };
  const taken = columns.map((column): TableColumn => {
    if (column.type === "number") {
      const { numbers, nulls } = column.numbers(from, to);
      transfer.push(numbers.buffer, nulls.buffer);
      return { type: "number", numbers, nulls };
    }
    const cells = column.cells(from, to);
    const texts = column.type === "string"
      ? cells as readonly (string | null)[]
      : cells.map((cell) => typeof cell === "string" ? cell : textOf(cell));
    const lengths = new Int32Array(texts.length);
    for (let i = 0; i < texts.length; i++) lengths[i] = texts[i]?.length ?? -1;
    transfer.push(lengths.buffer);
    // One long text crosses to the worker in no time; a hundred thousand short ones do not.
    return { type: column.type === "string" ? "string" : "json", text: texts.join(""), lengths };
  });
  return { columns: taken, parts, problems, transfer };
}

function mediaText(cell: MediaCell | null, context: RecordContext): string {
  return encodeValue(cell, {
    record(value) {
      const json = isRecordable(value)
        ? value[RECORD](context)
        : value[0]?.[RECORD_LIST]?.(context, value);
      return JSON.stringify(json ?? null);
    },
  });
}
