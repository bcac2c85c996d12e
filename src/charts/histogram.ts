import * as Plot from "@observablehq/plot";
import { xAxis, yAxis } from "./axis.ts";
import { harmless, truncate } from "./escape.ts";
import { figure } from "./figure.ts";
import { formatCount, formatNumber } from "./format.ts";
import { seriesColor } from "./palette.ts";
import type { Drawing } from "./types.ts";

/** Options of {@linkcode histogram}. */
export interface HistogramOptions {
  /** In pixels. @default {400} */
  readonly width?: number;
  /** In pixels. @default {180} */
  readonly height?: number;
  /** What was counted; nothing is said of it when left out. */
  readonly label?: string;
  /** Shown above the chart. */
  readonly title?: string;
  /** Values that were left out because they are not finite. @default {0} */
  readonly leftOut?: number;
}

/**
 * Draws how often values fall between edges: a bar a bin, as wide as the bin is.
 *
 * @param counts One for each bin.
 * @param edges One more than there are counts, in ascending order.
 */
export function histogram(
  counts: readonly number[],
  edges: readonly number[],
  options: HistogramOptions = {},
): Drawing {
  const { width = 400, height = 180, label = "", title } = options;
  const most = counts.reduce((highest, count) => Math.max(highest, count), 0);
  const bars = Array.from(counts.keys()).filter((i) => counts[i]! > 0);
  const svg = figure({
    width,
    height,
    xLabel: label,
    ...(title === undefined ? {} : { title }),
    ...(bars.length === 0 ? { emptyText: "nothing to draw" } : {}),
    xAxis: (count) => xAxis(edges[0] ?? 0, edges.at(-1) ?? 1, { type: "linear", count }),
    yAxis: (count) => yAxis(0, most || 1, { type: "linear", count }),
    marks: [
      Plot.rect(bars, {
        x1: (i: number) => edges[i]!,
        x2: (i: number) => edges[i + 1]!,
        y1: () => 0,
        y2: (i: number) => counts[i]!,
        fill: seriesColor(0),
        // Where bars are narrow a gap would take half of them.
        insetRight: width / counts.length > 6 ? 1 : 0,
      }),
    ],
  });
  return { svg, alt: describe(counts, edges, options), width, height };
}

function describe(
  counts: readonly number[],
  edges: readonly number[],
  { label, leftOut = 0 }: HistogramOptions,
): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = counts.indexOf(Math.max(...counts));
  if (most === -1 || total === 0) return "An empty histogram.";
  const of = label === undefined ? "" : ` of ${harmless(truncate(label, 80), true)}`;
  return `A histogram of ${formatCount(total)} values${of} in ${
    formatCount(counts.length)
  } bins from ` +
    `${formatNumber(edges[0]!)} to ${formatNumber(edges.at(-1)!)}, most of them (` +
    `${formatCount(counts[most]!)}) between ${formatNumber(edges[most]!)} and ` +
    `${formatNumber(edges[most + 1]!)}.` +
    (leftOut === 0 ? "" : ` ${formatCount(leftOut)} more are not finite.`);
}
