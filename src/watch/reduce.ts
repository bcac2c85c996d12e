import { countFrom } from "../record/bin_values.ts";
import type { WatchedValues } from "./protocol.ts";

/** What remains of the values of a tensor. */
export interface Reduced {
  /** How often values fall between the edges; empty when no value is finite. */
  readonly counts: readonly number[];
  readonly edges: readonly number[];
  /** The square root of the sum of the squares of the finite values. */
  readonly norm: number;
  /** How many values there are. */
  readonly size: number;
  /** How many of them are NaN or infinite. */
  readonly nonFinite: number;
}

/**
 * Reduces values to a histogram and a norm, chunk by chunk: no copy of them is made.
 *
 * @param binsFor How many bins so many values fall into.
 */
export function reduceValues(
  values: WatchedValues,
  binsFor: number | ((size: number) => number),
): Reduced {
  const chunks = isFlat(values) ? [values] : values;
  let [low, high, squares, size, nonFinite] = [Infinity, -Infinity, 0, 0, 0];
  for (const chunk of chunks) {
    const found = survey(chunk);
    low = Math.min(low, found.low);
    high = Math.max(high, found.high);
    squares += found.squares;
    nonFinite += found.nonFinite;
    size += chunk.length;
  }
  const norm = Math.sqrt(squares);
  if (low > high) return { counts: [], edges: [], norm, size, nonFinite };
  const bins = typeof binsFor === "number" ? binsFor : binsFor(size);
  // A range over half of all numbers has no width; a quarter of it has one.
  const scale = high - low < Infinity ? 1 : 0.25;
  [low, high] = [low * scale, high * scale];
  // What cannot be cut into so many pieces is as good as one value.
  let width = (high - low) / bins;
  if (!(low + width > low && high - width < high)) {
    const middle = low / 2 + high / 2;
    const half = Math.max(0.5, Math.abs(middle) * 1e-6);
    [low, high] = [middle - half, middle + half];
    width = 2 * half / bins;
  }
  const counts = new Array<number>(bins).fill(0);
  for (const chunk of chunks) {
    const finite = nonFinite === 0 && scale === 1
      ? chunk
      : Array.from(chunk, (value) => value * scale).filter(Number.isFinite);
    for (const [i, count] of countFrom(finite, low, { bins, width }).entries()) counts[i]! += count;
  }
  const edges = Array.from({ length: bins + 1 }, (_, i) => i === bins ? high : low + width * i);
  return { counts, edges: edges.map((edge) => edge / scale), norm, size, nonFinite };
}

function isFlat(values: WatchedValues): values is ArrayLike<number> {
  return "length" in values && typeof values[0] !== "object";
}

interface Survey {
  readonly low: number;
  readonly high: number;
  readonly squares: number;
  readonly nonFinite: number;
}

function survey(values: ArrayLike<number>): Survey {
  let low = Infinity;
  let high = -Infinity;
  // Two sums take turns: a processor waits for one before it can add to it again.
  let even = 0;
  let odd = 0;
  const { length } = values;
  const pairs = length - length % 2;
  for (let i = 0; i < pairs; i += 2) {
    const a = values[i]!;
    const b = values[i + 1]!;
    if (a < low) low = a;
    if (a > high) high = a;
    if (b < low) low = b;
    if (b > high) high = b;
    even += a * a;
    odd += b * b;
  }
  if (pairs < length) {
    const last = values[pairs]!;
    low = Math.min(low, last);
    high = Math.max(high, last);
    even += last * last;
  }
  const squares = even + odd;
  // One that is not finite makes the sum so.
  return Number.isFinite(squares) ? { low, high, squares, nonFinite: 0 } : surveyFinite(values);
}

function surveyFinite(values: ArrayLike<number>): Survey {
  let [low, high, squares, nonFinite] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      nonFinite++;
      continue;
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
    squares += value * value;
  }
  return { low, high, squares, nonFinite };
}
