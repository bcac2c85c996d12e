import { zstdDecompressSync } from "node:zlib";
import { ByteWriter } from "./bytes.ts";
import { packLineColumns, type RowText, unpackLineColumns } from "./line_columns.ts";
import { pack } from "./pack.ts";
import { tagOf } from "./packing.ts";

/** How a block of lines is packed: its first byte. The first servers knew texts alone. */
const FORMAT = { lines: 0, json: 1, columns: 2 } as const;

/** Longer texts are not taken apart: there is a line of many megabytes among them. */
const MAX_TEXT = 2 * 1024 * 1024;

/**
 * Rows of more characters are not taken apart either: it takes longer than all else that is done
 * with them, and their many keys, always the same, cost little as text.
 */
export const MAX_ROW = 1_024;

const NEWLINE = 0x0a;

/** Where texts are put together before they are compressed, again and again. */
const staging = new ByteWriter();

/**
 * Packs lines.
 *
 * @param areRows Whether they are rows of JSON, more or less alike.
 */
export function packLines(lines: readonly RowText[], areRows: boolean): Uint8Array<ArrayBuffer> {
  const size = lines.reduce((sum, { text }) => sum + text.length, 0);
  if (areRows && size <= Math.min(MAX_TEXT, lines.length * MAX_ROW)) {
    return packLineColumns(lines, FORMAT.columns);
  }
  // Only console lines may hold line breaks, and hardly ever do.
  const isJson = lines.some(({ text }) => text.includes("\n"));
  const room = size <= MAX_TEXT ? staging : new ByteWriter(size);
  room.clear();
  if (isJson) room.text(JSON.stringify(lines.map(({ text }) => text)));
  else {
    for (const [i, { text }] of lines.entries()) {
      if (i > 0) room.byte(NEWLINE);
      room.text(text);
    }
  }
  const body = pack(room.written);
  const packed = new Uint8Array(1 + body.length);
  packed[0] = isJson ? FORMAT.json : FORMAT.lines;
  packed.set(body, 1);
  return packed;
}

/** Unpacks lines. */
export function unpackLines(packed: Uint8Array): string[] {
  if (tagOf(packed) === FORMAT.columns) return unpackLineColumns(packed);
  const text = new TextDecoder().decode(zstdDecompressSync(packed.subarray(1)));
  return packed[0] === FORMAT.json ? JSON.parse(text) : text.split("\n");
}
