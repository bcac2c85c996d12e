import { Refusal } from "../refusal.ts";

/** What comes next in a text of JSON. A scalar is a number, true, false or null. */
export type Token = "{" | "}" | "[" | "]" | ":" | "," | "string" | "scalar" | "end";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MARKS = "{}[]:,";

/** What may belong to a number or a word; what it is, JSON.parse says. */
const SCALAR = /[-+.\w]+/y;
const SPACE = " \t\n\r";

/**
 * Reads JSON token by token as its text arrives: a long body is never in memory as a whole. Only
 * the order of strings and marks is the caller's to check.
 */
export class JsonReader {
  readonly #pieces: AsyncIterator<string>;
  #text = "";
  #at = 0;
  #ended = false;
  #value: unknown;

  constructor(pieces: AsyncIterable<string>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** What the last token stands for, when it is a string or a scalar. */
  get value(): unknown {
    return this.#value;
  }

  /**
   * Takes the next token.
   *
   * @throws {Refusal} When there is none.
   */
  async take(): Promise<Token> {
    let token = this.takeArrived();
    // A long token is looked at again only once there is twice as much of it.
    while (token === undefined) {
      await this.#arrive(2 * (this.#text.length - this.#at));
      token = this.takeArrived();
    }
    return token;
  }

  /** Takes the next token, if all of it has arrived: mostly it has, and nothing need be awaited. */
  takeArrived(): Token | undefined {
    const text = this.#text;
    let at = this.#at;
    while (SPACE.includes(text[at] ?? "x")) at++;
    this.#at = at;
    if (at === text.length) return this.#ended ? "end" : undefined;
    if (MARKS.includes(text[at]!)) {
      this.#at++;
      return text[at] as Token;
    }
    const isString = text.charCodeAt(at) === QUOTE;
    const end = isString ? endOfString(text, at + 1) : endOfScalar(text, at);
    // A number may go on in what is still to arrive.
    if (end === -1 || (end === text.length && !isString)) {
      if (!this.#ended) return undefined;
      if (end === -1) throw notJson();
    }
    try {
      this.#value = JSON.parse(text.slice(at, end));
    } catch {
      throw notJson();
    }
    this.#at = end;
    return isString ? "string" : "scalar";
  }

  /** Passes over the value that begins with a token; within, only the brackets are looked at. */
  async skip(token: Token): Promise<void> {
    for (let depth = 0;; token = this.takeArrived() ?? await this.take()) {
      if (token === "{" || token === "[") depth++;
      else if (token === "}" || token === "]") depth--;
      else if (token === "end") throw notJson();
      if (depth <= 0) return;
    }
  }

  /** Reads the members of an object whose brace was taken; `read` is given the key, and a token. */
  async members(read: (key: string, token: Token) => Promise<void>): Promise<void> {
    let token = await this.take();
    if (token === "}") return;
    while (true) {
      const key = this.#value;
      if (token !== "string" || await this.take() !== ":") throw notJson();
      await read(key as string, await this.take());
      token = await this.take();
      if (token === "}") return;
      if (token !== ",") throw notJson();
      token = await this.take();
    }
  }

  async #arrive(length: number): Promise<void> {
    let text = this.#text.slice(this.#at);
    do {
      const { done, value } = await this.#pieces.next();
      if (done) this.#ended = true;
      else text += value;
    } while (!this.#ended && text.length < length);
    this.#text = text;
    this.#at = 0;
  }
}

/** The error of a text that is not JSON. */
export function notJson(): Refusal {
  return new Refusal("Cannot read the request: it is not JSON");
}

/** Where a string is over; -1 when it is not. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let start = at;
    while (text.charCodeAt(start - 1) === BACKSLASH) start--;
    // Two backslashes are one that escapes nothing.
    if ((at - start) % 2 === 0) return at + 1;
  }
  return -1;
}

function endOfScalar(text: string, from: number): number {
  SCALAR.lastIndex = from;
  return SCALAR.test(text) ? SCALAR.lastIndex : -1;
}
