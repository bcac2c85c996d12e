import { cleanOutput } from "./failure.ts";
import { LineSplitter } from "./line_splitter.ts";

/** What one line was worth. */
export type LineWorth = "good" | "neutral" | "garbage";

/** What is wrong with an output, in a word and in a sentence. */
export interface OutputFault {
  readonly trouble: "flood" | "garbage";
  readonly detail: string;
}

/** More than this within the window is more than any query answers. */
const FLOOD_BYTES = 2 ** 20;
const FLOOD_WINDOW_MS = 1_000;
/** Lines without a good one between them that are put up with. */
const MAX_GARBAGE = 100;

/** What a child writes, line by line, and whether a program in order would write that. */
export class ChildOutput {
  /** When the last good line came, by the monotonic clock; at first, when the child was started. */
  lastGood: number = performance.now();
  /** The last line that was not understood, which may tell why the child ends. */
  last = "";
  readonly #judge: (line: string) => LineWorth;
  readonly #lines = new LineSplitter();
  #garbage = 0;
  #dropped = 0;
  #windowStart = this.lastGood;
  #windowBytes = 0;

  /** @param judge Says what a line was worth. */
  constructor(judge: (line: string) => LineWorth) {
    this.#judge = judge;
  }

  /**
   * Takes what was written; gives what is wrong with it.
   *
   * @param isWanted Whether somebody still wants the lines, asked before each.
   */
  push(chunk: Uint8Array, isWanted: () => boolean): OutputFault | null {
    if (this.#floods(chunk.byteLength)) {
      return { trouble: "flood", detail: "it wrote more than 1 MiB within a second" };
    }
    for (const line of this.#lines.push(chunk)) {
      if (!isWanted()) return null;
      this.#take(line);
      if (this.#garbage > MAX_GARBAGE) {
        return { trouble: "garbage", detail: cleanOutput(this.last) };
      }
    }
    this.#garbage += this.#lines.dropped - this.#dropped;
    this.#dropped = this.#lines.dropped;
    return null;
  }

  /** Takes what was left without a line's end, when the child has ended. */
  end(): void {
    const rest = this.#lines.end();
    if (rest !== "") this.#take(rest);
  }

  #floods(bytes: number): boolean {
    const now = performance.now();
    if (now - this.#windowStart > FLOOD_WINDOW_MS) {
      this.#windowStart = now;
      this.#windowBytes = 0;
    }
    this.#windowBytes += bytes;
    return this.#windowBytes > FLOOD_BYTES;
  }

  #take(line: string): void {
    const worth = this.#judge(line);
    if (worth === "good") {
      this.lastGood = performance.now();
      this.#garbage = 0;
    } else if (worth === "garbage") {
      this.#garbage++;
      this.last = line;
    }
  }
}
