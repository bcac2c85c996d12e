import * as Plot from "@observablehq/plot";
import { xAxis, yAxis } from "./axis.ts";
import { harmless, truncate } from "./escape.ts";
import { figure } from "./figure.ts";
import { formatCount, formatNumber } from "./format.ts";
import { seriesColor } from "./palette.ts";
import type { Drawing } from "./types.ts";

/** Values that fell into bins. */
export interface Bins {
  /** How many fell into each bin. */
  readonly counts: ArrayLike<number>;
  /** Where bins begin and end: one more than `counts`, rising. */
  readonly edges: ArrayLike<number>;
}

/** Options of {@linkcode histogramChart}. */
export interface HistogramChartOptions {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** What was counted. */
  readonly label: string;
  /** Shown above the chart. */
  readonly title?: string;
  /** Values that were left out because they are not finite. @default {0} */
  readonly leftOut?: number;
}

/** Draws how often values fall into bins. Bars have the height of their counts. */
export function histogramChart(
  { counts, edges }: Bins,
  { width, height, label, title, leftOut = 0 }: HistogramChartOptions,
): Drawing {
  let total = 0;
  let most = 0;
  for (let i = 0; i < counts.length; i++) {
    total += counts[i]!;
    if (counts[i]! > counts[most]!) most = i;
  }
  const empty = total === 0;
  const low = edges[0] ?? 0;
  const high = edges[edges.length - 1] ?? 1;
  const bars = Array.from({ length: counts.length }, (_, i) => i).filter((i) => counts[i]! > 0);
  const svg = figure({
    width,
    height,
    xLabel: label,
    yLabel: "count",
    ...(title === undefined ? {} : { title }),
    ...(empty ? { emptyText: "nothing to draw" } : {}),
    xAxis: (count) => xAxis(low, high, { type: "linear", count }),
    yAxis: (count) => yAxis(0, counts[most] || 1, { type: "linear", count }),
    marks: [
      Plot.rect(bars, {
        x1: (i: number) => edges[i]!,
        x2: (i: number) => edges[i + 1]!,
        y1: () => 0,
        y2: (i: number) => counts[i]!,
        fill: seriesColor(0),
        fillOpacity: 0.85,
        // Where bars are narrow the gap would take half of them.
        inset: width / counts.length > 6 ? 0.5 : 0,
      }),
    ],
  });
  const name = harmless(truncate(label, 80), true);
  const alt = empty
    ? `Histogram of ${name}: nothing to draw.`
    : `Histogram of ${name}, ${formatCount(total)} values from ${formatNumber(low)} to ${
      formatNumber(high)
    }, most of them between ${formatNumber(edges[most]!)} and ${formatNumber(edges[most + 1]!)}.` +
      (leftOut === 0 ? "" : ` ${formatCount(leftOut)} values are not finite.`);
  return { svg, alt, width, height };
}
