/** How far a {@linkcode Tail} reads at once. */
const CHUNK_BYTES = 1_048_576;
/** A line that is longer is skipped; rows are limited to 10 MB when they are written. */
const MAX_LINE_BYTES = 33_554_432;
const NEWLINE = 10;
const NOTHING = new Uint8Array(0);

/**
 * Reads the complete lines of a growing file from a cursor. The bytes after the last newline are
 * left for the next time, so a line that is being written, or was torn by a crash, is never seen.
 *
 * @example
 * ```ts
 * const tail = new Tail("cellar/latest-run/history.jsonl");
 * for (const line of tail.read()) console.log(JSON.parse(line));
 * ```
 */
export class Tail {
  #path: string;
  #file: Deno.FsFile | null = null;
  #offset: number;
  #partial: Uint8Array = NOTHING;
  #skipping = false;
  #chunk = NOTHING;
  readonly #decoder = new TextDecoder();

  /** @param offset The byte to start at; it must be the start of a line. */
  constructor(path: string, offset = 0) {
    this.#path = path;
    this.#offset = offset;
  }

  /** The byte after the last line that was read. */
  get offset(): number {
    return this.#offset - this.#partial.length;
  }

  /** Whether bytes follow the last complete line. */
  get torn(): boolean {
    return this.#partial.length > 0 || this.#skipping;
  }

  /**
   * The lines that have come since the last time; none while the file does not exist. It stops
   * after `maxBytes`, so that a reader can do other things between.
   */
  *read(maxBytes = Infinity): Generator<string> {
    const file = this.#open();
    if (file === null) return;
    if (this.#chunk.length === 0) this.#chunk = new Uint8Array(CHUNK_BYTES);
    for (let total = 0; total < maxBytes;) {
      const n = file.readSync(this.#chunk);
      if (n === null || n === 0) return;
      total += n;
      this.#offset += n;
      yield* this.#lines(this.#chunk.subarray(0, n));
    }
  }

  /** Closes the file. */
  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  *#lines(bytes: Uint8Array): Generator<string> {
    const end = bytes.lastIndexOf(NEWLINE);
    if (end === -1) {
      this.#keep(bytes);
      return;
    }
    const complete = this.#join(bytes.subarray(0, end));
    const skipping = this.#skipping;
    this.#skipping = false;
    this.#partial = NOTHING;
    this.#keep(bytes.subarray(end + 1));
    // One decode a chunk: a decode a line would cost more than parsing it.
    let first = skipping;
    for (const line of this.#decoder.decode(complete).split("\n")) {
      if (!first && line !== "") yield line;
      first = false;
    }
  }

  #keep(bytes: Uint8Array): void {
    if (this.#skipping || bytes.length === 0) return;
    this.#partial = this.#join(bytes).slice();
    if (this.#partial.length > MAX_LINE_BYTES) {
      this.#partial = NOTHING;
      this.#skipping = true;
    }
  }

  #join(bytes: Uint8Array): Uint8Array {
    if (this.#partial.length === 0) return bytes;
    const joined = new Uint8Array(this.#partial.length + bytes.length);
    joined.set(this.#partial);
    joined.set(bytes, this.#partial.length);
    return joined;
  }

  #open(): Deno.FsFile | null {
    if (this.#file !== null) return this.#file;
    try {
      this.#file = Deno.openSync(this.#path, { read: true });
      this.#file.seekSync(this.#offset, Deno.SeekMode.Start);
      return this.#file;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }
}
