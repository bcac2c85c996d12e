import { Buckets } from "./buckets.ts";
import type { SeriesView } from "./types.ts";

/** Options of {@linkcode decimate}. */
export interface DecimateOptions {
  /**
   * The most buckets in the view.
   *
   * @default {512}
   */
  readonly buckets?: number;
  /** Only points with `domain[0] <= x <= domain[1]`; all when left out. */
  readonly domain?: readonly [number, number];
}

/**
 * Decimates whole columns so that no spike is lost: each bucket keeps the lowest and the highest of
 * its values. Where x never decreases the buckets are equal ranges of x, otherwise they hold equally
 * many points in their order.
 *
 * @throws {RangeError} If the columns differ in length, or `buckets` is not a positive integer.
 *
 * @example
 * ```ts
 * const x = Float64Array.from({ length: 1e6 }, (_, i) => i);
 * const view = decimate(x, x.map(Math.sqrt), { buckets: 640 });
 * ```
 */
export function decimate(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: DecimateOptions = {},
): SeriesView {
  const { buckets: most = 512, domain } = options;
  if (x.length !== y.length) {
    throw new RangeError(`Cannot decimate: x has ${x.length} values and y has ${y.length}`);
  }
  if (!(Number.isInteger(most) && most >= 1)) {
    throw new RangeError(`Cannot decimate: buckets must be a positive integer, not ${most}`);
  }
  const [from, until] = domain ?? [-Infinity, Infinity];
  const inside = (i: number) => domain === undefined || (x[i]! >= from && x[i]! <= until);
  let points = 0;
  let first = NaN;
  let last = NaN;
  let ordered = true;
  for (let i = 0; i < x.length; i++) {
    if (!inside(i)) continue;
    if (points++ === 0) first = x[i]!;
    else if (!(x[i]! >= last)) ordered = false;
    last = x[i]!;
  }
  const perX = most / (last - first);
  const byRange = ordered && perX > 0 && perX < Infinity;
  const needed = Math.min(most, points);
  const buckets = new Buckets(needed, needed);
  let current = -1;
  let seen = 0;
  for (let i = 0; i < x.length; i++) {
    if (!inside(i)) continue;
    const bucket = points <= most
      ? seen
      : byRange
      ? Math.min(most - 1, Math.floor((x[i]! - first) * perX))
      : Math.floor(seen * most / points);
    if (bucket !== current) buckets.open();
    current = bucket;
    seen++;
    buckets.add(x[i]!, y[i]!);
  }
  return buckets.view();
}
