const FIRST_MS = 1_000;
const LAST_MS = 60_000;
/** For what trying soon does not help: a refused key, a rejected run. */
const SELDOM_MS = 300_000;

/** How long to wait after failures in a row: 1 s, doubling to a minute, up to a quarter more. */
export class Backoff {
  #failures = 0;
  readonly #firstMs: number;

  /** @param firstMs The first wait. */
  constructor(firstMs: number = FIRST_MS) {
    this.#firstMs = firstMs;
  }

  /** Failures since the last success. */
  get failures(): number {
    return this.#failures;
  }

  /** Something worked. */
  succeeded(): void {
    this.#failures = 0;
  }

  /**
   * Something failed.
   *
   * @param fault What the server asked for wins, and what will not pass soon is tried seldom.
   * @returns Milliseconds to wait.
   */
  failed(
    fault: { readonly retryAfterMs?: number | undefined; readonly passing: boolean },
    random: number = Math.random(),
  ): number {
    const doubled = Math.min(LAST_MS, this.#firstMs * 2 ** Math.min(this.#failures, 20));
    this.#failures++;
    if (fault.retryAfterMs !== undefined) return fault.retryAfterMs;
    return (fault.passing ? doubled : SELDOM_MS) * (1 + random / 4);
  }
}
