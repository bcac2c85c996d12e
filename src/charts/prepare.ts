import { LARGEST, type ScaleType } from "./axis.ts";
import { mergeView } from "./merge_view.ts";
import { smooth } from "./smooth.ts";
import type { NamedSeries, SeriesView } from "./types.ts";

/** A series as it is drawn: columns cut down to the pixels of the chart, gaps as NaN. */
export interface Prepared {
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The smoothed mean, where one is asked for. */
  readonly smoothed?: Float64Array;
  /** Whether any bucket stands for different values. */
  readonly hasBand: boolean;
  /** Whether any two buckets are neighbours, so that there is a line. */
  readonly connected: boolean;
  /** Buckets without a neighbour, which no line reaches. */
  readonly alone: readonly number[];
}

/** What all series of a chart span. */
export interface Extent {
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

/** Options of {@linkcode prepareSeries}. */
export interface PrepareOptions {
  /** The width of the chart in pixels. */
  readonly width: number;
  readonly smoothing: number;
  readonly xScale: ScaleType;
  readonly yScale: ScaleType;
}

/** Columns to draw, and what they span. */
export interface PreparedSeries {
  readonly all: readonly Prepared[];
  readonly extent: Extent;
  /** Whether there is nothing to draw. */
  readonly empty: boolean;
  /** Points that a logarithmic scale has no place for. */
  readonly leftOut: number;
  /** Whether that is a lower bound: only a bucket's lowest value is known, not how many are low. */
  readonly atLeast: boolean;
}

/** Makes series ready to be drawn. */
export function prepareSeries(
  series: readonly NamedSeries[],
  options: PrepareOptions,
): PreparedSeries {
  const { width, smoothing, xScale, yScale } = options;
  const extent = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity };
  let leftOut = 0;
  let atLeast = false;
  const all = series.map(({ view }) => {
    // Before they are merged, where one can still tell most of them apart.
    for (let i = 0; i < view.mean.length; i++) {
      if (Number.isNaN(view.mean[i]!)) continue;
      if ((xScale === "log" && !(view.x[i]! > 0)) || (yScale === "log" && !(view.high[i]! > 0))) {
        leftOut += view.count[i]!;
      } else if (yScale === "log" && !(view.low[i]! > 0)) {
        leftOut++;
        atLeast = true;
      }
    }
    // A bucket a pixel of the plotting area, about.
    const most = Math.max(40, Math.round(width * 0.8));
    const one = clean(mergeView(view, most), options);
    for (let i = 0; i < one.x.length; i++) {
      if (Number.isNaN(one.mean[i]!)) continue;
      extent.left = Math.min(extent.left, one.x[i]!);
      extent.right = Math.max(extent.right, one.x[i]!);
      extent.low = Math.min(extent.low, one.low[i]!);
      extent.high = Math.max(extent.high, one.high[i]!);
    }
    if (smoothing === 0) return one;
    const { mean: smoothed } = clean(mergeView(smooth(view, smoothing), most), options);
    return { ...one, smoothed };
  });
  const known = extent.left <= extent.right;
  return { all, extent: known ? extent : EMPTY, empty: !known, leftOut, atLeast };
}

/** Any that both scales have. */
const EMPTY: Extent = { left: 1, right: 10, low: 1, high: 10 };

/** Takes out what the scales have no place for. */
function clean(view: SeriesView, { xScale, yScale }: PrepareOptions): Prepared {
  const length = view.x.length;
  const x = view.x.map((value) => xScale === "log" && !(value > 0) ? NaN : bounded(value));
  const mean = new Float64Array(length);
  const low = new Float64Array(length);
  const high = new Float64Array(length);
  const alone: number[] = [];
  const lowest = yScale === "log" ? lowestPositive(view) : -LARGEST;
  let hasBand = false;
  for (let i = 0; i < length; i++) {
    const gap = Number.isNaN(x[i]!) || !(view.high[i]! >= lowest);
    low[i] = gap ? NaN : bounded(Math.max(view.low[i]!, lowest));
    high[i] = gap ? NaN : bounded(view.high[i]!);
    mean[i] = gap ? NaN : bounded(Math.max(view.mean[i]!, lowest));
    hasBand ||= low[i]! < high[i]!;
  }
  let connected = false;
  const drawn = (i: number) => i >= 0 && i < length && !Number.isNaN(mean[i]!);
  for (let i = 0; i < length; i++) {
    if (!drawn(i)) continue;
    if (drawn(i + 1)) connected = true;
    else if (!drawn(i - 1)) alone.push(i);
  }
  return { x, mean, low, high, hasBand, connected, alone };
}

/** The smallest positive number a view knows of, at which a logarithmic scale begins. */
function lowestPositive(view: SeriesView): number {
  let lowest = Infinity;
  for (const column of [view.low, view.mean, view.high]) {
    for (const value of column) if (value > 0 && value < lowest) lowest = value;
  }
  return lowest;
}

function bounded(value: number): number {
  return Math.max(-LARGEST, Math.min(LARGEST, value));
}
