import type { SeriesView } from "./types.ts";

/**
 * Smooths the mean of a view: an exponential moving average, corrected for its start at zero. Gaps
 * stay gaps, and do not reset it. The band of the result is empty (`low` and `high` are its mean).
 *
 * @param smoothing How much of the past is kept: 0 is none of it, 1 would be all.
 * @throws {RangeError} If it is not in 0..1.
 *
 * @example
 * ```ts
 * const view = decimate([0, 1, 2], [1, 3, 2]);
 * smooth(view, 0.5).mean; // 1, 2.333…, 2.142…
 * ```
 */
export function smooth(view: SeriesView, smoothing: number): SeriesView {
  if (!(smoothing >= 0 && smoothing <= 1)) {
    throw new RangeError(`Cannot smooth: smoothing must be in 0..1, not ${smoothing}`);
  }
  // At exactly 1 the correction would divide by zero; this is all of the past that a sum holds.
  const kept = Math.min(smoothing, 0.999_999);
  const mean = new Float64Array(view.mean.length);
  let average = 0;
  let weight = 0;
  for (let i = 0; i < mean.length; i++) {
    const value = view.mean[i]!;
    if (Number.isNaN(value)) {
      mean[i] = NaN;
      continue;
    }
    average = average * kept + value * (1 - kept);
    weight = weight * kept + (1 - kept);
    mean[i] = average / weight;
  }
  return { ...view, mean, low: mean, high: mean };
}
