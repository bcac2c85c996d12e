import { reasonOf } from "../names/reason.ts";
import { Backoff } from "./wire/backoff.ts";
import { SyncFault } from "./wire/fault.ts";

/** How long a failing server is put up with. */
export interface TroubleOptions {
  /** Gives up when nothing has worked for so long. */
  readonly patienceMs?: number | undefined;
  /** The first wait before another try. */
  readonly firstRetryMs?: number | undefined;
}

/** While the end of a run waits, a server is tried again this often. */
const CLOSING_RETRY_MS = 1_000;
/** A run that is gone again so soon is not made again at once. */
const GONE_MS = 60_000;

/** Whether a server works, since when it does not, and when it is to be tried again. */
export class Trouble {
  /** What is wrong; null while nothing is. */
  fault: SyncFault | null = null;
  /** Seconds since 1970 at which it began. */
  since: number | null = null;
  #lastSuccess = performance.now();
  #goneAt = -Infinity;
  readonly #backoff: Backoff;
  readonly #patienceMs: number;

  constructor({ patienceMs, firstRetryMs }: TroubleOptions) {
    this.#backoff = new Backoff(firstRetryMs);
    this.#patienceMs = patienceMs ?? Infinity;
  }

  /** Milliseconds since something worked. */
  get age(): number {
    return performance.now() - this.#lastSuccess;
  }

  /** Whether it is more than a hitch, so that people should know. */
  get lasting(): boolean {
    return this.fault !== null && (!this.fault.passing || this.#backoff.failures > 1);
  }

  /** Something worked. */
  succeeded(): void {
    this.#lastSuccess = performance.now();
    this.#backoff.succeeded();
    this.fault = null;
    this.since = null;
  }

  /**
   * Something failed.
   *
   * @param closing Whether the run waits for its end, so that trying seldom is of no use.
   * @returns Milliseconds to wait; null to give up.
   */
  failed(fault: SyncFault, closing: boolean): number | null {
    this.fault = fault;
    this.since ??= Date.now() / 1000;
    // Who has deleted a run does not want it back.
    if (fault.kind === "deleted") return null;
    const now = performance.now();
    // A run that is gone may be made again, once in a while.
    if (fault.kind === "gone" && now - this.#goneAt > GONE_MS) {
      this.#goneAt = now;
      return 0;
    }
    const wait = this.#backoff.failed(fault);
    if (closing && !fault.passing) return null;
    const soon = closing && fault.retryAfterMs === undefined;
    const next = soon ? Math.min(wait, CLOSING_RETRY_MS) : wait;
    return this.age + next > this.#patienceMs ? null : next;
  }
}

/** An error as a fault: what is no fault of the server's is one of the run directory. */
export function toFault(error: unknown): SyncFault {
  if (error instanceof SyncFault) return error;
  return new SyncFault("rejected", `the run directory cannot be used: ${reasonOf(error)}`);
}
