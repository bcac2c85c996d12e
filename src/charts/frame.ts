import type { Picture } from "./picture.ts";

/** What a column holds; `mixed` also where it holds nothing. */
export type ColumnType = "number" | "boolean" | "string" | "date" | "mixed";

/** A column of a frame. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** The value in a row; undefined where there is none. */
  at(row: number): unknown;
  /** An image that stands in the place of the value; undefined where there is none. */
  picture?(row: number): Picture | undefined;
}

/** A table, whatever it was made of. */
export interface Frame {
  /** As many as were asked for, 1,000 by default. */
  readonly columns: readonly Column[];
  /** Rows that can be read. */
  readonly length: number;
  /** Columns of the data, the ones left out included. */
  readonly columnCount: number;
  /** Rows of the data, the ones left out included. */
  readonly rowCount: number;
}

/** Options of {@linkcode toFrame}. */
export interface FrameOptions {
  /** Rows read; all when left out. The rest is counted. */
  readonly maxRows?: number;
  /** Names of the columns, for an array of arrays. */
  readonly columns?: readonly string[];
  /**
   * Columns kept; the rest is counted.
   *
   * @default {1_000}
   */
  readonly maxColumns?: number;
}

const MAX_COLUMNS = 1_000;
/** Rows from which a column's type is told. */
const TYPE_SAMPLE = 1_000;

/**
 * Reads a table from what people have: an array of objects, an object of arrays (typed ones too), an
 * array of arrays, an Arrow-like table or a Polars-like data frame. Nothing is copied.
 *
 * @throws {TypeError} If it is none of these.
 *
 * @example
 * ```ts
 * const frame = toFrame([{ layer: "dense", units: 32 }, { layer: "softmax", units: 10 }]);
 * frame.columns[1]!.type; // "number"
 * ```
 */
export function toFrame(data: unknown, options: FrameOptions = {}): Frame {
  if (Array.isArray(data)) return fromRows(data, options);
  if (typeof data === "object" && data !== null) {
    if (isPolars(data)) return fromPolars(data, options);
    if (isArrow(data)) return fromArrow(data, options);
    if (isIterable(data) && !ArrayBuffer.isView(data)) return fromRows([...data], options);
    if (!isIterable(data)) return fromColumns(data, options);
  }
  throw new TypeError(
    `Cannot make a table: rows, columns or a data frame are needed, not ${kindOf(data)}`,
  );
}

function fromRows(rows: readonly unknown[], options: FrameOptions): Frame {
  const length = bounded(rows.length, options);
  const names = new Set<string>(options.columns);
  for (let i = 0; i < length; i++) {
    const row = rows[i];
    if (Array.isArray(row)) {
      for (let j = names.size; j < row.length; j++) names.add(`column ${j + 1}`);
    } else if (typeof row === "object" && row !== null) {
      for (const name of Object.keys(row)) names.add(name);
    } else if (row !== null && row !== undefined) {
      names.add("value");
    }
  }
  const columns = [...names].slice(0, options.maxColumns ?? MAX_COLUMNS).map((name, j) =>
    column(name, length, (i) => cell(rows[i], name, j))
  );
  return { columns, length, columnCount: names.size, rowCount: rows.length };
}

function cell(row: unknown, name: string, index: number): unknown {
  if (Array.isArray(row)) return row[index];
  // Own properties only: a column may be called `__proto__` or `toString`.
  if (typeof row === "object" && row !== null) {
    return Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined;
  }
  return name === "value" ? row : undefined;
}

function fromColumns(data: object, options: FrameOptions): Frame {
  const entries = Object.entries(data);
  const wrong = entries.find(([, values]) => !isColumn(values));
  if (wrong !== undefined) {
    throw new TypeError(
      `Cannot make a table: column "${wrong[0].slice(0, 100)}" must be an array, not ${
        kindOf(wrong[1])
      }`,
    );
  }
  const values = entries as [string, ArrayLike<unknown>][];
  const rowCount = values.reduce((most, [, { length }]) => Math.max(most, length), 0);
  const length = bounded(rowCount, options);
  const columns = values.slice(0, options.maxColumns ?? MAX_COLUMNS).map(([name, of]) =>
    column(name, length, (i) => of[i])
  );
  return { columns, length, columnCount: values.length, rowCount };
}

interface ArrowLike {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly { readonly name: string }[] };
  getChild(name: string): { get(row: number): unknown } | null;
}

function isArrow(data: object): data is ArrowLike {
  const { schema, numRows, getChild } = data as Partial<ArrowLike>;
  return Array.isArray(schema?.fields) && typeof numRows === "number" &&
    typeof getChild === "function";
}

function fromArrow(data: ArrowLike, options: FrameOptions): Frame {
  const { fields } = data.schema;
  const length = bounded(data.numRows, options);
  const columns = fields.slice(0, options.maxColumns ?? MAX_COLUMNS).map(({ name }) => {
    const vector = data.getChild(name);
    return column(String(name), length, (i) => vector?.get(i));
  });
  return { columns, length, columnCount: fields.length, rowCount: data.numRows };
}

interface PolarsLike {
  readonly columns: readonly string[];
  readonly height: number;
  getColumn(name: string): { toArray(): ArrayLike<unknown> };
}

function isPolars(data: object): data is PolarsLike {
  const { columns, height, getColumn } = data as Partial<PolarsLike>;
  return Array.isArray(columns) && typeof height === "number" && typeof getColumn === "function";
}

function fromPolars(data: PolarsLike, options: FrameOptions): Frame {
  const length = bounded(data.height, options);
  const columns = data.columns.slice(0, options.maxColumns ?? MAX_COLUMNS).map((name) => {
    const values = data.getColumn(name).toArray();
    return column(String(name), length, (i) => values[i]);
  });
  return { columns, length, columnCount: data.columns.length, rowCount: data.height };
}

function column(name: string, length: number, read: (row: number) => unknown): Column {
  const at = (row: number) => row >= 0 && row < length ? read(row) : undefined;
  return { name, type: typeOf(at, Math.min(length, TYPE_SAMPLE)), at };
}

function typeOf(at: (row: number) => unknown, rows: number): ColumnType {
  let type: ColumnType | undefined;
  for (let i = 0; i < rows; i++) {
    const value = at(i);
    if (value === null || value === undefined) continue;
    const found = valueType(value);
    if (found === "mixed" || (type !== undefined && type !== found)) return "mixed";
    type = found;
  }
  return type ?? "mixed";
}

function valueType(value: unknown): ColumnType {
  if (value instanceof Date) return "date";
  const type = typeof value;
  if (type === "bigint") return "number";
  return type === "number" || type === "boolean" || type === "string" ? type : "mixed";
}

function bounded(rows: number, { maxRows = Infinity }: FrameOptions): number {
  return rows <= maxRows ? rows : Math.max(0, Math.floor(maxRows)) || 0;
}

function isColumn(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === "function";
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}
