import { formatNumber, styleOf } from "./number_text.ts";
import { packNumbers, unpackNumbers } from "./number_codec.ts";
import { newPacking, openPacking, sealPacking } from "./packing.ts";

/** A line, and the JSON object that it is, where that is known. */
export interface RowText {
  readonly text: string;
  readonly row?: Readonly<Record<string, unknown>> | undefined;
}

/** Numbers that follow a text, and how each was written. */
class Column {
  #values = new Float64Array(SMALLEST);
  #styles: Uint8Array | undefined;
  #count = 0;

  add(value: number, style: number): void {
    const at = this.#count++;
    if (at === this.#values.length) {
      const larger = new Float64Array(2 * at);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[at] = value;
    // Mostly, all are written in the first way.
    if (style === 0 && this.#styles === undefined) return;
    if (this.#styles === undefined || at >= this.#styles.length) {
      const larger = new Uint8Array(this.#values.length);
      larger.set(this.#styles ?? []);
      this.#styles = larger;
    }
    this.#styles[at] = style;
  }

  get values(): Float64Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#count);
  }

  /** One for all of the values, or one for each. */
  get styles(): number | Uint8Array {
    const styles = this.#styles?.subarray(0, this.#count);
    const first = styles?.[0] ?? 0;
    return styles?.some((style) => style !== first) ? styles : first;
  }
}

/** Room that a column begins with. */
const SMALLEST = 16;

/** What a column says whose numbers are written in different ways. */
const MIXED = 255;

const MINUS = 0x2d;

/** What stands before the time of a row: two clocks, which go alike. */
const CLOCK = /^,\s*"_(?:timestamp|runtime)":\s*$/;

/**
 * Packs lines of JSON by column: what stands between two numbers is kept once for all lines, and the
 * numbers that follow it are packed together. Nothing is assumed of the lines: whatever they hold
 * comes back letter by letter, and what is not a number that can be written again is text.
 *
 * @param tag The first byte.
 */
export function packLineColumns(lines: readonly RowText[], tag: number): Uint8Array<ArrayBuffer> {
  const texts = new Texts();
  for (const line of lines) texts.add(line);
  const packing = newPacking();
  const { squeezed } = packing;
  const words = new TextEncoder().encode(JSON.stringify(texts.segments));
  squeezed.count(words.length);
  squeezed.bytes(words);
  squeezed.count(texts.skeletons.length);
  for (const skeleton of texts.skeletons) {
    squeezed.count(skeleton.length);
    for (const segment of skeleton) squeezed.count(segment);
  }
  squeezed.count(texts.lines.length);
  packNumbers(packing, new Float64Array(texts.lines));
  const clocks = new Clocks();
  for (const [i, { values, styles }] of texts.columns.entries()) {
    squeezed.count(values.length);
    if (values.length === 0) continue;
    squeezed.byte(typeof styles === "number" ? styles : MIXED);
    if (typeof styles !== "number") squeezed.bytes(styles);
    packNumbers(packing, values, clocks.before(texts.segments[i]!));
    clocks.add(texts.segments[i]!, values);
  }
  return sealPacking(packing, tag);
}

/** Unpacks lines. */
export function unpackLineColumns(packed: Uint8Array): string[] {
  const packing = openPacking(packed);
  const { squeezed } = packing;
  const words = squeezed.bytes(squeezed.count());
  const segments: string[] = JSON.parse(new TextDecoder().decode(words));
  const skeletons = Array.from(
    { length: squeezed.count() },
    () => Array.from({ length: squeezed.count() }, () => squeezed.count()),
  );
  const lines = unpackNumbers(packing, squeezed.count());
  const clocks = new Clocks();
  const columns = segments.map((segment) => {
    const count = squeezed.count();
    if (count === 0) return { values: new Float64Array(), styles: [], style: 0, next: 0 };
    const style = squeezed.byte();
    const styles = style === MIXED ? squeezed.bytes(count).slice() : [];
    const values = unpackNumbers(packing, count, clocks.before(segment));
    clocks.add(segment, values);
    return { values, styles, style, next: 0 };
  });
  return Array.from(lines, (line) => {
    const skeleton = skeletons[line]!;
    const last = skeleton.length - 1;
    let text = "";
    for (let i = 0; i < last; i++) {
      const segment = skeleton[i]!;
      const column = columns[segment]!;
      const at = column.next++;
      text += segments[segment]! +
        formatNumber(column.values[at]!, column.styles[at] ?? column.style);
    }
    text += segments[skeleton[last]!]!;
    return text.startsWith(",") ? `{${text.slice(1)}` : text.slice(1);
  });
}

/** Times of rows: the second of their clocks is packed beside the first. */
class Clocks {
  #first: Float64Array | undefined;

  /** The clock that was packed before this one; undefined when this is none, or the first. */
  before(segment: string): Float64Array | undefined {
    return CLOCK.test(segment) ? this.#first : undefined;
  }

  add(segment: string, values: Float64Array): void {
    if (CLOCK.test(segment)) this.#first ??= values;
  }
}

/** Lines taken apart. */
class Texts {
  /** What stands before, between and after numbers, each once. */
  readonly segments: string[] = [];
  /** The numbers that follow each segment. */
  readonly columns: Column[] = [];
  /** The segments of a line, in order; lines that differ in their numbers alone share one. */
  readonly skeletons: (readonly number[])[] = [];
  /** The skeleton of each line. */
  readonly lines: number[] = [];

  readonly #segmentIds = new Map<string, number>();
  readonly #skeletonIds = new Map<string, number>();
  /** Of the last line that was read as a row. */
  #keys: string[] = [];
  #last: readonly number[] = [];

  add({ text, row }: RowText): void {
    if (row !== undefined && this.#addRow(text, row)) return;
    this.#keys = [];
    // A key is the same text wherever it stands: some clients write keys in any order.
    this.#use(this.#takeApart(text.startsWith("{") ? `,${text.slice(1)}` : ` ${text}`));
  }

  /** What JSON.stringify writes need not be read letter by letter. */
  #addRow(text: string, row: Readonly<Record<string, unknown>>): boolean {
    const keys = this.#keys;
    let isSame = true;
    let count = 0;
    for (const key in row) {
      if (typeof row[key] !== "number") return false;
      if (keys[count++] !== key) isSame = false;
    }
    if (count === 0 || JSON.stringify(row) !== text) return false;
    if (!isSame || count !== keys.length) {
      this.#keys = Object.keys(row);
      this.#use([
        ...this.#keys.map((key) => this.#segment(`,${JSON.stringify(key)}:`)),
        this.#segment("}"),
      ]);
    } else this.lines.push(this.lines.at(-1)!);
    let i = 0;
    for (const key in row) this.columns[this.#last[i++]!]!.add(row[key] as number, 0);
    return true;
  }

  #takeApart(text: string): number[] {
    const skeleton: number[] = [];
    let from = 0;
    let at = 0;
    while (at < text.length) {
      // Mostly, a line goes on like the one before it.
      const guess = this.segments[this.#last[skeleton.length] ?? -1];
      if (guess !== undefined && at === from && text.startsWith(guess, from)) at += guess.length;
      const isStart = isNumeric(text.charCodeAt(at)) && opens(text.charCodeAt(at - 1));
      if (!isStart) {
        at++;
        continue;
      }
      let end = at + 1;
      while (isNumeric(text.charCodeAt(end))) end++;
      const token = text.slice(at, end);
      const value = Number(token);
      const style = closes(text.charCodeAt(end)) ? styleOf(token, value) : undefined;
      if (style !== undefined) {
        const segment = this.#segment(text.slice(from, at));
        this.columns[segment]!.add(value, style);
        skeleton.push(segment);
        from = end;
      }
      at = end;
    }
    skeleton.push(this.#segment(text.slice(from)));
    return skeleton;
  }

  #segment(text: string): number {
    let id = this.#segmentIds.get(text);
    if (id === undefined) {
      id = this.segments.push(text) - 1;
      this.#segmentIds.set(text, id);
      this.columns.push(new Column());
    }
    return id;
  }

  #use(skeleton: readonly number[]): void {
    const name = skeleton.join();
    let id = this.#skeletonIds.get(name);
    if (id === undefined) {
      id = this.skeletons.push(skeleton) - 1;
      this.#skeletonIds.set(name, id);
    }
    this.lines.push(id);
    this.#last = this.skeletons[id]!;
  }
}

/** Digits, signs, a point, an exponent. */
function isNumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === MINUS || code === 0x2e || code === 0x2b ||
    code === 0x65 || code === 0x45;
}

/** Whether a value of JSON can follow: `:`, `,` or `[`. */
function opens(code: number): boolean {
  return code === 0x3a || code === 0x2c || code === 0x5b;
}

/** Whether a value of JSON can end before it: `,`, `}` or `]`. */
function closes(code: number): boolean {
  return code === 0x2c || code === 0x7d || code === 0x5d;
}
