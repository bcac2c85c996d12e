/** A run's time: never goes back, also when the system's clock does. */
export class RunClock {
  /** Seconds since 1970 at which the run began. */
  readonly start: number;
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  /** Milliseconds between the two clocks. */
  #offset: number;
  #wentBack = false;
  #last = -Infinity;

  /**
   * @param start Seconds since 1970, of a run that is resumed.
   * @param sources The clocks to read, in milliseconds; for tests.
   */
  constructor(
    start?: number,
    sources: { wall?: () => number; monotonic?: () => number } = {},
  ) {
    this.#wall = sources.wall ?? Date.now;
    this.#monotonic = sources.monotonic ?? (() => performance.now());
    this.#offset = this.#wall() - this.#monotonic();
    this.start = start ?? this.#wall() / 1000;
  }

  /** Milliseconds of the monotonic clock. */
  get monotonic(): number {
    return this.#monotonic();
  }

  /** Whether the system's clock was set back while the run went on. */
  get wentBack(): boolean {
    return this.#wentBack;
  }

  /**
   * Seconds since 1970, to the millisecond.
   *
   * The monotonic clock drifts, and stands still while a laptop sleeps: the wall clock is followed,
   * which is the kernel's, too. Only when that is set back the monotonic clock goes on alone, so that
   * no row is older than the one before it.
   */
  now(monotonic: number = this.#monotonic()): number {
    const drift = this.#wall() - monotonic - this.#offset;
    if (drift > -1000) this.#offset += drift;
    else this.#wentBack = true;
    this.#last = Math.max(this.#last, Math.round(monotonic + this.#offset));
    return this.#last / 1000;
  }
}
