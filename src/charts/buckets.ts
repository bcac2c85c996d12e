import type { SeriesView } from "./types.ts";

/** Numbers a bucket: first and last x, mean, low and high. */
const STRIDE = 5;
const SMALLEST = 32;

/**
 * Buckets of a min-max decimation, kept side by side in two arrays that grow as they are filled: ten
 * thousand of these stay cheap while each holds little.
 */
export class Buckets {
  /** How many buckets are in use. */
  length = 0;
  #numbers: Float64Array<ArrayBuffer>;
  /** Two a bucket: its points, and the finite ones among them. */
  #counts: Uint32Array<ArrayBuffer>;
  /** First, last, min and its x, max and its x: an array, as a field would box each number. */
  readonly #ends = new Float64Array(6).fill(NaN);
  #points = 0;
  #nonFinite = 0;

  /**
   * @param capacity The most buckets.
   * @param expected How many there will be about, where that is known.
   */
  constructor(readonly capacity: number, expected: number = SMALLEST) {
    const size = Math.min(capacity, Math.max(expected, 1));
    this.#numbers = new Float64Array(size * STRIDE);
    this.#counts = new Uint32Array(size * 2);
  }

  /** How many points were added. */
  get points(): number {
    return this.#points;
  }

  /** Begins a bucket. */
  open(): void {
    const i = this.length++;
    if (i * 2 === this.#counts.length) this.#grow();
    const numbers = this.#numbers;
    // One by one: a call to fill so few takes longer.
    for (let at = i * STRIDE; at < (i + 1) * STRIDE; at++) numbers[at] = NaN;
    this.#counts[i * 2] = 0;
    this.#counts[i * 2 + 1] = 0;
  }

  /** Adds a point to the last bucket. */
  add(x: number, y: number): void {
    const i = this.length - 1;
    const at = i * STRIDE;
    const numbers = this.#numbers;
    const counts = this.#counts;
    const ends = this.#ends;
    this.#points++;
    ends[1] = y;
    counts[i * 2]!++;
    const finiteX = x - x === 0;
    if (finiteX) {
      if (Number.isNaN(numbers[at]!)) numbers[at] = x;
      numbers[at + 1] = x;
    }
    // Infinity - Infinity and NaN - NaN are NaN. A point without a place cannot be drawn either.
    if (y - y !== 0 || !finiteX) {
      this.#nonFinite++;
      return;
    }
    const finite = ++counts[i * 2 + 1]!;
    if (finite === 1) {
      numbers[at + 2] = numbers[at + 3] = numbers[at + 4] = y;
    } else {
      const weight = 1 / finite;
      // Written so that no intermediate value overflows.
      numbers[at + 2] = numbers[at + 2]! + (y * weight - numbers[at + 2]! * weight);
      if (y < numbers[at + 3]!) numbers[at + 3] = y;
      if (y > numbers[at + 4]!) numbers[at + 4] = y;
    }
    if (!(y >= ends[2]!)) {
      ends[2] = y;
      ends[3] = x;
    }
    if (!(y <= ends[4]!)) {
      if (Number.isNaN(ends[4]!)) ends[0] = y;
      ends[4] = y;
      ends[5] = x;
    }
  }

  /** Merges neighbours, which halves the number of buckets. */
  mergePairs(): void {
    const pairs = this.length >> 1;
    for (let i = 0; i < pairs; i++) this.#merge(i, 2 * i, 2 * i + 1);
    if (this.length % 2 === 1) this.#copy(pairs, this.length - 1);
    this.length = pairs + (this.length % 2);
  }

  /** A snapshot that later points do not change. */
  view(): SeriesView {
    const { length } = this;
    const columns = Array.from({ length: 4 }, () => new Float64Array(length));
    const [x, mean, low, high] = columns as [Column, Column, Column, Column];
    const count = new Uint32Array(length);
    for (let i = 0, at = 0; i < length; i++, at += STRIDE) {
      const from = this.#numbers[at]!;
      x[i] = from + (this.#numbers[at + 1]! - from) / 2;
      mean[i] = this.#numbers[at + 2]!;
      low[i] = this.#numbers[at + 3]!;
      high[i] = this.#numbers[at + 4]!;
      count[i] = this.#counts[i * 2]!;
    }
    const [first, last, min, minX, max, maxX] = this.#ends as Iterable<number> as Ends;
    return {
      x,
      mean,
      low,
      high,
      count,
      points: this.#points,
      nonFinite: this.#nonFinite,
      first,
      last,
      min,
      minX,
      max,
      maxX,
    };
  }

  #merge(to: number, left: number, right: number): void {
    const numbers = this.#numbers;
    const counts = this.#counts;
    const [l, r, t] = [left * STRIDE, right * STRIDE, to * STRIDE];
    const n = counts[left * 2 + 1]!;
    const m = counts[right * 2 + 1]!;
    const share = m / (n + m);
    const from = Number.isNaN(numbers[l]!) ? numbers[r]! : numbers[l]!;
    const until = Number.isNaN(numbers[r + 1]!) ? numbers[l + 1]! : numbers[r + 1]!;
    const source = n === 0 ? r : l;
    const both = n > 0 && m > 0;
    const mean = both
      ? numbers[l + 2]! * (1 - share) + numbers[r + 2]! * share
      : numbers[source + 2]!;
    const low = both ? Math.min(numbers[l + 3]!, numbers[r + 3]!) : numbers[source + 3]!;
    const high = both ? Math.max(numbers[l + 4]!, numbers[r + 4]!) : numbers[source + 4]!;
    numbers[t] = from;
    numbers[t + 1] = until;
    // A mean that rounding has moved out of its values would draw a constant as noise.
    numbers[t + 2] = Math.min(high, Math.max(low, mean));
    numbers[t + 3] = low;
    numbers[t + 4] = high;
    counts[to * 2] = counts[left * 2]! + counts[right * 2]!;
    counts[to * 2 + 1] = n + m;
  }

  #copy(to: number, from: number): void {
    this.#numbers.copyWithin(to * STRIDE, from * STRIDE, (from + 1) * STRIDE);
    this.#counts.copyWithin(to * 2, from * 2, (from + 1) * 2);
  }

  #grow(): void {
    const size = Math.min(this.capacity, this.#counts.length);
    const numbers = new Float64Array(size * STRIDE);
    const counts = new Uint32Array(size * 2);
    numbers.set(this.#numbers);
    counts.set(this.#counts);
    this.#numbers = numbers;
    this.#counts = counts;
  }
}

type Column = Float64Array<ArrayBuffer>;
type Ends = [number, number, number, number, number, number];
