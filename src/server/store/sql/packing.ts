import { zstdDecompressSync } from "node:zlib";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { pack } from "./pack.ts";

/**
 * Where packed columns go: bytes that look random are kept as they are, all others are compressed
 * together in the end. A mixture of both would compress badly.
 */
export interface Packing<T> {
  readonly plain: T;
  readonly squeezed: T;
}

/** Fewer bytes are not compressed: it would take longer than all else. The tag says so. */
const FEW = 128;
const UNCOMPRESSED = 0x80;

/** The most that the tag and the number of plain bytes take. */
const HEAD = 9;

const packing: Packing<ByteWriter> = { plain: new ByteWriter(), squeezed: new ByteWriter() };

/** Nothing yet. There is one of it, used again and again: seal it before the next begins. */
export function newPacking(): Packing<ByteWriter> {
  packing.plain.clear();
  packing.squeezed.clear();
  return packing;
}

/** What was packed, as bytes after a byte that says what they are: a tag of up to seven bits. */
export function sealPacking(
  { plain, squeezed }: Packing<ByteWriter>,
  tag: number,
): Uint8Array<ArrayBuffer> {
  const isSmall = squeezed.length < FEW;
  const rest = isSmall ? squeezed.written : pack(squeezed.written);
  const sealed = new ByteWriter(plain.length + rest.length + HEAD);
  sealed.byte(isSmall ? tag | UNCOMPRESSED : tag);
  sealed.count(plain.length);
  sealed.bytes(plain.written);
  sealed.bytes(rest);
  return sealed.written;
}

/** The tag of sealed bytes. */
export function tagOf(bytes: Uint8Array): number {
  return bytes[0]! & ~UNCOMPRESSED;
}

/** Reads sealed bytes after their tag. */
export function openPacking(bytes: Uint8Array): Packing<ByteReader> {
  const reader = new ByteReader(bytes.subarray(1));
  const plain = new ByteReader(reader.bytes(reader.count()));
  const rest = reader.rest();
  const isSmall = (bytes[0]! & UNCOMPRESSED) !== 0;
  return { plain, squeezed: new ByteReader(isSmall ? rest : zstdDecompressSync(rest)) };
}
