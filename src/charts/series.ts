import type { SeriesView } from "./types.ts";

const INITIAL = 32;

/**
 * A series of any length in bounded memory: buckets of equally many points, of which the mean, the
 * lowest and the highest are kept. When all buckets are full, neighbours are merged and each takes
 * twice as many points. A spike of a single point is always in the bounds of its bucket.
 *
 * @example
 * ```ts
 * const series = new Series();
 * for (let step = 0; step < 1e6; step++) series.push(step, Math.random());
 * series.view().x.length; // at most 512
 * ```
 */
export class Series {
  readonly #capacity: number;
  #x = new Float64Array(INITIAL);
  #sum = new Float64Array(INITIAL);
  #low = new Float64Array(INITIAL);
  #high = new Float64Array(INITIAL);
  #count = new Uint32Array(INITIAL);
  #finite = new Uint32Array(INITIAL);
  /** The bucket that is being filled. */
  #bucket = 0;
  /** Points a bucket. */
  #width = 1;
  #points = 0;
  #nonFinite = 0;
  #last = NaN;

  /** @param capacity The largest number of buckets; an even number. */
  constructor(capacity = 512) {
    if (!(capacity >= 2) || capacity % 2 !== 0) {
      throw new RangeError(`Cannot make a series of ${capacity} buckets: it takes an even number`);
    }
    this.#capacity = capacity;
  }

  /** How many points there are. */
  get points(): number {
    return this.#points;
  }

  /** Adds a point. */
  push(x: number, y: number): void {
    if (this.#count[this.#bucket]! >= this.#width) this.#next();
    const i = this.#bucket;
    const count = this.#count[i]!;
    // The mean of the x of its points, so that a bucket stands in its middle.
    this.#x[i] = this.#x[i]! + (x - this.#x[i]!) / (count + 1);
    this.#count[i] = count + 1;
    this.#points++;
    this.#last = y;
    if (y - y !== 0) {
      this.#nonFinite++;
      return;
    }
    if (this.#finite[i]! === 0) {
      this.#low[i] = this.#high[i] = y;
    } else {
      if (y < this.#low[i]!) this.#low[i] = y;
      if (y > this.#high[i]!) this.#high[i] = y;
    }
    this.#finite[i]!++;
    this.#sum[i]! += y;
  }

  /** The series as it is now; later points do not change it. */
  view(): SeriesView {
    const n = this.#points === 0 ? 0 : this.#bucket + 1;
    const mean = new Float64Array(n);
    const low = this.#low.slice(0, n);
    const high = this.#high.slice(0, n);
    let min = NaN;
    let max = NaN;
    for (let i = 0; i < n; i++) {
      const finite = this.#finite[i]!;
      if (finite === 0) {
        mean[i] = low[i] = high[i] = NaN;
        continue;
      }
      mean[i] = this.#sum[i]! / finite;
      if (!(low[i]! >= min)) min = low[i]!;
      if (!(high[i]! <= max)) max = high[i]!;
    }
    return {
      x: this.#x.slice(0, n),
      mean,
      low,
      high,
      count: this.#count.slice(0, n),
      points: this.#points,
      nonFinite: this.#nonFinite,
      last: this.#last,
      min,
      max,
    };
  }

  #next(): void {
    this.#bucket++;
    if (this.#bucket < this.#x.length) return;
    if (this.#x.length < this.#capacity) this.#grow();
    else this.#merge();
  }

  #grow(): void {
    const length = Math.min(this.#capacity, this.#x.length * 2);
    const floats = (old: Float64Array) => {
      const grown = new Float64Array(length);
      grown.set(old);
      return grown;
    };
    const counts = (old: Uint32Array) => {
      const grown = new Uint32Array(length);
      grown.set(old);
      return grown;
    };
    this.#x = floats(this.#x);
    this.#sum = floats(this.#sum);
    this.#low = floats(this.#low);
    this.#high = floats(this.#high);
    this.#count = counts(this.#count);
    this.#finite = counts(this.#finite);
  }

  #merge(): void {
    const half = this.#x.length / 2;
    for (let i = 0; i < half; i++) {
      const a = 2 * i;
      const b = a + 1;
      const [countA, countB] = [this.#count[a]!, this.#count[b]!];
      this.#x[i] = (this.#x[a]! * countA + this.#x[b]! * countB) / (countA + countB);
      const [finiteA, finiteB] = [this.#finite[a]!, this.#finite[b]!];
      this.#sum[i] = this.#sum[a]! + this.#sum[b]!;
      this.#low[i] = finiteA === 0
        ? this.#low[b]!
        : finiteB === 0
        ? this.#low[a]!
        : Math.min(this.#low[a]!, this.#low[b]!);
      this.#high[i] = finiteA === 0
        ? this.#high[b]!
        : finiteB === 0
        ? this.#high[a]!
        : Math.max(this.#high[a]!, this.#high[b]!);
      this.#count[i] = countA + countB;
      this.#finite[i] = finiteA + finiteB;
    }
    for (const column of [this.#x, this.#sum, this.#low, this.#high, this.#count, this.#finite]) {
      column.fill(0, half);
    }
    this.#bucket = half;
    this.#width *= 2;
  }
}
