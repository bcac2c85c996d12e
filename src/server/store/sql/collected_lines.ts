import { parseRow } from "../extended_json.ts";
import type { LineStream } from "../lines.ts";
import { Columns } from "./columns.ts";
import { type Block, BlockPacker, type LineToWrite, rowX } from "./line_blocks.ts";
import { MAX_ROW } from "./line_codec.ts";

/**
 * Consecutive lines on their way into the store, packed as they come: wide rows, of which there may
 * be megabytes, are neither strings nor objects for longer than it takes.
 */
export class CollectedLines {
  readonly stream: LineStream;
  /** The number of the first line, and the one after the last. */
  readonly offset: number;
  end: number;
  /** The largest x. */
  lastX = -Infinity;
  readonly columns = new Columns();
  readonly #blocks: BlockPacker;

  constructor(stream: LineStream, offset: number) {
    this.stream = stream;
    this.offset = offset;
    this.end = offset;
    this.#blocks = new BlockPacker(stream);
  }

  /** @returns Characters. */
  add(text: string): number {
    const line = readLine(this.stream, this.end++, text);
    if (line.row !== undefined) this.columns.add(line.number, line.x!, line.row);
    if (line.x !== null && line.x > this.lastX) this.lastX = line.x;
    // A wide row stays text, and its object would only live on in the heap.
    this.#blocks.add(line.text.length > MAX_ROW ? { ...line, row: undefined } : line);
    return line.text.length;
  }

  /** Nothing is added after that. */
  blocks(): readonly Block[] {
    return this.#blocks.finish();
  }

  /** Gives the memory back that they take, at once. */
  free(): void {
    this.columns.free();
    for (const { data } of this.#blocks.finish()) data.buffer.transfer(0);
  }
}

/** Reads a line as it came, or as the store gives it back. */
export function readLine(stream: LineStream, number: number, line: string): LineToWrite {
  const wellFormed = line.toWellFormed();
  if (stream === "console") return { number, text: wellFormed, x: null };
  const { text, row } = parseRow(wellFormed);
  return { number, text, row, x: rowX(stream, number, row) };
}
