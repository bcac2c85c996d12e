import type { SeriesView } from "../../charts/types.ts";
import type { ChunkStats } from "../store/store.ts";

/** A chunk, and what it spans on the axis of the chart. */
export interface PlacedChunk {
  readonly stats: ChunkStats;
  readonly left: number;
  readonly right: number;
}

/** Chunks as buckets, one each: nothing but what they add up to is known of them. */
export function viewOfChunks(chunks: readonly PlacedChunk[]): SeriesView {
  const { length } = chunks;
  const x = new Float64Array(length);
  const mean = new Float64Array(length);
  const low = new Float64Array(length);
  const high = new Float64Array(length);
  const count = new Uint32Array(length);
  const ends = { first: NaN, last: NaN, min: NaN, minX: NaN, max: NaN, maxX: NaN };
  let points = 0;
  let nonFinite = 0;
  for (const [i, { stats, left, right }] of chunks.entries()) {
    x[i] = left + (right - left) / 2;
    const min = low[i] = stats.min ?? NaN;
    const max = high[i] = stats.max ?? NaN;
    count[i] = stats.count;
    mean[i] = meanOf(stats);
    points += stats.count;
    nonFinite += stats.nonFinite;
    if (Number.isNaN(ends.first)) ends.first = stats.first ?? NaN;
    ends.last = stats.last ?? NaN;
    if (!(min >= ends.min) && !Number.isNaN(min)) [ends.min, ends.minX] = [min, x[i]!];
    if (!(max <= ends.max) && !Number.isNaN(max)) [ends.max, ends.maxX] = [max, x[i]!];
  }
  return { x, mean, low, high, count, points, nonFinite, ...ends };
}

/** The mean of a chunk. A sum that overflowed says nothing, the middle of the values does. */
function meanOf({ sum, count, nonFinite, min, max }: ChunkStats): number {
  if (min === null || max === null) return NaN;
  const mean = sum / (count - nonFinite);
  return Number.isFinite(mean) ? Math.min(Math.max(mean, min), max) : min / 2 + max / 2;
}

/** Views that follow each other as one. */
export function concatViews(views: readonly SeriesView[]): SeriesView {
  if (views.length === 1) return views[0]!;
  const length = views.reduce((sum, { x }) => sum + x.length, 0);
  const joined = {
    x: new Float64Array(length),
    mean: new Float64Array(length),
    low: new Float64Array(length),
    high: new Float64Array(length),
    count: new Uint32Array(length),
    points: 0,
    nonFinite: 0,
    first: NaN,
    last: NaN,
    min: NaN,
    minX: NaN,
    max: NaN,
    maxX: NaN,
  };
  let at = 0;
  for (const view of views) {
    joined.x.set(view.x, at);
    joined.mean.set(view.mean, at);
    joined.low.set(view.low, at);
    joined.high.set(view.high, at);
    joined.count.set(view.count, at);
    at += view.x.length;
    joined.points += view.points;
    joined.nonFinite += view.nonFinite;
    if (Number.isNaN(joined.first)) joined.first = view.first;
    if (view.points > 0) joined.last = view.last;
    if (!(view.min >= joined.min) && !Number.isNaN(view.min)) {
      joined.min = view.min;
      joined.minX = view.minX;
    }
    if (!(view.max <= joined.max) && !Number.isNaN(view.max)) {
      joined.max = view.max;
      joined.maxX = view.maxX;
    }
  }
  return joined;
}
