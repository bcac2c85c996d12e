/** How a warning reaches people and the record. */
export type WarningSink = (code: string, message: string) => void;

/** Distinct warnings beyond this many are not said. */
const MAX_DISTINCT = 200;

/** Says each thing once. */
export class Warnings {
  readonly #said = new Set<string>();
  readonly #sink: WarningSink;

  constructor(sink: WarningSink) {
    this.#sink = sink;
  }

  /** Gives a warning: the first of its code is said. */
  warn(code: string, message: string): void {
    if (this.#said.has(code) || this.#said.size > MAX_DISTINCT) return;
    this.#said.add(code);
    if (this.#said.size <= MAX_DISTINCT) this.#sink(code, message);
    else {
      const text = `More than ${MAX_DISTINCT} different warnings; further ones are not shown`;
      this.#sink("more", text);
    }
  }
}
