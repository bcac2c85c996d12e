import { readJsonLines } from "../../record/json_lines.ts";
import type { CellLine } from "./cell_lines.ts";
import { RecordedCells, type RecordedCellsOptions } from "./recorded_cells.ts";

/** Reads a record of cells. */
export function readCells(path: string, options: RecordedCellsOptions = {}): RecordedCells {
  const cells = new RecordedCells(options);
  for (const line of readJsonLines<CellLine>(path)) cells.push(line);
  return cells;
}

/**
 * What a record holds of one start of a kernel already; the content of outputs is left out.
 *
 * @returns Nothing when its last kernel is another one.
 */
export function readSession(path: string, session: string): CellLine[] {
  let lines: CellLine[] = [];
  let mine = false;
  for (const line of readJsonLines<CellLine>(path)) {
    if (line.type === "kernel") {
      mine = line.session === session;
      lines = [];
    }
    if (!mine) continue;
    if (line.type !== "output") lines.push(line);
    else if (line.kind === "stream") lines.push({ ...line, text: "" });
    else if (line.kind !== "note") lines.push({ ...line, parts: [] });
    else lines.push(line);
  }
  return lines;
}
