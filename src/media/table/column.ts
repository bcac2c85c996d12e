import { encodeValue, UnrecordableValue } from "../../record/encode_value.ts";
import { isRecordable, type Recordable } from "../../record/recordable.ts";

/** What a column holds; `mixed` also for truth values, dates, lists and media. */
export type CellType = "number" | "string" | "mixed";

/** A cell with a form of its own in the record: a medium, or a list of media. */
export type MediaCell = Recordable | readonly unknown[];

/**
 * A column that grows. Numbers lie in one piece of memory, and everything else as text: a snapshot
 * of it takes no longer than copying it, and what happens to an object after it was added is not
 * seen.
 */
export class Column {
  readonly name: string;
  #type: CellType = "number";
  #length = 0;
  #numbers: Float64Array<ArrayBuffer> = new Float64Array(0);
  /** 1 where there is no number; as long as `#numbers`, or empty. */
  #nulls: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Texts, or null; in a mixed column JSON texts, or media. */
  #cells: (string | null | MediaCell)[] = [];

  constructor(name: string) {
    this.name = name;
  }

  get type(): CellType {
    return this.#type;
  }

  get length(): number {
    return this.#length;
  }

  /**
   * Adds a cell.
   *
   * @returns Why it cannot be recorded, and is null instead.
   */
  add(value: unknown): string | undefined {
    if (this.#type === "number") {
      if (typeof value === "number") {
        if (this.#length === this.#numbers.length) this.#grow();
        this.#numbers[this.#length++] = value;
        return undefined;
      }
      if (value === null || value === undefined) {
        if (this.#length === this.#numbers.length) this.#grow();
        if (this.#nulls.length === 0) this.#nulls = new Uint8Array(this.#numbers.length);
        this.#nulls[this.#length++] = 1;
        return undefined;
      }
      this.#leaveNumbers(typeof value === "string");
    }
    if (this.#type === "string") {
      if (typeof value === "string" || value === null || value === undefined) {
        this.#cells.push(value ?? null);
        this.#length++;
        return undefined;
      }
      this.#cells = this.#cells.map((text) => JSON.stringify(text));
      this.#type = "mixed";
    }
    this.#length++;
    try {
      this.#cells.push(isMediaCell(value) ? value : encodeValue(value));
      return undefined;
    } catch (error) {
      this.#cells.push("null");
      return error instanceof UnrecordableValue ? error.message : "it cannot be read";
    }
  }

  /** The value of a row; dates and nested values as JSON has them. */
  at(row: number): unknown {
    if (!(row >= 0 && row < this.#length)) return undefined;
    if (this.#type === "number") return this.#isNull(row) ? null : this.#numbers[row];
    const cell = this.#cells[row];
    return this.#type === "string" || typeof cell !== "string" ? cell : JSON.parse(cell);
  }

  /** The numbers of some rows, copied, and where there are none. */
  numbers(from: number, to: number): {
    numbers: Float64Array<ArrayBuffer>;
    nulls: Uint8Array<ArrayBuffer>;
  } {
    return { numbers: this.#numbers.slice(from, to), nulls: this.#nulls.slice(from, to) };
  }

  /** The cells of some rows of a column that is not one of numbers. */
  cells(from: number, to: number): readonly (string | null | MediaCell)[] {
    return this.#cells.slice(from, to);
  }

  #isNull(row: number): boolean {
    return this.#nulls.length > 0 && this.#nulls[row] === 1;
  }

  #grow(): void {
    const size = Math.max(64, this.#numbers.length * 2);
    const numbers = new Float64Array(size);
    numbers.set(this.#numbers);
    this.#numbers = numbers;
    if (this.#nulls.length > 0) {
      const nulls = new Uint8Array(size);
      nulls.set(this.#nulls);
      this.#nulls = nulls;
    }
  }

  /** The first value that is no number turns the column into one of texts, or of anything. */
  #leaveNumbers(toText: boolean): void {
    const empty = this.#nulls.subarray(0, this.#length).every((isNull) => isNull === 1) &&
      this.#nulls.length >= this.#length;
    this.#type = toText && empty ? "string" : "mixed";
    this.#cells = Array.from({ length: this.#length }, (_, row) => {
      if (this.#isNull(row)) return this.#type === "string" ? null : "null";
      return numberText(this.#numbers[row]!);
    });
    this.#numbers = new Float64Array(0);
    this.#nulls = new Uint8Array(0);
  }
}

/** A number in a mixed column: JSON, with the strings that stand for what JSON cannot write. */
function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`;
}

function isMediaCell(value: unknown): value is MediaCell {
  return isRecordable(value) || (Array.isArray(value) && value.some(isRecordable));
}
