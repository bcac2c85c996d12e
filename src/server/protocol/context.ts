import { Refusal } from "../refusal.ts";
import type { Visitor } from "../people/visitor.ts";
import type { Services } from "../services.ts";

/** Rows and runs that one request may read. */
const MAX_ROWS = 500_000;

/** Points of series that one request may read: many more are read than are answered. */
const MAX_POINTS = 20_000_000;

/** Characters of stored texts in one answer, which is in memory as a whole. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** What resolvers work with. */
export class Context {
  #rows = 0;
  #points = 0;
  #characters = 0;

  constructor(
    readonly services: Services,
    readonly visitor: Visitor,
    /** The address that the client knows the server by, without a slash at the end. */
    readonly baseUrl: string,
  ) {}

  /** The same for all fields of a request. */
  readonly at = Date.now();

  /**
   * Counts what a request reads, so that fields within fields cannot multiply it.
   *
   * @throws {Refusal} When it is too much.
   */
  spend(rows: number): void {
    this.#rows += rows;
    if (this.#rows > MAX_ROWS) {
      throw new Refusal(`Cannot run the query: it reads more than ${MAX_ROWS} rows`);
    }
  }

  /**
   * Counts points before they are read.
   *
   * @throws {Refusal} When it is too much.
   */
  spendPoints(points: number): void {
    this.#points += points;
    if (this.#points > MAX_POINTS) {
      throw new Refusal(
        `Cannot run the query: it reads more than ${MAX_POINTS} points; ask for fewer keys at once`,
      );
    }
  }

  /**
   * Counts a text of the answer: a thousand runs may each have a configuration of megabytes.
   *
   * @throws {Refusal} When it is too much.
   */
  give(text: string): string {
    this.#characters += text.length;
    if (this.#characters > MAX_CHARACTERS) {
      throw new Refusal(
        `Cannot run the query: its answer has more than ${MAX_CHARACTERS} characters; ` +
          "ask for less at once",
      );
    }
    return text;
  }
}
