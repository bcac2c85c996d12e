import type { RunLine } from "../record/lines.ts";

const MAX_NOTED = 1_000;

/** Lines that values ask for each time that they are logged: each is written when it has changed. */
export class NotedLines {
  readonly #write: (line: RunLine) => void;
  /** The last line of each kind. */
  readonly #last = new Map<string, string>();

  constructor(write: (line: RunLine) => void) {
    this.#write = write;
  }

  /** Writes a line, unless it says what the last one of its kind said. */
  note(line: RunLine): void {
    const about = "key" in line
      ? line.key
      : "set" in line
      ? Object.keys(line.set ?? {}).join()
      : "";
    const kind = `${line.type} ${about}`;
    const text = JSON.stringify(line);
    if (this.#last.get(kind) === text) return;
    if (this.#last.size < MAX_NOTED) this.#last.set(kind, text);
    this.#write(line);
  }
}
