import { Refusal } from "../refusal.ts";

/** Clients that are remembered; the longest idle ones are forgotten first. */
const MAX_CLIENTS = 10_000;

/**
 * Lets each client make so many requests a second on average, and a burst at once: a bucket that
 * fills steadily.
 */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #clients = new Map<string, { tokens: number; at: number }>();

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /**
   * Counts a request.
   *
   * @returns Seconds to wait when it is one too many; 0 when it may go on.
   */
  take(client: string, now: number): number {
    const { tokens, at } = this.#clients.get(client) ?? { tokens: this.#burst, at: now };
    const filled = Math.min(this.#burst, tokens + (now - at) / 1000 * this.#perSecond);
    this.#clients.delete(client);
    this.#clients.set(client, { tokens: Math.max(filled - 1, 0), at: now });
    const oldest = this.#clients.keys().next().value;
    if (this.#clients.size > MAX_CLIENTS && oldest !== undefined) this.#clients.delete(oldest);
    return filled >= 1 ? 0 : (1 - filled) / this.#perSecond;
  }
}

/** A request that came too soon. */
export class TooSoon extends Refusal {
  override name = "TooSoon";

  constructor(readonly seconds: number) {
    super(`Cannot answer so many requests: try again in ${Math.ceil(seconds)} s`, 429);
  }
}
