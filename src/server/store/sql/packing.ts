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

const packing: Packing<ByteWriter> = { plain: new ByteWriter(), squeezed: new ByteWriter() };

/** Nothing yet. There is one of it, used again and again: seal it before the next begins. */
export function newPacking(): Packing<ByteWriter> {
  packing.plain.clear();
  packing.squeezed.clear();
  return packing;
}

/** What was packed, as bytes after a byte that says what they are. */
export function sealPacking({ plain, squeezed }: Packing<ByteWriter>, tag: number): Uint8Array {
  const sealed = new ByteWriter(plain.length + 64);
  sealed.byte(tag);
  sealed.count(plain.length);
  sealed.bytes(plain.written);
  sealed.bytes(pack(squeezed.written));
  return sealed.written;
}

/** Reads sealed bytes after their tag. */
export function openPacking(bytes: Uint8Array): Packing<ByteReader> {
  const reader = new ByteReader(bytes.subarray(1));
  const plain = new ByteReader(reader.bytes(reader.count()));
  return { plain, squeezed: new ByteReader(zstdDecompressSync(reader.rest())) };
}
