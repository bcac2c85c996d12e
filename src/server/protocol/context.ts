import { Refusal } from "../refusal.ts";
import type { Visitor } from "../people/visitor.ts";
import type { Services } from "../services.ts";

/** Rows and runs that one request may read. */
const MAX_ROWS = 500_000;

/** What resolvers work with. */
export class Context {
  #rows = 0;

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
}
