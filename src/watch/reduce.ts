import { countBetween } from "../record/bin_values.ts";
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

/** Reduces values to a histogram and a norm, chunk by chunk: no copy of them is made. */
export function reduceValues(values: WatchedValues, bins: number): Reduced {
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
  // What cannot be cut into so many pieces is as good as one value.
  const width = high / bins - low / bins;
  if (!(low + width > low && high - width < high)) [low, high] = widened(low / 2 + high / 2);
  let counts: number[] | undefined;
  let edges: number[] = [];
  for (const chunk of chunks) {
    const counted = countBetween(chunk, low, high, bins);
    edges = counted.edges;
    if (counts === undefined) counts = counted.counts;
    else for (const [i, count] of counted.counts.entries()) counts[i]! += count;
  }
  return { counts: counts ?? [], edges, norm, size, nonFinite };
}

function isFlat(values: WatchedValues): values is ArrayLike<number> {
  return "length" in values && typeof values[0] !== "object";
}

function survey(values: ArrayLike<number>) {
  let [low, high, squares, nonFinite] = [Infinity, -Infinity, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    // Nothing less from itself is not nothing.
    if (value - value !== 0) {
      nonFinite++;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
    squares += value * value;
  }
  return { low, high, squares, nonFinite };
}

/** A range around a value. */
function widened(value: number): [number, number] {
  const half = Math.max(0.5, Math.abs(value) * 1e-6);
  return [value - half, value + half];
}
