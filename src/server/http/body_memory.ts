import { readBody } from "./read_body.ts";

/** Smaller bodies need no turn. */
const SMALL = 256 * 1024;

/** Large bodies that are read and worked on at the same time. */
const LARGE_AT_ONCE = 1;

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

  /** Reads a request's body, and calls `work` with what is read out of its text. */
  async use<P, T>(
    request: Request,
    parse: (body: string) => P,
    work: (parsed: P) => Promise<T>,
  ): Promise<T> {
    const length = request.headers.get("content-length");
    const isPacked = request.headers.has("content-encoding");
    if (length !== null && Number(length) <= SMALL && !isPacked) {
      return await this.#work(request, parse, work);
    }
    if (this.#large >= LARGE_AT_ONCE) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#large++;
    try {
      return await this.#work(request, parse, work);
    } finally {
      // The place is handed over, so that nobody comes in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#large--;
      else next();
    }
  }

  async #work<P, T>(
    request: Request,
    parse: (body: string) => P,
    work: (parsed: P) => Promise<T>,
  ): Promise<T> {
    return await work(parse(await this.#read(request)));
  }

  async #read(request: Request): Promise<string> {
    return new TextDecoder().decode(await readBody(request, this.#max));
  }
}
