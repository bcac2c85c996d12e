import type { SeriesView } from "../../charts/types.ts";

/**
 * A series as columns for JSON. Bucket `i` stands for `count[i]` points around `x[i]`: their mean,
 * and between which values they lie. Null is a gap: a bucket without a finite value.
 */
export interface SeriesColumns {
  /** `entity/project/id`. */
  readonly run: string;
  /** The metric. */
  readonly key: string;
  /** Where on the axis each bucket is. */
  readonly x: readonly (number | null)[];
  /** The mean of each bucket's values. */
  readonly mean: readonly (number | null)[];
  /**
   * The lowest value of each bucket. Left out, with `high` and `count`, where each bucket is one
   * point: nothing was lost.
   */
  readonly low?: readonly (number | null)[];
  /** The highest value of each bucket. */
  readonly high?: readonly (number | null)[];
  /** The points of each bucket. */
  readonly count?: readonly number[];
  /** How many points the columns stand for, those that are not finite included. */
  readonly points: number;
  /** How many of them were NaN or infinite. */
  readonly nonFinite: number;
  /** The first finite value. */
  readonly first: number | null;
  /** The last value; null when it is not finite. */
  readonly last: number | null;
  /** The smallest finite value. */
  readonly min: number | null;
  /** Where it was reached first. */
  readonly minX: number | null;
  /** The largest finite value. */
  readonly max: number | null;
  /** Where it was reached first. */
  readonly maxX: number | null;
}

/** Writes a view as columns. */
export function toColumns(run: string, key: string, view: SeriesView): SeriesColumns {
  const { points, nonFinite, first, last, min, minX, max, maxX } = view;
  const exact = view.count.every((count) => count === 1);
  return {
    run,
    key,
    x: numbersOf(view.x),
    mean: numbersOf(view.mean),
    ...(exact ? {} : {
      low: numbersOf(view.low),
      high: numbersOf(view.high),
      count: numbersOf(view.count),
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

/** A column as an array: `Array.from` asks an iterator for each number, which takes five times as long. */
function numbersOf(column: Float64Array | Uint32Array): number[] {
  const numbers = new Array<number>(column.length);
  for (let i = 0; i < column.length; i++) numbers[i] = column[i]!;
  return numbers;
}

/** What JSON has a word for. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
