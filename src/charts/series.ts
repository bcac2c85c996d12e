import { Buckets } from "./buckets.ts";
import type { SeriesView } from "./types.ts";

/**
 * A series that is decimated while it grows, in bounded memory. Its points fall into buckets of
 * equal size; when all are full, neighbours merge and the size doubles. Each bucket keeps the lowest
 * and the highest of its values, so a spike is never lost.
 *
 * @example
 * ```ts
 * const series = new Series();
 * for (let step = 0; step < 1_000_000; step++) series.push(step, Math.exp(-step / 1e5));
 * series.view().mean.length; // 489
 * ```
 */
export class Series {
  readonly #buckets: Buckets;
  /** Points a full bucket holds. */
  #width = 1;
  /** Points that the last bucket still takes. */
  #room = 0;

  /**
   * @param capacity The most buckets kept; an even number of at least 2.
   * @throws {RangeError} If it is not.
   */
  constructor(capacity = 512) {
    if (!(Number.isInteger(capacity) && capacity >= 2 && capacity % 2 === 0)) {
      throw new RangeError(
        `Cannot make a series: capacity must be an even number of at least 2, not ${capacity}`,
      );
    }
    this.#buckets = new Buckets(capacity);
  }

  /** How many points were pushed. */
  get points(): number {
    return this.#buckets.points;
  }

  /** Adds a point. A value that is NaN or infinite is counted, and drawn as a gap. */
  push(x: number, y: number): void {
    if (this.#room === 0) {
      const buckets = this.#buckets;
      if (buckets.length === buckets.capacity) {
        buckets.mergePairs();
        this.#width *= 2;
      }
      buckets.open();
      this.#room = this.#width;
    }
    this.#room--;
    this.#buckets.add(x, y);
  }

  /** A snapshot that later points do not change. */
  view(): SeriesView {
    return this.#buckets.view();
  }
}
