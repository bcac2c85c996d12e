import type { Frame } from "../../charts/frame.ts";
import { htmlTable, textTable } from "../../charts/table.ts";
import type { Shown } from "../show.ts";
import type { Column } from "./column.ts";

/** Rows that a cell shows. */
const ROWS = 20;

/** A table as a cell shows it. */
export function showTable(columns: readonly Column[], length: number): Shown {
  const frame: Frame = {
    columns: columns.map((column) => ({
      name: column.name,
      type: column.type,
      at: (row) => column.at(row),
    })),
    length,
    columnCount: columns.length,
    rowCount: length,
  };
  return {
    html: htmlTable(frame, { maxRows: ROWS }),
    text: textTable(frame, { maxRows: ROWS }),
  };
}
