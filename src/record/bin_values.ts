/** How often values fall between edges; `edges` has one more element than `counts`. */
export interface Bins {
  readonly counts: number[];
  readonly edges: number[];
}

/** Numbers in any array. */
export type NumberArray = ArrayLike<number | bigint>;

/** Numbers that are closer together than this cannot be told apart by bins. */
const SMALLEST_RANGE = 1e-290;

/**
 * Counts the finite values between equal edges from the lowest to the highest. An edge belongs to
 * the bin above it, and the last one to the last bin.
 *
 * @param bins How many, 1 at least.
 * @returns No bins at all when no value is finite.
 */
export function binValues(values: NumberArray, bins: number): Bins {
  const all = asNumbers(values);
  let numbers = all;
  let { low, high, finite } = rangeOf(all);
  if (!finite) {
    numbers = Array.from(all).filter(Number.isFinite);
    ({ low, high } = rangeOf(numbers));
  }
  if (low > high) return { counts: [], edges: [] };
  if (!Number.isFinite(high - low)) {
    const { counts, edges } = binValues(Array.from(numbers, (value) => value / 4), bins);
    return { counts, edges: edges.map((edge) => edge * 4) };
  }
  if (!(high - low > SMALLEST_RANGE)) {
    const middle = low;
    // Half of one is nothing to a large number.
    const half = Math.max(0.5, Math.abs(middle) * 1e-6);
    [low, high] = [middle - half, middle + half];
  }
  const width = (high - low) / bins;
  return {
    counts: countFrom(numbers, low, { bins, width }),
    edges: Array.from({ length: bins + 1 }, (_, i) => i === bins ? high : low + width * i),
  };
}

/** The lowest and the highest value, and whether all are finite; `low > high` when there is none. */
function rangeOf(values: ArrayLike<number>): {
  low: number;
  high: number;
  finite: boolean;
} {
  let low = Infinity;
  let high = -Infinity;
  const { length } = values;
  for (let i = 0; i < length; i++) {
    const value = values[i]!;
    // Once NaN, always NaN; and no branch that a processor could guess wrong.
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high, finite: Number.isFinite(low) && Number.isFinite(high) };
}

/**
 * Counts values in bins of a width from the lowest value on; all must be finite, and none lower.
 * Four counters take turns: a processor waits when one is raised twice in a row.
 */
export function countFrom(
  values: ArrayLike<number>,
  low: number,
  { bins, width }: { readonly bins: number; readonly width: number },
): number[] {
  // The highest value itself falls beyond the last bin.
  const a = new Uint32Array(bins + 1);
  const b = new Uint32Array(bins + 1);
  const c = new Uint32Array(bins + 1);
  const d = new Uint32Array(bins + 1);
  const perUnit = 1 / width;
  const { length } = values;
  const even = length - length % 4;
  for (let i = 0; i < even; i += 4) {
    a[((values[i]! - low) * perUnit) | 0]!++;
    b[((values[i + 1]! - low) * perUnit) | 0]!++;
    c[((values[i + 2]! - low) * perUnit) | 0]!++;
    d[((values[i + 3]! - low) * perUnit) | 0]!++;
  }
  for (let i = even; i < length; i++) a[((values[i]! - low) * perUnit) | 0]!++;
  const counts = Array.from(a, (count, i) => count + b[i]! + c[i]! + d[i]!);
  const beyond = counts.pop() ?? 0;
  counts[bins - 1] = (counts[bins - 1] ?? 0) + beyond;
  return counts;
}

function asNumbers(values: NumberArray): ArrayLike<number> {
  // What is missing in a list of numbers is no zero.
  if (Array.isArray(values) && values.includes(null)) {
    return values.map((value) => value === null ? NaN : Number(value));
  }
  return values instanceof BigInt64Array || values instanceof BigUint64Array ||
      typeof values[0] === "bigint"
    ? Array.from(values, Number)
    : values as ArrayLike<number>;
}
