/** How often values fall between edges; `edges` has one more element than `counts`. */
export interface Bins {
  readonly counts: number[];
  readonly edges: number[];
}

/** Numbers in any array. */
export type NumberArray = ArrayLike<number | bigint>;

/** Counts are kept apart for four values in turn: a processor waits when one is raised twice. */
const LANES = 4;

/**
 * Counts the finite values between equal edges from the lowest to the highest. An edge belongs to
 * the bin above it, and the last one to the last bin. It is one pass to find the range and one to
 * count, both as fast as the memory is.
 *
 * @param bins How many, 1 at least.
 * @returns No bins at all when no value is finite.
 */
export function binValues(values: NumberArray, bins: number): Bins {
  const numbers = asNumbers(values);
  let { low, high } = rangeOf(numbers);
  if (low > high) return { counts: [], edges: [] };
  if (low === high) {
    low -= 0.5;
    high += 0.5;
    // Half of one is nothing to a large number.
    if (low === high) [low, high] = [low - Math.abs(low) * 1e-6, high + Math.abs(high) * 1e-6];
  }
  return countBetween(numbers, low, high, bins);
}

/** The lowest and the highest finite value; `low > high` when there is none. */
export function rangeOf(values: ArrayLike<number>): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < low && value !== -Infinity) low = value;
    if (value > high && value !== Infinity) high = value;
  }
  return { low, high };
}

/** Counts the values between `bins` equal edges; what lies outside is left out. */
export function countBetween(
  values: ArrayLike<number>,
  low: number,
  high: number,
  bins: number,
): Bins {
  if (high - low === Infinity) {
    // A range over half of all numbers has no finite width; half of it has one.
    const halves = Float64Array.from(values, (value) => value / 2);
    const counted = countBetween(halves, low / 2, high / 2, bins);
    return { counts: counted.counts, edges: counted.edges.map((edge) => edge * 2) };
  }
  const width = (high - low) / bins;
  const edges = Array.from(
    { length: bins + 1 },
    (_, i) => i === bins ? high : low + width * i,
  );
  const counts = new Uint32Array(bins * LANES);
  const last = bins - 1;
  const perUnit = 1 / width;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= low && value <= high)) continue;
    let bin = ((value - low) * perUnit) | 0;
    if (bin > last) bin = last;
    counts[bin * LANES + (i & 3)]!++;
  }
  return {
    counts: Array.from({ length: bins }, (_, i) => {
      const at = i * LANES;
      return counts[at]! + counts[at + 1]! + counts[at + 2]! + counts[at + 3]!;
    }),
    edges,
  };
}

function asNumbers(values: NumberArray): ArrayLike<number> {
  return values instanceof BigInt64Array || values instanceof BigUint64Array ||
      typeof values[0] === "bigint"
    ? Array.from(values, Number)
    : values as ArrayLike<number>;
}
