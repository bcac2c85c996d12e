import { writeAllSync } from "./write_all.ts";

/** What a {@linkcode LineWriter} is told. */
export interface LineWriterOptions {
  /** Called once each time that writing begins to fail. */
  readonly onFault?: (error: unknown) => void;
  /**
   * Characters that wait in memory while the file cannot be written; beyond that whole lines are
   * dropped, and counted.
   *
   * @default {16_777_216}
   */
  readonly maxPending?: number;
}

/** Writes a second that pass at once; above it lines wait for up to a millisecond. */
const WRITES_PER_MS = 1;
const BURST = 100;
const RETRY_AFTER_MS = 1_000;
const encoder = new TextEncoder();

/**
 * Appends lines to one file and hands each to the operating system before {@linkcode append}
 * returns, as long as there are fewer than 1,000 a second (bursts of 100 pass). A loop that is
 * faster has its lines written together, a millisecond at a time: a write costs 6 µs, which such a
 * loop would feel.
 *
 * It never throws once it is open. A full disk is tried again every second; what was written in
 * part is continued where it stopped, so that the file holds no broken line.
 */
export class LineWriter {
  #file: Deno.FsFile | null;
  #pending = "";
  #pendingLines = 0;
  /** Bytes of lines whose beginning is in the file already. */
  #rest: Uint8Array<ArrayBufferLike> = new Uint8Array(0);
  #buffer = new Uint8Array(65_536);
  #tokens = BURST;
  #refilled = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retryAt = 0;
  #failing = false;
  #lost = 0;
  readonly #options: LineWriterOptions;

  /** Opens the file for appending, and makes it when it is not there. */
  constructor(path: string, options: LineWriterOptions = {}) {
    this.#options = options;
    this.#file = Deno.openSync(path, { append: true, create: true });
  }

  /** Lines that were given up. */
  get lost(): number {
    return this.#lost;
  }

  /** Lines that are not in the file yet. */
  get waiting(): number {
    return this.#pendingLines + countNewlines(this.#rest);
  }

  /**
   * Appends a line.
   *
   * @param line JSON without a newline.
   * @param now Milliseconds of a monotonic clock.
   */
  append(line: string, now: number = performance.now()): void {
    this.#pending += line + "\n";
    this.#pendingLines++;
    this.#tokens = Math.min(BURST, this.#tokens + (now - this.#refilled) * WRITES_PER_MS);
    this.#refilled = now;
    if (this.#failing) {
      this.#whileFailing(now);
    } else if (this.#tokens >= 1) {
      this.#tokens--;
      this.#write(now);
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.flush(), 1);
    }
  }

  /** Writes what waits. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.waiting > 0) this.#write(performance.now());
  }

  /** Writes what waits, gives up what cannot be written, and closes the file. */
  close(): void {
    this.flush();
    this.#lost += this.waiting;
    this.#pending = "";
    this.#pendingLines = 0;
    this.#rest = new Uint8Array(0);
    this.#file?.close();
    this.#file = null;
  }

  #write(now: number): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#file === null) {
      this.#drop();
      return;
    }
    try {
      if (this.#rest.length > 0) {
        this.#rest = writeAllSync(this.#file, this.#rest);
      }
      if (this.#rest.length === 0 && this.#pendingLines > 0) {
        const bytes = this.#encode();
        this.#pending = "";
        this.#pendingLines = 0;
        const rest = writeAllSync(this.#file, bytes);
        // The buffer is used again by the next write.
        this.#rest = rest.length > 0 ? rest.slice() : rest;
      }
      if (this.#rest.length > 0) throw new Error("the disk is full");
      this.#failing = false;
    } catch (error) {
      this.#retryAt = now + RETRY_AFTER_MS;
      if (!this.#failing) {
        this.#failing = true;
        this.#options.onFault?.(error);
      }
    }
  }

  #whileFailing(now: number): void {
    if (now >= this.#retryAt) this.#write(now);
    if (this.#failing && this.#pending.length > (this.#options.maxPending ?? 16_777_216)) {
      this.#drop();
    }
  }

  #drop(): void {
    this.#lost += this.#pendingLines;
    this.#pending = "";
    this.#pendingLines = 0;
  }

  #encode(): Uint8Array {
    const worst = this.#pending.length * 3;
    if (worst > this.#buffer.length) {
      if (worst > 1_048_576) return encoder.encode(this.#pending);
      this.#buffer = new Uint8Array(worst * 2);
    }
    return this.#buffer.subarray(0, encoder.encodeInto(this.#pending, this.#buffer).written);
  }
}

function countNewlines(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === 10) lines++;
  return lines;
}
