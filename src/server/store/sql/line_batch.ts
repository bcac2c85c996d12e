import { type LineBatch, type LinePart, LINES_TOGETHER } from "../lines.ts";
import type { RunPatch } from "../runs.ts";
import { CollectedLines } from "./collected_lines.ts";

/** Characters from which on lines are written once they end at a round number, or anyhow. */
const ENOUGH = 1024 * 1024;
const FULL = 4 * 1024 * 1024;

type WriteCollected = (lines: readonly CollectedLines[], patch: RunPatch) => Promise<boolean>;

/** Lines that are collected for one transaction. */
export class SqlLineBatch implements LineBatch {
  readonly #write: WriteCollected;
  #collected: CollectedLines[] = [];
  #size = 0;

  constructor(write: WriteCollected) {
    this.#write = write;
  }

  add({ stream, offset, lines }: LinePart): void {
    if (lines.length === 0) return;
    let last = this.#collected.at(-1);
    if (last?.stream !== stream || last.end !== offset) {
      this.#collected.push(last = new CollectedLines(stream, offset));
    }
    for (const line of lines) this.#size += last.add(line);
  }

  get isFull(): boolean {
    const isTogether = this.#collected.at(-1)?.end! % LINES_TOGETHER === 0;
    return this.#size >= (isTogether ? ENOUGH : FULL);
  }

  async write(patch: RunPatch = {}): Promise<boolean> {
    const collected = this.#collected;
    this.#collected = [];
    this.#size = 0;
    try {
      return await this.#write(collected, patch);
    } finally {
      for (const lines of collected) lines.free();
    }
  }
}
