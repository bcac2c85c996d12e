import { textPieces } from "./read_body.ts";

/** Smaller bodies wait for nobody. */
const SMALL = 256 * 1024;

/** Characters of bodies that are in memory; past these, only the oldest one is read further. */
const BUDGET = 4 * 1024 * 1024;

/** A body that is worked on as it arrives. */
export interface ArrivingBody {
  readonly pieces: AsyncIterable<string>;
  /** Says that nothing of what has arrived so far is held any longer. */
  release(): void;
}

/**
 * Reads the bodies of requests within a budget for all of them: a hundred clients that come back at
 * once must not fill the memory. A body counts as it arrives, so that a client that is slow, or
 * never goes on, holds nobody up.
 */
export class BodyMemory {
  readonly #max: number;
  /** Characters by request, the oldest first. */
  readonly #held = new Map<Request, number>();
  #total = 0;
  #waiting: (() => void)[] = [];
  /** Ends when the last large body that was read has been worked on. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param max Bytes of one body. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Works on a body while it arrives. */
  async stream<T>(request: Request, work: (body: ArrivingBody) => Promise<T>): Promise<T> {
    this.#held.set(request, 0);
    try {
      return await work({
        pieces: this.#pieces(request),
        release: () => this.#release(request),
      });
    } finally {
      this.#release(request);
      this.#held.delete(request);
      // Another one is the oldest now.
      this.#wake();
    }
  }

  /** Works on the whole text of a body, on one large one at a time. */
  async whole<T>(request: Request, work: (text: string) => Promise<T>): Promise<T> {
    return await this.stream(request, async ({ pieces }) => {
      let text = "";
      for await (const piece of pieces) text += piece;
      if (text.length <= SMALL) return await work(text);
      const result = this.#queue.then(() => work(text));
      this.#queue = result.catch(() => {});
      return await result;
    });
  }

  async *#pieces(request: Request): AsyncGenerator<string> {
    for await (const piece of textPieces(request, this.#max)) {
      const held = () => this.#held.get(request)! + piece.length;
      const isOldest = () => this.#held.keys().next().value === request;
      while (held() > SMALL && this.#total + piece.length > BUDGET && !isOldest()) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
      }
      this.#total += piece.length;
      this.#held.set(request, held());
      yield piece;
    }
  }

  #release(request: Request): void {
    this.#total -= this.#held.get(request) ?? 0;
    this.#held.set(request, 0);
    this.#wake();
  }

  #wake(): void {
    for (const go of this.#waiting.splice(0)) go();
  }
}
