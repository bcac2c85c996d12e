const STARTED = 0;
const FAILED = 1;
const JOINED = 2;
const OBSERVED = 3;
const FIRST_COMPLETED = 4;
const COMPLETED = 5;
/** The worker may be this many cells behind and still know which of them completed. */
const REMEMBERED = 1_024;

/**
 * What the background worker and the user's thread tell each other about executions, through shared
 * memory: reading it costs nanoseconds, also in the middle of a blocking loop.
 */
export class ExecutionFeed {
  /** What is to be sent to the other thread. */
  readonly shared: SharedArrayBuffer;
  readonly #numbers: Int32Array;

  /** @param shared That of the other thread; a new one by default. */
  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(4 * (COMPLETED + REMEMBERED))) {
    this.shared = shared;
    this.#numbers = new Int32Array(shared);
  }

  /** The latest cell that began, 0 when none is known. The worker tells. */
  get started(): number {
    return Atomics.load(this.#numbers, STARTED);
  }

  set started(execution: number) {
    Atomics.store(this.#numbers, STARTED, execution);
  }

  /** The latest cell that failed, 0 when none did. The worker tells. */
  get failed(): number {
    return Atomics.load(this.#numbers, FAILED);
  }

  set failed(execution: number) {
    Atomics.store(this.#numbers, FAILED, execution);
  }

  /** The cell in which the recording began, 0 while its number is not known. The worker tells. */
  get joined(): number {
    return Atomics.load(this.#numbers, JOINED);
  }

  set joined(execution: number) {
    Atomics.store(this.#numbers, JOINED, execution);
  }

  /** Whether the user's thread tells which cells complete. */
  get observed(): boolean {
    return Atomics.load(this.#numbers, OBSERVED) === 1;
  }

  set observed(observed: boolean) {
    Atomics.store(this.#numbers, OBSERVED, observed ? 1 : 0);
  }

  /** The first cell that ended without an error; 0 when none did. */
  get firstCompleted(): number {
    return Atomics.load(this.#numbers, FIRST_COMPLETED);
  }

  /** A cell ended without an error. The user's thread tells. */
  complete(execution: number): void {
    Atomics.compareExchange(this.#numbers, FIRST_COMPLETED, 0, execution);
    Atomics.store(this.#numbers, COMPLETED + execution % REMEMBERED, execution);
  }

  /** Whether a cell ended without an error; of the latest thousand. */
  hasCompleted(execution: number): boolean {
    return Atomics.load(this.#numbers, COMPLETED + execution % REMEMBERED) === execution;
  }
}
