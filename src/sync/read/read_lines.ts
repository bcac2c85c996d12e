/** A line of a file, and where it lies. */
export interface LineAt {
  readonly text: string;
  /** The byte at which it begins, and the one after its newline. */
  readonly begin: number;
  readonly end: number;
}

const CHUNK_BYTES = 1_048_576;
/** Longer lines are passed over, as every reader of a run directory does. */
const MAX_LINE_BYTES = 33_554_432;
const NEWLINE = 10;
const decoder = new TextDecoder();

/**
 * The complete lines of a file from a byte on, each with its place, so that a cursor can be kept on
 * disk. Nothing is kept open between calls, and no more than a chunk is in memory.
 *
 * @param offset The beginning of a line.
 */
export function* readLines(path: string, offset: number): Generator<LineAt> {
  const file = openForReading(path);
  if (file === null) return;
  try {
    const left = file.statSync().size - offset;
    // Most of the time nothing has come.
    if (left <= 0) return;
    file.seekSync(offset, Deno.SeekMode.Start);
    let buffer = new Uint8Array(Math.min(CHUNK_BYTES, left + 1));
    let length = 0;
    let begin = offset;
    let skipping = false;
    for (;;) {
      const n = file.readSync(buffer.subarray(length));
      if (n === null || n === 0) return;
      const last = buffer.subarray(length, length + n).lastIndexOf(NEWLINE);
      length += n;
      if (last === -1) {
        if (length < buffer.length) continue;
        if (skipping || length >= MAX_LINE_BYTES) {
          skipping = true;
          begin += length;
          length = 0;
        } else {
          const larger = new Uint8Array(buffer.length * 2);
          larger.set(buffer);
          buffer = larger;
        }
        continue;
      }
      const whole = length - n + last + 1;
      let from = 0;
      if (skipping) {
        from = buffer.indexOf(NEWLINE) + 1;
        skipping = false;
      }
      yield* splitLines(buffer.subarray(from, whole), begin + from);
      begin += whole;
      buffer.copyWithin(0, whole, length);
      length -= whole;
    }
  } finally {
    file.close();
  }
}

function* splitLines(bytes: Uint8Array, offset: number): Generator<LineAt> {
  if (bytes.length === 0) return;
  // One decode a chunk; where every character is one byte, places in the text are places in bytes.
  const text = decoder.decode(bytes);
  if (text.length === bytes.length) {
    for (let at = 0; at < text.length;) {
      const newline = text.indexOf("\n", at);
      const end = newline + 1;
      if (newline > at) {
        yield { text: text.slice(at, newline), begin: offset + at, end: offset + end };
      }
      at = end;
    }
    return;
  }
  for (let at = 0; at < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline + 1;
    if (newline > at) {
      const line = decoder.decode(bytes.subarray(at, newline));
      yield { text: line, begin: offset + at, end: offset + end };
    }
    at = end;
  }
}

function openForReading(path: string): Deno.FsFile | null {
  try {
    return Deno.openSync(path, { read: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
