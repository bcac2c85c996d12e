import type { Points } from "../series.ts";
import { Numbers } from "./numbers.ts";

/** Points of one series, by line. */
export interface Column {
  readonly name: string;
  readonly kind: string;
  /** Columns of the same rows share their lines and x: they are the same arrays. */
  readonly points: Points;
}

/** What names of rows' own, not of metrics, are. `_timestamp` is a series: it serves as an x. */
const SKIPPED = new Set(["_step", "_runtime", "_wandb"]);

/** Deeper objects are one value, and longer names are kept in the lines alone. */
const MAX_DEPTH = 8;
const MAX_NAME = 1000;

/** Rows turned into columns. */
export class Columns {
  readonly #lines = new Numbers();
  readonly #x = new Numbers();
  readonly #numbers = new Map<string, GrowingColumn>();
  readonly #others = new Map<string, Map<string, GrowingColumn>>();
  /** Columns of numbers as they came; mostly, rows have the same keys in the same order. */
  readonly #order: GrowingColumn[] = [];
  #next = 0;

  /** Adds a row. Rows come by line number. */
  add(line: number, x: number, row: Readonly<Record<string, unknown>>): void {
    this.#next = 0;
    this.#addObject(row, "", 1);
    this.#lines.push(line);
    this.#x.push(x);
  }

  /** All columns. */
  *[Symbol.iterator](): Generator<Column> {
    const rows: SharedRows = { lines: this.#lines, x: this.#x, from: 0, to: 0, last: undefined };
    for (const column of this.#order) yield column.finish(rows);
    for (const columns of this.#others.values()) {
      for (const column of columns.values()) yield column.finish(rows);
    }
  }

  /** Forgets all rows; their points are no more. */
  free(): void {
    for (const numbers of [this.#lines, this.#x]) numbers.free();
    for (const { values } of this.#order) values!.free();
    this.#numbers.clear();
    this.#others.clear();
    this.#order.length = 0;
  }

  #addObject(object: Readonly<Record<string, unknown>>, prefix: string, depth: number) {
    for (const key in object) {
      if (depth === 1 && SKIPPED.has(key)) continue;
      const value = object[key];
      const name = prefix === "" ? key : prefix + key;
      if (typeof value === "number") this.#addNumber(name, value);
      else if (value !== null) this.#addValue(name, value, depth);
    }
  }

  #addNumber(name: string, value: number) {
    let column = this.#order[this.#next];
    if (column?.name !== name) column = this.#numbers.get(name) ?? this.#newColumn(name);
    if (column === undefined) return;
    this.#next = column.place + 1;
    // A name that a row holds twice, nested and with a dot, keeps its first value.
    if (column.add(this.#lines.length)) column.values!.push(value);
  }

  #newColumn(name: string): GrowingColumn | undefined {
    if (!isName(name)) return undefined;
    const column = new GrowingColumn(name, "number", this.#order.length);
    this.#numbers.set(name, column);
    this.#order.push(column);
    return column;
  }

  #addValue(name: string, value: unknown, depth: number) {
    switch (typeof value) {
      case "boolean":
        return this.#addNumber(name, Number(value));
      case "string": {
        const number = value === "NaN"
          ? NaN
          : value === "Infinity"
          ? Infinity
          : value === "-Infinity"
          ? -Infinity
          : undefined;
        if (number !== undefined) return this.#addNumber(name, number);
        return this.#addOther(name, "string");
      }
      default: {
        if (Array.isArray(value)) return this.#addOther(name, "list");
        const object = value as Record<string, unknown>;
        const type = object._type;
        if (typeof type === "string") return this.#addOther(name, type.slice(0, 64));
        if (depth >= MAX_DEPTH) return this.#addOther(name, "object");
        return this.#addObject(object, `${name}.`, depth + 1);
      }
    }
  }

  #addOther(name: string, kind: string) {
    if (!isName(name)) return;
    let columns = this.#others.get(kind);
    if (columns === undefined) this.#others.set(kind, columns = new Map());
    let column = columns.get(name);
    if (column === undefined) columns.set(name, column = new GrowingColumn(name, kind, 0));
    column.add(this.#lines.length);
  }
}

function isName(name: string): boolean {
  return name !== "" && name.length <= MAX_NAME;
}

/** Where the rows of columns are, and those of the column before. */
interface SharedRows {
  readonly lines: Numbers;
  readonly x: Numbers;
  from: number;
  to: number;
  last: Omit<Points, "values"> | undefined;
}

/** A column that rows are added to. */
class GrowingColumn {
  readonly name: string;
  readonly kind: string;
  /** Its place among the columns of numbers. */
  readonly place: number;
  readonly values: Numbers | undefined;
  /** The first of its rows, and the one after the last. */
  #from = 0;
  #to = -1;
  /** All of its rows, when there are others in between. */
  #rows: number[] | undefined;

  constructor(name: string, kind: string, place: number) {
    this.name = name;
    this.kind = kind;
    this.place = place;
    this.values = kind === "number" ? new Numbers() : undefined;
  }

  /** @returns Whether the row was not there yet. */
  add(row: number): boolean {
    if (this.#to === row + 1) return false;
    if (this.#to === -1) this.#from = row;
    else if (this.#to !== row && this.#rows === undefined) {
      this.#rows = Array.from({ length: this.#to - this.#from }, (_, i) => this.#from + i);
    }
    this.#rows?.push(row);
    this.#to = row + 1;
    return true;
  }

  finish(shared: SharedRows): Column {
    const { name, kind } = this;
    const values = this.values?.view() ?? new Float64Array();
    return { name, kind, points: { ...this.#place(shared), values } };
  }

  #place(shared: SharedRows): Omit<Points, "values"> {
    const { lines, x } = shared;
    const [from, to] = [this.#from, this.#to];
    if (this.#rows !== undefined) {
      const take = (numbers: Float64Array) =>
        Float64Array.from(this.#rows!, (row) => numbers[row]!);
      return { lines: take(lines.view()), x: take(x.view()) };
    }
    if (shared.last === undefined || shared.from !== from || shared.to !== to) {
      shared.last = { lines: lines.view(from, to), x: x.view(from, to) };
      shared.from = from;
      shared.to = to;
    }
    return shared.last;
  }
}
