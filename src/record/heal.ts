/** How far from its end a file is searched for the last newline. */
const MAX_TORN_BYTES = 33_554_432;

/**
 * Cuts a torn last line off, so that a file can be appended to again. A file that ends with a
 * newline, or is not there, stays as it is.
 */
export function cutTornLine(path: string): void {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  try {
    const { size } = file.statSync();
    const begin = Math.max(0, size - MAX_TORN_BYTES);
    for (let end = size; end > begin;) {
      const chunk = new Uint8Array(Math.min(65_536, end - begin));
      file.seekSync(end - chunk.length, Deno.SeekMode.Start);
      const n = file.readSync(chunk) ?? 0;
      const newline = chunk.subarray(0, n).lastIndexOf(10);
      if (newline !== -1) {
        const length = end - chunk.length + newline + 1;
        if (length < size) file.truncateSync(length);
        return;
      }
      end -= chunk.length;
    }
    if (begin === 0) file.truncateSync(0);
  } finally {
    file.close();
  }
}
