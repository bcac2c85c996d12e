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

  /** Waits for the whole time, as a server has asked for; only the signal ends it earlier. */
  async rest(ms: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + ms;
    for (let left = ms; left > 0 && !signal.aborted; left = until - performance.now()) {
      await this.sleep(left);
    }
  }

  /** Ends all waits. */
  wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
