import { createHash } from "node:crypto";
import type { FileLine } from "./file_list.ts";
import { join, RUN_FILES } from "./layout.ts";

const CHUNK_BYTES = 1_048_576;

/**
 * What the list of files says of a file below `files/`, as it is now. The file is not held in memory.
 *
 * @param path Below `files/`, with `/` between its parts.
 * @throws What the file system throws.
 */
export function describeFile(
  directory: string,
  path: string,
): Pick<FileLine, "path" | "size" | "sha256"> {
  using file = Deno.openSync(join(directory, RUN_FILES.files, path), { read: true });
  const hash = createHash("sha256");
  const chunk = new Uint8Array(CHUNK_BYTES);
  let size = 0;
  for (let n; (n = file.readSync(chunk)) !== null && n > 0;) {
    hash.update(chunk.subarray(0, n));
    size += n;
  }
  return { path, size, sha256: hash.digest("hex") };
}
