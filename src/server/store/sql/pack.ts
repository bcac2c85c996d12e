import { constants, zstdCompressSync, type ZstdOptions } from "node:zlib";

/** Compresses bytes. The fastest level packs digits better than higher ones. */
export function pack(bytes: Uint8Array): Uint8Array {
  // The size lets zstd take small tables; the types do not know of it yet.
  const options: ZstdOptions & { pledgedSrcSize: number } = {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
    pledgedSrcSize: bytes.length,
    // Little comes of little.
    chunkSize: Math.min(bytes.length + 64, 16 * 1024),
  };
  return zstdCompressSync(bytes, options);
}
