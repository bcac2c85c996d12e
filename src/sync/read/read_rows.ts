import { parseLine } from "../../record/parse_line.ts";
import { stringifyRecord } from "../../record/extended_json.ts";
import { readLines } from "./read_lines.ts";
import type { RecordedUnit } from "./unit.ts";

/** A row of the history: the lines of one step, merged. */
export interface RecordedRow extends RecordedUnit {
  readonly step: number;
  /** Seconds since 1970 of its first line and of its last one. */
  readonly firstTime: number;
  readonly lastTime: number;
}

type Row = { readonly _step?: unknown; readonly _timestamp?: unknown };

/**
 * The rows of `history.jsonl` from a byte on. Lines of one step are one row, and the later value
 * wins; a row of one line is passed on as it was written. The last row is open: a line of the same
 * step may follow. Lines that hold no row are passed over, the same ones each time, so that the
 * number of a row never changes.
 */
export function* readRows(path: string, offset: number): Generator<RecordedRow> {
  let open: OpenRow | null = null;
  for (const line of readLines(path, offset)) {
    const row = parseLine<Row>(line.text);
    if (row === undefined || typeof row._step !== "number") continue;
    const time = Number(row._timestamp);
    if (open !== null && row._step === open.step) {
      open.row = { ...open.row, ...row };
      open.text = null;
      open.end = line.end;
      open.lastTime = time;
      continue;
    }
    if (open !== null) yield rowOf(open, true);
    open = { ...line, row, step: row._step, firstTime: time, lastTime: time };
  }
  if (open !== null) yield rowOf(open, false);
}

interface OpenRow {
  row: Row;
  step: number;
  /** Null when it has several lines. */
  text: string | null;
  begin: number;
  end: number;
  firstTime: number;
  lastTime: number;
}

function rowOf(open: OpenRow, closed: boolean): RecordedRow {
  const { row, text, step, begin, end, firstTime, lastTime } = open;
  return { text: text ?? stringifyRecord(row), begin, end, closed, step, firstTime, lastTime };
}
