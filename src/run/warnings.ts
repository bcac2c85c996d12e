/** How a warning reaches people and the record. */
export type WarningSink = (code: string, message: string) => void;

/** Distinct warnings beyond this many are only counted. */
const MAX_DISTINCT = 200;

/** Says each thing once, and counts how often it happened. */
export class Warnings {
  readonly #counts = new Map<string, number>();
  readonly #sink: WarningSink;
  #unsaid = 0;

  constructor(sink: WarningSink) {
    this.#sink = sink;
  }

  /** Warnings that were not said because there were too many different ones. */
  get unsaid(): number {
    return this.#unsaid;
  }

  /** How often a warning was given. */
  count(code: string): number {
    return this.#counts.get(code) ?? 0;
  }

  /** Gives a warning: the first of its code is said. */
  warn(code: string, message: string): void {
    const count = this.#counts.get(code);
    if (count !== undefined) {
      this.#counts.set(code, count + 1);
    } else if (this.#counts.size < MAX_DISTINCT) {
      this.#counts.set(code, 1);
      this.#sink(code, message);
    } else if (this.#unsaid++ === 0) {
      this.#sink(
        "more",
        `More than ${MAX_DISTINCT} different warnings; further ones are not shown`,
      );
    }
  }
}
