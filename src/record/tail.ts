/** How far a {@linkcode Tail} reads at once. */
const CHUNK_BYTES = 1_048_576;
/** A line that is longer is skipped; rows are limited to 10 MB when they are written. */
const MAX_LINE_BYTES = 33_554_432;
const NEWLINE = 10;

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
  #partial: Uint8Array[] = [];
  #partialBytes = 0;
  #skipping = false;
  #chunk = new Uint8Array(0);
  readonly #decoder = new TextDecoder();

  /** @param offset The byte to start at; it must be the start of a line. */
  constructor(path: string, offset = 0) {
    this.#path = path;
    this.#offset = offset;
  }

  /** The byte after the last line that was read. */
  get offset(): number {
    return this.#offset - this.#partialBytes;
  }

  /** Whether bytes follow the last complete line. */
  get torn(): boolean {
    return this.#partialBytes > 0 || this.#skipping;
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
    const first = bytes.indexOf(NEWLINE);
    if (first === -1) {
      this.#keep(bytes);
      return;
    }
    this.#keep(bytes.subarray(0, first));
    const torn = this.#takePartial();
    if (torn !== null && torn.length > 0) yield this.#decoder.decode(torn);
    const last = bytes.lastIndexOf(NEWLINE);
    if (last > first) {
      // One decode a chunk: a decode a line would cost more than parsing it.
      for (const line of this.#decoder.decode(bytes.subarray(first + 1, last)).split("\n")) {
        if (line !== "") yield line;
      }
    }
    this.#keep(bytes.subarray(last + 1));
  }

  #keep(bytes: Uint8Array): void {
    if (this.#skipping || bytes.length === 0) return;
    this.#partial.push(bytes.slice());
    this.#partialBytes += bytes.length;
    if (this.#partialBytes > MAX_LINE_BYTES) {
      this.#partial = [];
      this.#partialBytes = 0;
      this.#skipping = true;
    }
  }

  /** The line that has now ended; null when it was too long. */
  #takePartial(): Uint8Array | null {
    const skipped = this.#skipping;
    const line = new Uint8Array(this.#partialBytes);
    let at = 0;
    for (const part of this.#partial) {
      line.set(part, at);
      at += part.length;
    }
    this.#partial = [];
    this.#partialBytes = 0;
    this.#skipping = false;
    return skipped ? null : line;
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
