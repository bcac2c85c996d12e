/** Waits that can be cut short. */
export class Sleeper {
  readonly #waiting = new Set<() => void>();

  /** Waits for so many milliseconds, or until it is woken. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#waiting.add(done);
    });
  }

  /** Ends all waits. */
  wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
