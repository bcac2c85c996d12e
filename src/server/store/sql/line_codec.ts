import { zstdDecompressSync } from "node:zlib";
import { pack } from "./pack.ts";

/** How the texts of a block are told apart. */
const FORMAT = { lines: 0, json: 1 } as const;

/** Packs lines: a byte that says how they are joined, then their compressed text. */
export function packLines(lines: readonly string[]): Uint8Array {
  // Only console lines may hold line breaks, and hardly ever do.
  const format = lines.some((line) => line.includes("\n")) ? FORMAT.json : FORMAT.lines;
  const text = format === FORMAT.json ? JSON.stringify(lines) : lines.join("\n");
  const body = pack(new TextEncoder().encode(text));
  const packed = new Uint8Array(1 + body.length);
  packed[0] = format;
  packed.set(body, 1);
  return packed;
}

/** Unpacks lines. */
export function unpackLines(packed: Uint8Array): string[] {
  const text = new TextDecoder().decode(zstdDecompressSync(packed.subarray(1)));
  return packed[0] === FORMAT.json ? JSON.parse(text) : text.split("\n");
}
