import type { SeriesView } from "../../charts/types.ts";

/**
 * A series as columns for JSON. Bucket `i` stands for `count[i]` points around `x[i]`: their mean,
 * and between which values they lie. Null is a gap: a bucket without a finite value.
 */
export interface SeriesColumns {
  /** `entity/project/id`. */
  readonly run: string;
  readonly key: string;
  readonly x: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  /** Left out, with `high` and `count`, where each bucket is one point: nothing was lost. */
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
  readonly count?: readonly number[];
  /** How many points the columns stand for, those that are not finite included. */
  readonly points: number;
  /** How many of them were NaN or infinite. */
  readonly nonFinite: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly min: number | null;
  readonly minX: number | null;
  readonly max: number | null;
  readonly maxX: number | null;
}

/** Writes a view as columns. */
export function toColumns(run: string, key: string, view: SeriesView): SeriesColumns {
  const { points, nonFinite, first, last, min, minX, max, maxX } = view;
  const exact = view.count.every((count) => count === 1);
  return {
    run,
    key,
    x: Array.from(view.x),
    mean: Array.from(view.mean),
    ...(exact ? {} : {
      low: Array.from(view.low),
      high: Array.from(view.high),
      count: Array.from(view.count),
    }),
    points,
    nonFinite,
    first: finite(first),
    last: finite(last),
    min: finite(min),
    minX: finite(minX),
    max: finite(max),
    maxX: finite(maxX),
  };
}

/** What JSON has a word for. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
