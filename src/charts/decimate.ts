import type { SeriesView } from "./types.ts";

/** How {@linkcode decimate} works. */
export interface DecimateOptions {
  /**
   * The largest number of buckets: the chart's width in pixels shows all there is to see.
   *
   * @default {512}
   */
  readonly buckets?: number;
}

/**
 * Reduces columns to buckets that hold equally many points, in the order of the columns, and keeps
 * the mean, the lowest and the highest of each. No spike is lost.
 *
 * @throws {RangeError} When the columns differ in length.
 */
export function decimate(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  { buckets = 512 }: DecimateOptions = {},
): SeriesView {
  if (x.length !== y.length) {
    throw new RangeError(`Cannot decimate: x has ${x.length} values, and y has ${y.length}`);
  }
  const points = y.length;
  const n = Math.min(points, buckets);
  const view = {
    x: new Float64Array(n),
    mean: new Float64Array(n).fill(NaN),
    low: new Float64Array(n).fill(NaN),
    high: new Float64Array(n).fill(NaN),
    count: new Uint32Array(n),
  };
  let [min, max, nonFinite] = [NaN, NaN, 0];
  for (let bucket = 0; bucket < n; bucket++) {
    const from = Math.floor(bucket * points / n);
    const to = Math.floor((bucket + 1) * points / n);
    let [sumX, sum, low, high, finite] = [0, 0, NaN, NaN, 0];
    for (let i = from; i < to; i++) {
      const v = y[i]!;
      sumX += x[i]!;
      if (!Number.isFinite(v)) continue;
      sum += v;
      finite++;
      if (!(v >= low)) low = v;
      if (!(v <= high)) high = v;
    }
    view.x[bucket] = sumX / (to - from);
    view.count[bucket] = to - from;
    nonFinite += to - from - finite;
    if (finite === 0) continue;
    view.mean[bucket] = sum / finite;
    view.low[bucket] = low;
    view.high[bucket] = high;
    if (!(low >= min)) min = low;
    if (!(high <= max)) max = high;
  }
  return { ...view, points, nonFinite, last: points > 0 ? y[points - 1]! : NaN, min, max };
}

/** Merges neighbouring buckets of a view until there are at most `buckets`. */
export function coarsen(view: SeriesView, buckets: number): SeriesView {
  const group = Math.ceil(view.x.length / buckets);
  if (group <= 1) return view;
  const n = Math.ceil(view.x.length / group);
  const columns = {
    x: new Float64Array(n),
    mean: new Float64Array(n).fill(NaN),
    low: new Float64Array(n).fill(NaN),
    high: new Float64Array(n).fill(NaN),
    count: new Uint32Array(n),
  };
  for (let bucket = 0; bucket < n; bucket++) {
    let [count, sumX, weight, sum, low, high] = [0, 0, 0, 0, NaN, NaN];
    const to = Math.min(view.x.length, (bucket + 1) * group);
    for (let i = bucket * group; i < to; i++) {
      const points = view.count[i]!;
      count += points;
      sumX += view.x[i]! * points;
      const mean = view.mean[i]!;
      if (Number.isNaN(mean)) continue;
      weight += points;
      sum += mean * points;
      if (!(view.low[i]! >= low)) low = view.low[i]!;
      if (!(view.high[i]! <= high)) high = view.high[i]!;
    }
    columns.x[bucket] = sumX / count;
    columns.count[bucket] = count;
    if (weight === 0) continue;
    columns.mean[bucket] = sum / weight;
    columns.low[bucket] = low;
    columns.high[bucket] = high;
  }
  return { ...view, ...columns };
}
