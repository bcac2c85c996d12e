import { parseLine } from "../../record/parse_line.ts";
import { readLines } from "./read_lines.ts";
import type { RecordedUnit } from "./unit.ts";

/** The lines of a file that hold JSON objects, each a unit of its own; others are passed over. */
export function* readObjects(path: string, offset: number): Generator<RecordedUnit> {
  for (const { text, begin, end } of readLines(path, offset)) {
    if (parseLine(text) !== undefined) {
      yield { text, begin, end, next: end, closed: true, held: false };
    }
  }
}
