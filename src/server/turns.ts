/** Work that takes longer lets others in between. */
const TURN_MS = 50;

/**
 * Divides long work into turns: the store answers at once, so that nothing else would be answered
 * until all of it is done.
 */
export class Turns {
  #since = performance.now();

  /** Lets others have theirs, when this one has lasted long enough. */
  async next(): Promise<void> {
    if (performance.now() - this.#since < TURN_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#since = performance.now();
  }
}
