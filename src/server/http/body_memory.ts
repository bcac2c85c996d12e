import { readBody } from "./read_body.ts";

/** Smaller bodies need no turn. */
const SMALL = 256 * 1024;

/** Bytes of bodies that are in memory; past these, only the oldest one is read further. */
const BUDGET = 32 * 1024 * 1024;

/**
 * Reads the bodies of requests, and lets one large one at a time be worked on: a hundred clients
 * that come back at once must not fill the memory. A body counts as it arrives, so that a client
 * that is slow, or never goes on, holds nobody up.
 */
export class BodyMemory {
  readonly #max: number;
  /** Bytes by request, the oldest first. */
  readonly #held = new Map<Request, number>();
  #total = 0;
  #waiting: (() => void)[] = [];
  /** Ends when the last large body that was read has been worked on. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(max: number) {
    this.#max = max;
  }

  /** Reads a request's body, and calls `work` with what is read out of its text. */
  async use<P, T>(
    request: Request,
    parse: (body: string) => P,
    work: (parsed: P) => Promise<T>,
  ): Promise<T> {
    this.#held.set(request, 0);
    try {
      const bytes = await readBody(request, this.#max, (count) => this.#take(request, count));
      const text = new TextDecoder().decode(bytes);
      if (bytes.length <= SMALL) return await work(parse(text));
      return await this.#inTurn(() => parse(text), work);
    } finally {
      this.#total -= this.#held.get(request) ?? 0;
      this.#held.delete(request);
      for (const go of this.#waiting.splice(0)) go();
    }
  }

  async #take(request: Request, count: number): Promise<void> {
    while (this.#total + count > BUDGET && this.#held.keys().next().value !== request) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#total += count;
    this.#held.set(request, (this.#held.get(request) ?? 0) + count);
  }

  async #inTurn<P, T>(parse: () => P, work: (parsed: P) => Promise<T>): Promise<T> {
    const result = this.#queue.then(() => work(parse()));
    this.#queue = result.catch(() => {});
    return await result;
  }
}
