import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { ensureDirSync } from "@std/fs";

const CHUNK_BYTES = 1_048_576;

/**
 * Copies a file of any size, and hashes it as it goes by. The copy appears under its name when it is
 * complete; a file that grows meanwhile is copied as long as it was in the beginning.
 *
 * @throws What the file system throws.
 */
export async function copyFile(
  source: string,
  target: string,
): Promise<{ size: number; sha256: string }> {
  ensureDirSync(dirname(target));
  const temporary = `${target}.part`;
  const hash = createHash("sha256");
  let size = 0;
  try {
    using input = await Deno.open(source);
    using output = await Deno.open(temporary, { write: true, create: true, truncate: true });
    const { size: length } = await input.stat();
    const chunk = new Uint8Array(CHUNK_BYTES);
    while (size < length) {
      const n = await input.read(chunk.subarray(0, Math.min(CHUNK_BYTES, length - size)));
      if (n === null) break;
      hash.update(chunk.subarray(0, n));
      for (let written = 0; written < n;) {
        written += await output.write(chunk.subarray(written, n));
      }
      size += n;
    }
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
  await Deno.rename(temporary, target);
  return { size, sha256: hash.digest("hex") };
}
