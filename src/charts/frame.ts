/** What a column holds, which decides how it is shown. */
export type ColumnType = "number" | "boolean" | "date" | "string" | "mixed" | "empty";

/** A column of a {@linkcode Frame}. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** The value of a row; undefined where the row has none. */
  at(row: number): unknown;
}

/** A table of any origin. */
export interface Frame {
  readonly columns: readonly Column[];
  /** Rows. */
  readonly length: number;
  /** Columns beyond the bound, which are only counted. */
  readonly omitted: number;
}

/** Columns beyond this many are counted and not kept. */
const MAX_COLUMNS = 1_000;
/** Rows that are looked at to find the columns and their types. */
const SAMPLE = 1_000;

interface ArrowLike {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChild(name: string): { get(row: number): unknown } | null;
}

interface PolarsLike {
  readonly columns: readonly string[];
  readonly height: number;
  getColumn(name: string): { get?(row: number): unknown; toArray?(): readonly unknown[] };
}

/**
 * Makes a frame of an array of objects, an array of arrays, an object of columns, or an Arrow-like
 * or Polars-like frame.
 *
 * @throws {TypeError} When the data is none of these.
 */
export function toFrame(data: unknown): Frame {
  if (Array.isArray(data)) return fromRows(data);
  if (typeof data === "object" && data !== null) {
    if (isArrow(data)) {
      const columns = data.schema.fields.map(({ name }): [string, Column["at"]] => {
        const child = data.getChild(name);
        return [name, (row) => child?.get(row)];
      });
      return makeFrame(columns, data.numRows);
    }
    if (isPolars(data)) {
      const columns = data.columns.map((name): [string, Column["at"]] => {
        const column = data.getColumn(name);
        const values = column.toArray?.();
        return [name, (row) => values === undefined ? column.get?.(row) : values[row]];
      });
      return makeFrame(columns, data.height);
    }
    const columns = Object.entries(data);
    if (columns.length > 0 && columns.every(([, values]) => isColumn(values))) {
      const length = Math.max(...columns.map(([, values]) => values.length));
      return makeFrame(columns.map(([name, values]) => [name, (row) => values[row]]), length);
    }
  }
  throw new TypeError(
    "Cannot show a table: it takes an array of objects, an object of arrays, or a data frame",
  );
}

function fromRows(rows: readonly unknown[]): Frame {
  const names = new Set<string>();
  let scalars = false;
  for (const row of rows.slice(0, SAMPLE)) {
    if (typeof row !== "object" || row === null || row instanceof Date) scalars = true;
    // Arrays have their indices as names.
    else for (const name of Object.keys(row)) names.add(name);
  }
  const columns = Array.from(names, (name): [string, Column["at"]] => [name, (row) => {
    const value = rows[row];
    return typeof value === "object" && value !== null && Object.hasOwn(value, name)
      ? (value as Record<string, unknown>)[name]
      : undefined;
  }]);
  if (scalars) {
    columns.unshift(["value", (row) => {
      const value = rows[row];
      return typeof value === "object" && value !== null && !(value instanceof Date)
        ? undefined
        : value;
    }]);
  }
  return makeFrame(columns, rows.length);
}

function makeFrame(columns: readonly [string, Column["at"]][], length: number): Frame {
  return {
    columns: columns.slice(0, MAX_COLUMNS).map(([name, at]) => ({
      name,
      at,
      type: typeOf(at, length),
    })),
    length,
    omitted: Math.max(0, columns.length - MAX_COLUMNS),
  };
}

function typeOf(at: Column["at"], length: number): ColumnType {
  let type: ColumnType = "empty";
  for (let row = 0; row < Math.min(length, SAMPLE); row++) {
    const value = at(row);
    if (value === undefined || value === null) continue;
    const found: ColumnType = typeof value === "number" || typeof value === "bigint"
      ? "number"
      : typeof value === "boolean"
      ? "boolean"
      : typeof value === "string"
      ? "string"
      : value instanceof Date
      ? "date"
      : "mixed";
    if (type !== "empty" && type !== found) return "mixed";
    type = found;
  }
  return type;
}

function isColumn(values: unknown): values is ArrayLike<unknown> {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
}

function isArrow(data: object): data is ArrowLike {
  return "schema" in data && "getChild" in data && typeof data.getChild === "function" &&
    "numRows" in data;
}

function isPolars(data: object): data is PolarsLike {
  return "getColumn" in data && typeof data.getColumn === "function" && "height" in data &&
    "columns" in data && Array.isArray(data.columns);
}
