import { readBody } from "./read_body.ts";

/** Smaller bodies need no turn. */
const SMALL = 256 * 1024;

/** Large bodies that are read and worked on at the same time. */
const LARGE_AT_ONCE = 2;

/**
 * Reads the bodies of requests, few large ones at a time: a hundred clients that come back at once
 * must not fill the memory.
 */
export class BodyMemory {
  readonly #max: number;
  readonly #waiting: (() => void)[] = [];
  #large = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** Calls `work` with a request's body as text. */
  async use<T>(request: Request, work: (body: string) => Promise<T>): Promise<T> {
    const length = request.headers.get("content-length");
    const isPacked = request.headers.has("content-encoding");
    if (length !== null && Number(length) <= SMALL && !isPacked) {
      return await this.#work(request, work);
    }
    if (this.#large >= LARGE_AT_ONCE) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#large++;
    try {
      return await this.#work(request, work);
    } finally {
      // The place is handed over, so that nobody comes in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#large--;
      else next();
    }
  }

  async #work<T>(request: Request, work: (body: string) => Promise<T>): Promise<T> {
    return await work(new TextDecoder().decode(await readBody(request, this.#max)));
  }
}
