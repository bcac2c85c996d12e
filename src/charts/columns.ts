import type { Column, Frame } from "./frame.ts";

/** Rows that belong together, by index. */
export interface RowGroup {
  readonly name: string;
  readonly rows: readonly number[];
}

/**
 * A column by its name.
 *
 * @throws {TypeError} When the frame has none.
 */
export function columnOf(frame: Frame, name: string | null | undefined): Column {
  const column = frame.columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  const names = frame.columns.slice(0, 10).map((one) => JSON.stringify(one.name.slice(0, 40)));
  throw new TypeError(
    `Cannot draw a chart: there is no column ${JSON.stringify(name?.slice(0, 40) ?? "")}, but ${
      names.join(", ") || "none at all"
    }`,
  );
}

/** A value of a column as a number; NaN when it is none. */
export function numberAt(column: Column, row: number): number {
  const value = column.at(row);
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.getTime();
  if (typeof value === "string" && NON_FINITE.has(value)) return Number(value);
  return NaN;
}

/** How tables write numbers that JSON has no words for. */
const NON_FINITE: ReadonlySet<string> = new Set(["NaN", "Infinity", "-Infinity"]);

/** Groups rows by the text of a column, in the order in which they appear. */
export function groupRows(frame: Frame, column: Column | undefined, name: string): RowGroup[] {
  if (column === undefined) {
    return [{ name, rows: Array.from({ length: frame.length }, (_, row) => row) }];
  }
  const groups = new Map<string, number[]>();
  for (let row = 0; row < frame.length; row++) {
    const key = String(column.at(row) ?? "");
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return Array.from(groups, ([key, rows]) => ({ name: key, rows }));
}
