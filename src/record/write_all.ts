/**
 * Writes bytes until all are written or the file takes no more; a write to a nearly full disk
 * takes a part first, and fails the next time.
 *
 * @returns What is left to write.
 * @throws What the file throws, when not even the first byte was taken.
 */
export function writeAllSync(
  file: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): Uint8Array {
  let written = 0;
  while (written < bytes.length) {
    try {
      const n = file.writeSync(bytes.subarray(written));
      if (!(n > 0)) break;
      written += n;
    } catch (error) {
      if (written === 0) throw error;
      break;
    }
  }
  return bytes.subarray(written);
}
