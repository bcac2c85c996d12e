import { stringifyRecord } from "../../record/extended_json.ts";
import { parseLine } from "../../record/parse_line.ts";
import { isPending } from "../../record/recordable.ts";
import { withoutPending } from "../../record/rows.ts";
import { readLines } from "./read_lines.ts";
import type { RecordedUnit } from "./unit.ts";

/** A row of the history: the lines of one step, merged. */
export interface RecordedRow extends RecordedUnit {
  readonly step: number;
  /** Seconds since 1970 of its first line and of its last one. */
  readonly firstTime: number;
  readonly lastTime: number;
}

type Row = Record<string, unknown>;

/** A row that lines may be added to. */
interface OpenRow {
  row: Row;
  readonly step: number;
  /** Its line as it was written; null when it is not as it is sent. */
  text: string | null;
  readonly begin: number;
  end: number;
  readonly firstTime: number;
  lastTime: number;
  pending: boolean;
}

/**
 * The rows of `history.jsonl` from a byte on, in the order of their steps. Lines of one step are one
 * row, and the later value wins; a row of one line is passed on as it was written. A row that waits
 * for a value which is still being made holds those behind it back.
 *
 * The rows at the end of the file come last and open: a line of the same step may follow. Lines that
 * hold no row, or belong to one from before the byte, are passed over, the same ones each time, so
 * that the number of a row never changes.
 */
export function* readRows(path: string, offset: number): Generator<RecordedRow> {
  const open: OpenRow[] = [];
  let last = -Infinity;
  let end = offset;
  for (const line of readLines(path, offset)) {
    end = line.end;
    const row = parseLine<Row>(line.text);
    const step = row?._step;
    if (row === undefined || typeof step !== "number" || !Number.isInteger(step)) continue;
    const time = Number(row._timestamp);
    const pending = line.text.includes('"pending"') && Object.values(row).some(isPending);
    if (step > last) {
      // What completes a row from before is no row.
      if ("_complete" in row) continue;
      last = step;
      const text = pending ? null : line.text;
      open.push({ ...line, text, row, step, firstTime: time, lastTime: time, pending });
    } else {
      const before = open.findLast((other) => other.step === step);
      if (before === undefined) continue;
      merge(before, row, line.end, time);
    }
    while (open.length > 1 && !open[0]!.pending) {
      yield rowOf(open.shift()!, open[0]!.begin, true);
    }
  }
  for (const [i, row] of open.entries()) yield rowOf(row, open[i + 1]?.begin ?? end, false);
}

function merge(open: OpenRow, row: Row, end: number, time: number): void {
  const complete = "_complete" in row;
  open.row = { ...open.row, ...row };
  delete open.row._complete;
  open.text = null;
  open.end = end;
  open.lastTime = Math.max(open.lastTime, time);
  open.pending = !complete && Object.values(open.row).some(isPending);
}

function rowOf(open: OpenRow, next: number, closed: boolean): RecordedRow {
  const { row, text, step, begin, end, firstTime, lastTime, pending: held } = open;
  const json = text ?? stringifyRecord(withoutPending(row));
  return { text: json, begin, end, next, closed, held, step, firstTime, lastTime };
}
