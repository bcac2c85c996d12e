/** When something is due again that must not take more than a share of the time. */
export class Pace {
  readonly #everyMs: number;
  readonly #share: number;
  #due: number;

  /**
   * @param everyMs The least time between two.
   * @param share The most of the time that it may take, from 0 to 1.
   * @param due When it is due first, in milliseconds of the monotonic clock.
   */
  constructor(everyMs: number, share: number, due: number) {
    this.#everyMs = everyMs;
    this.#share = share;
    this.#due = due;
  }

  /** Whether it is due. */
  isDue(now: number = performance.now()): boolean {
    return now >= this.#due;
  }

  /** It was done. */
  done(begin: number): void {
    const end = performance.now();
    this.#due = end + Math.max(this.#everyMs, (end - begin) / this.#share);
  }
}
