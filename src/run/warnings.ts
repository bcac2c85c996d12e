/** How a warning reaches people and the record. */
export type WarningSink = (code: string, message: string) => void;

/** Distinct warnings of a kind beyond this many are not said. */
const MAX_OF_A_KIND = 200;

/**
 * Says each thing once. The kind of a warning is its code up to the first `:`; each kind has room
 * of its own, so that thousands of odd metric names do not hide that the disk is full.
 */
export class Warnings {
  readonly #said = new Map<string, Set<string>>();
  readonly #sink: WarningSink;

  constructor(sink: WarningSink) {
    this.#sink = sink;
  }

  /** Gives a warning: the first of its code is said. */
  warn(code: string, message: string): void {
    const kind = code.split(":", 1)[0]!;
    let said = this.#said.get(kind);
    if (said === undefined) this.#said.set(kind, said = new Set());
    if (said.has(code) || said.size > MAX_OF_A_KIND) return;
    said.add(code);
    if (said.size <= MAX_OF_A_KIND) this.#sink(code, message);
    else {
      const text = `More than ${MAX_OF_A_KIND} different warnings like the last ones; further ` +
        "ones are not shown";
      this.#sink(`more:${kind}`, text);
    }
  }
}
