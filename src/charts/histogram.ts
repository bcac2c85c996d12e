import { textWidth, xAxis, yAxis } from "./axis.ts";
import { VirtualDocument } from "./document.ts";
import { formatCount, formatNumber } from "./format.ts";
import { FONT, NEUTRAL, seriesColor } from "./palette.ts";
import { svgElement, textElement } from "./svg.ts";
import type { Drawing } from "./types.ts";

/** Options of {@linkcode histogram}. */
export interface HistogramOptions {
  /** In pixels. @default {400} */
  readonly width?: number;
  /** In pixels. @default {180} */
  readonly height?: number;
}

const FONT_SIZE = 11;
const TOP = 10;
const BOTTOM = 22;
const RIGHT = 12;

/**
 * Draws how often values fall between edges: a bar a bin, as wide as the bin is.
 *
 * @param counts One for each bin.
 * @param edges One more than there are counts, in ascending order.
 */
export function histogram(
  counts: readonly number[],
  edges: readonly number[],
  { width = 400, height = 180 }: HistogramOptions = {},
): Drawing {
  const low = edges[0] ?? 0;
  const high = edges.at(-1) ?? 1;
  const y = yAxis(0, Math.max(1, ...counts), { type: "linear", count: height / 45 });
  const left = 10 + Math.ceil(Math.max(...y.labels.map((text) => textWidth(text, FONT_SIZE))));
  const x = xAxis(low, high, { type: "linear", count: (width - left - RIGHT) / 70 });
  const bottom = height - BOTTOM;
  const atX = scale([low, high], [left, width - RIGHT]);
  const atY = scale([0, y.domain[1]], [bottom, TOP]);
  const document = new VirtualDocument();
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = { width, height, viewBox: `0 0 ${width} ${height}`, fill: NEUTRAL };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  svg.setAttribute("font-family", FONT);
  svg.setAttribute("font-size", FONT_SIZE);
  for (const [i, tick] of y.ticks.entries()) {
    const at = atY(tick);
    const line = { x1: left, x2: width - RIGHT, y1: at, y2: at };
    svg.append(svgElement(svg, "line", { ...line, stroke: NEUTRAL, "stroke-opacity": 0.25 }));
    svg.append(
      textElement(svg, y.labels[i]!, {
        x: left - 6,
        y: at + 4,
        "text-anchor": "end",
        fill: NEUTRAL,
      }),
    );
  }
  for (const [i, count] of counts.entries()) {
    if (!(count > 0)) continue;
    const from = atX(edges[i]!);
    const to = atX(edges[i + 1]!);
    // A gap tells bars apart, where they are wide enough to have one.
    const gap = to - from > 3 ? 1 : 0;
    const top = atY(count);
    svg.append(svgElement(svg, "rect", {
      x: rounded(from),
      y: rounded(top),
      width: rounded(Math.max(0.5, to - from - gap)),
      height: rounded(bottom - top),
      fill: seriesColor(0),
    }));
  }
  for (const [i, tick] of x.ticks.entries()) {
    const at = Math.min(atX(tick), width - textWidth(x.labels[i]!, FONT_SIZE) / 2 - 2);
    svg.append(
      textElement(svg, x.labels[i]!, {
        x: rounded(at),
        y: height - 6,
        "text-anchor": "middle",
        fill: NEUTRAL,
      }),
    );
  }
  return { svg: svg.toString(), alt: describe(counts, edges), width, height };
}

function describe(counts: readonly number[], edges: readonly number[]): string {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const most = counts.indexOf(Math.max(...counts));
  if (most === -1 || total === 0) return "An empty histogram.";
  return `A histogram of ${formatCount(total)} values in ${formatCount(counts.length)} bins from ` +
    `${formatNumber(edges[0]!)} to ${formatNumber(edges.at(-1)!)}, most of them (` +
    `${formatCount(counts[most]!)}) between ${formatNumber(edges[most]!)} and ` +
    `${formatNumber(edges[most + 1]!)}.`;
}

function scale([low, high]: readonly [number, number], [from, to]: readonly [number, number]) {
  return (value: number) => from + (value - low) / (high - low || 1) * (to - from);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
