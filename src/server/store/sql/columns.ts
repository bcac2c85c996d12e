/** Points of one series, by line. */
export interface Column {
  readonly name: string;
  readonly kind: string;
  readonly lines: number[];
  readonly x: number[];
  /** Empty for kinds that are not numbers. */
  readonly values: number[];
}

/** What names of rows' own, not of metrics, are. `_timestamp` is a series: it serves as an x. */
const SKIPPED = new Set(["_step", "_runtime", "_wandb"]);

/** Deeper objects are one value, and longer names are kept in the lines alone. */
const MAX_DEPTH = 8;
const MAX_NAME = 1000;

/** Rows turned into columns. */
export class Columns {
  readonly #numbers = new Map<string, Column>();
  readonly #others = new Map<string, Map<string, Column>>();

  /** Adds a row. Rows come by line number. */
  add(line: number, x: number, row: Readonly<Record<string, unknown>>): void {
    this.#addObject(line, x, row, "", 1);
  }

  /** All columns. */
  *[Symbol.iterator](): Generator<Column> {
    yield* this.#numbers.values();
    for (const columns of this.#others.values()) yield* columns.values();
  }

  #addObject(
    line: number,
    x: number,
    object: Readonly<Record<string, unknown>>,
    prefix: string,
    depth: number,
  ) {
    for (const key in object) {
      if (depth === 1 && SKIPPED.has(key)) continue;
      const value = object[key];
      const name = prefix === "" ? key : prefix + key;
      if (typeof value === "number") this.#addNumber(line, x, name, value);
      else if (value !== null) this.#addValue(line, x, name, value, depth);
    }
  }

  #addNumber(line: number, x: number, name: string, value: number) {
    let column = this.#numbers.get(name);
    if (column === undefined) {
      if (name === "" || name.length > MAX_NAME) return;
      column = { name, kind: "number", lines: [], x: [], values: [] };
      this.#numbers.set(name, column);
    }
    // A name that a row holds twice, nested and with a dot, keeps its first value.
    if (column.lines.at(-1) === line) return;
    column.lines.push(line);
    column.x.push(x);
    column.values.push(value);
  }

  #addValue(line: number, x: number, name: string, value: unknown, depth: number) {
    switch (typeof value) {
      case "boolean":
        return this.#addNumber(line, x, name, Number(value));
      case "string": {
        const number = value === "NaN"
          ? NaN
          : value === "Infinity"
          ? Infinity
          : value === "-Infinity"
          ? -Infinity
          : undefined;
        if (number !== undefined) return this.#addNumber(line, x, name, number);
        return this.#addOther(line, x, name, "string");
      }
      default: {
        if (Array.isArray(value)) return this.#addOther(line, x, name, "list");
        const object = value as Record<string, unknown>;
        const type = object._type;
        if (typeof type === "string") return this.#addOther(line, x, name, type.slice(0, 64));
        if (depth >= MAX_DEPTH) return this.#addOther(line, x, name, "object");
        return this.#addObject(line, x, object, `${name}.`, depth + 1);
      }
    }
  }

  #addOther(line: number, x: number, name: string, kind: string) {
    if (name === "" || name.length > MAX_NAME) return;
    let columns = this.#others.get(kind);
    if (columns === undefined) this.#others.set(kind, columns = new Map());
    let column = columns.get(name);
    if (column === undefined) {
      columns.set(name, column = { name, kind, lines: [], x: [], values: [] });
    }
    if (column.lines.at(-1) === line) return;
    column.lines.push(line);
    column.x.push(x);
  }
}
