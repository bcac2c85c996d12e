import { toFrame } from "../../charts/frame.ts";
import { reasonOf } from "../../names/reason.ts";
import type { Json } from "../../record/lines.ts";
import { UnrecordableValue } from "../../record/encode_value.ts";
import { RECORD, type RecordContext } from "../../record/recordable.ts";
import { JUPYTER_DISPLAY, show } from "../show.ts";
import { type CellType, Column } from "./column.ts";
import { type Turn, turnRows } from "./turns.ts";
import { takeSnapshot } from "./snapshot.ts";

/** A cell: a scalar, a date, a medium, or nested values. */
export type Cell = null | undefined | boolean | number | bigint | string | object;

/** What {@linkcode Table.from} takes: rows, columns, or a data frame. */
export type TableData = Iterable<object> | object;

/** Options of {@linkcode Table}. */
export interface TableOptions {
  /**
   * Whether a table that is logged again is recorded whole, or only the rows that were added.
   *
   * @default {"immutable"}
   */
  readonly mode?: "immutable" | "incremental";
}

/** The rows of a table whose columns are `Columns`. */
export type TableRow<Columns extends readonly string[]> = {
  readonly [Index in keyof Columns]: Cell;
};

/** W&B's limit. */
const MAX_ROWS = 200_000;

/**
 * A table: rows of values and media under named columns.
 *
 * What is added is captured at once; what happens to it later is not seen. Nothing here throws:
 * what cannot be recorded is left empty, and is said when the table is logged.
 *
 * @example
 * ```ts
 * import { init, Table } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * const table = new Table(["digit", "guess"]);
 * table.addData(7, 7);
 * table.addData(4, 9);
 * run.log({ mistakes: table, layers: Table.from([{ name: "dense", units: 32 }]) });
 * await run.finish();
 * ```
 */
export class Table<const Columns extends readonly string[] = readonly string[]> {
  #columns: Column[] = [];
  readonly #mode: "immutable" | "incremental";
  readonly #problems = new Map<string, number>();
  /** Sets increments of this table apart from others of its name. */
  readonly #id = crypto.randomUUID();
  #length = 0;
  #failure: string | undefined;
  #rowsLogged = 0;
  #increments = 0;

  /**
   * Makes a table without rows.
   *
   * @param columns Their names.
   */
  constructor(columns: Columns, options?: TableOptions) {
    this.#mode = options?.mode ?? "immutable";
    this.#attempt(() => {
      this.#columns = Array.from(columns, (name) => new Column(String(name)));
    });
  }

  /**
   * Makes a table of what people have: an array of objects or of arrays, an object of arrays (typed
   * ones too), an Arrow-like table or a Polars-like data frame.
   *
   * @param options The columns, for an array of arrays.
   */
  static from(
    data: TableData,
    options?: TableOptions & { readonly columns?: readonly string[] },
  ): Table {
    const table = new Table([], options);
    table.#attempt(() => {
      const { columns } = options ?? {};
      const frame = toFrame(data, {
        maxColumns: Infinity,
        ...(columns === undefined ? {} : { columns }),
      });
      table.#length = frame.length;
      for (const { name, at } of frame.columns) {
        const column = new Column(name);
        for (let row = 0; row < frame.length; row++) table.#add(column, at(row));
        table.#columns.push(column);
      }
    });
    return table;
  }

  /**
   * Makes a table of a conversation: a row a turn, with who speaks, what is said, and whatever else
   * the turns hold.
   *
   * @example
   * ```ts
   * import { init, Table } from "@cellar/cellar";
   *
   * const run = await init({ project: "docs", mode: "disabled" });
   * run.log({
   *   chat: Table.fromTurns([
   *     { role: "user", content: "What is a cellar for?" },
   *     { role: "assistant", content: "For what gets better with time.", tokens: 7 },
   *   ]),
   * });
   * await run.finish();
   * ```
   */
  static fromTurns(turns: readonly Turn[], options?: TableOptions): Table {
    const table = new Table<readonly string[]>([], options);
    table.#attempt(() => {
      const { columns, rows } = turnRows(turns);
      table.#columns = columns.map((name) => new Column(name));
      for (const row of rows) table.addData(...row as Cell[]);
    });
    return table;
  }

  /** The names of the columns. */
  get columns(): readonly string[] {
    return this.#columns.map((column) => column.name);
  }

  /** What each column holds. */
  get types(): readonly CellType[] {
    return this.#columns.map((column) => column.type);
  }

  /** How many rows there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds a row; cells that are missing are empty. */
  addData(...row: TableRow<Columns> & readonly Cell[]): void {
    if (row.length !== this.#columns.length) {
      this.#complain(`rows with another number of cells than ${this.#columns.length}`);
    }
    for (const [i, column] of this.#columns.entries()) this.#add(column, row[i]);
    this.#length++;
  }

  /** Adds a column; of values that are too many the last ones are left out. */
  addColumn(name: string, values: ArrayLike<Cell>): void {
    this.#attempt(() => {
      const column = new Column(String(name));
      if (this.#columns.length === 0) this.#length = values.length;
      else if (values.length !== this.#length) {
        this.#complain(`columns with another number of values than ${this.#length}`);
      }
      for (let row = 0; row < this.#length; row++) this.#add(column, values[row]);
      this.#columns.push(column);
    });
  }

  /** The value in a row and a column; undefined where there is none. */
  at(row: number, column: number | string): unknown {
    const index = typeof column === "number"
      ? column
      : this.#columns.findIndex(({ name }) => name === column);
    return this.#columns[index]?.at(row);
  }

  /** @internal */
  [RECORD](context: RecordContext): Json {
    if (this.#failure !== undefined) throw new UnrecordableValue(this.#failure);
    if (this.#length > MAX_ROWS) {
      throw new UnrecordableValue(`a table has at most ${MAX_ROWS} rows, not ${this.#length}`);
    }
    const incremental = this.#mode === "incremental";
    const from = incremental ? this.#rowsLogged : 0;
    const { columns, parts, problems, transfer } = takeSnapshot(
      this.#columns,
      [from, this.#length],
      context,
    );
    this.#rowsLogged = this.#length;
    return context.later({
      kind: "table",
      names: this.columns,
      columns,
      parts,
      rows: this.#length - from,
      allRows: this.#length,
      warnings: [...Array.from(this.#problems, ([what, n]) => `${what}: ${n}`), ...problems],
      ...(incremental ? { increment: { table: this.#id, index: this.#increments++ } } : {}),
    }, transfer);
  }

  /** Draws it at the end of a cell. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(this.#failure, async () => {
      const { showTable } = await import("./show_table.ts");
      return await showTable(this.#columns, this.#length);
    });
  }

  /** What fails is said when the table is logged: without a compiler anything can be given. */
  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#failure ??= reasonOf(error);
    }
  }

  #add(column: Column, value: unknown): void {
    const problem = column.add(value);
    if (problem !== undefined) {
      this.#complain(`cells left empty because ${problem}`);
    }
  }

  #complain(what: string): void {
    this.#problems.set(what, (this.#problems.get(what) ?? 0) + 1);
  }
}
