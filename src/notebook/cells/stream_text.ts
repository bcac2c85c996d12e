/** A line that has not ended is kept up to this many characters. */
const MAX_LINE = 16_384;

/** What {@linkcode StreamText} has to write. */
export interface TakenText {
  readonly text: string;
  /** Lines before the text that were not kept. */
  readonly skipped: number;
}

/** How much of a stream is kept. */
export interface StreamTextOptions {
  /** Characters from the beginning. @default {262144} */
  readonly head?: number;
  /** Characters from the end, when there was more. @default {32768} */
  readonly tail?: number;
}

/**
 * Printed text, as a terminal would show it, bounded: its beginning as it comes, and its end when
 * it has ended. A progress bar that overwrites itself is one line.
 */
export class StreamText {
  readonly #tailLimit: number;
  #room: number;
  /** Lines that have ended and can be written. */
  #done: string[] = [];
  #doneLength = 0;
  #tail: string[] = [];
  #tailLength = 0;
  #skipped = 0;
  #line = "";
  /** Whether the next character overwrites the line. */
  #returned = false;
  #cut = 0;
  #lines = 0;

  constructor({ head = 262_144, tail = 32_768 }: StreamTextOptions = {}) {
    this.#room = head;
    this.#tailLimit = tail;
  }

  /** Lines so far, the one that has not ended too. */
  get lines(): number {
    return this.#lines + (this.#line === "" ? 0 : 1);
  }

  /** Characters that are held in memory. */
  get held(): number {
    return this.#doneLength + this.#tailLength + this.#line.length;
  }

  /** Takes what was printed next. */
  push(text: string): void {
    for (let at = 0; at < text.length;) {
      const end = nextControl(text, at);
      if (end > at) this.#append(text, at, end);
      if (end === text.length) return;
      if (text.charCodeAt(end) === 10) this.#endLine();
      // A line ending of two characters overwrites nothing.
      else this.#returned = true;
      at = end + 1;
    }
  }

  /** The lines that have ended since the last call and are within the beginning. */
  take(): TakenText | undefined {
    if (this.#done.length === 0) return undefined;
    const text = this.#done.join("");
    this.#done = [];
    this.#doneLength = 0;
    return { text, skipped: 0 };
  }

  /**
   * All that is left: the line that has not ended, and the end of what was too long. Call
   * {@linkcode take} before it, so that what was skipped is between the two.
   */
  end(): TakenText | undefined {
    if (this.#line !== "") {
      this.#keep(this.#shownLine());
      this.#lines++;
      this.#line = "";
      this.#returned = false;
      this.#cut = 0;
    }
    const text = [...this.#done, ...this.#tail].join("");
    const skipped = this.#skipped;
    if (text === "") return undefined;
    this.#done = [];
    this.#tail = [];
    this.#doneLength = this.#tailLength = this.#skipped = 0;
    return { text, skipped };
  }

  #append(text: string, from: number, to: number): void {
    if (this.#returned) {
      this.#line = "";
      this.#cut = 0;
      this.#returned = false;
    }
    const room = MAX_LINE - this.#line.length;
    const kept = Math.min(room, to - from);
    this.#line += text.slice(from, from + kept);
    this.#cut += to - from - kept;
  }

  #endLine(): void {
    this.#keep(this.#shownLine() + "\n");
    this.#lines++;
    this.#line = "";
    this.#returned = false;
    this.#cut = 0;
  }

  #shownLine(): string {
    return this.#cut === 0 ? this.#line : `${this.#line}… (${this.#cut} more characters)`;
  }

  #keep(line: string): void {
    if (this.#room >= line.length && this.#tail.length === 0 && this.#skipped === 0) {
      this.#room -= line.length;
      this.#doneLength += line.length;
      this.#done.push(line);
      return;
    }
    this.#tail.push(line);
    this.#tailLength += line.length;
    // Removed in bulk: shift() alone moves the whole list each time.
    if (this.#tailLength < 2 * this.#tailLimit) return;
    let drop = 0;
    while (this.#tailLength > this.#tailLimit && drop < this.#tail.length - 1) {
      this.#tailLength -= this.#tail[drop++]!.length;
    }
    this.#tail.splice(0, drop);
    this.#skipped += drop;
  }
}

function nextControl(text: string, from: number): number {
  const newline = text.indexOf("\n", from);
  const end = newline < 0 ? text.length : newline;
  for (let i = from; i < end; i++) if (text.charCodeAt(i) === 13) return i;
  return end;
}
