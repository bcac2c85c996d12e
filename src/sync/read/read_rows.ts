import { parseLine } from "../../record/parse_line.ts";
import { stringifyRecord } from "../extended_json.ts";
import { readLines } from "./read_lines.ts";
import type { RecordedUnit } from "./unit.ts";

/** A row of the history: the lines of one step, merged. */
export interface RecordedRow extends RecordedUnit {
  readonly step: number;
  /** Seconds since 1970. */
  readonly timestamp: unknown;
}

type Row = { readonly _step?: unknown; readonly _timestamp?: unknown };

/**
 * The rows of `history.jsonl` from a byte on. Lines of one step are one row, and the later value
 * wins; a row of one line is passed on as it was written. The last row is open: a line of the same
 * step may follow. Lines that hold no row are passed over, the same ones each time, so that the
 * number of a row never changes.
 */
export function* readRows(path: string, offset: number): Generator<RecordedRow> {
  let step = NaN;
  let row: Row = {};
  let text = "";
  let begin = 0;
  let end = 0;
  for (const line of readLines(path, offset)) {
    const next = parseLine<Row>(line.text);
    if (next === undefined || typeof next._step !== "number") continue;
    if (next._step === step) {
      row = { ...row, ...next };
      text = "";
      end = line.end;
      continue;
    }
    if (!Number.isNaN(step)) {
      yield {
        text: text || stringifyRecord(row),
        begin,
        end,
        closed: true,
        step,
        timestamp: row._timestamp,
      };
    }
    ({ text, begin, end } = line);
    row = next;
    step = next._step;
  }
  if (!Number.isNaN(step)) {
    yield {
      text: text || stringifyRecord(row),
      begin,
      end,
      closed: false,
      step,
      timestamp: row._timestamp,
    };
  }
}
