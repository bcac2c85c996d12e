/** Quantiles of call times in microseconds. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Quantiles of times that were measured in milliseconds. */
export function quantiles(milliseconds: Float64Array): Quantiles {
  const sorted = milliseconds.toSorted();
  const at = (q: number) => 1000 * (sorted[Math.floor(q * (sorted.length - 1))] ?? NaN);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
