import * as Plot from "@observablehq/plot";
import { coarsen } from "./decimate.ts";
import { describeChart } from "./describe_chart.ts";
import { standaloneSvg, VirtualDocument, type VirtualElement } from "./document.ts";
import { truncate } from "./escape.ts";
import { FONT, INK, LINES } from "./palette.ts";
import { smooth } from "./smooth.ts";
import type { Drawing, NamedSeries, SeriesView } from "./types.ts";

/** How a line chart is drawn. */
export interface LineChartOptions {
  /** @default {640} */
  readonly width?: number;
  /** @default {320} */
  readonly height?: number;
  /** What the x axis counts. @default {"step"} */
  readonly xLabel?: string;
  /** @default {"linear"} */
  readonly yScale?: "linear" | "log";
  /** Exponential smoothing, from 0 to below 1. @default {0} */
  readonly smoothing?: number;
  readonly title?: string;
}

/** A value of the y axis in few characters, for ticks. */
const TICK = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });
const LEGEND_ROW = 16;
const MAX_LEGEND = 40;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A line a series over a common x axis. Where a line stands for several points, a band shows how
 * low and how high they went; values that are not finite are gaps.
 *
 * @throws {RangeError} When the smoothing is out of range.
 */
export function lineChart(
  series: readonly NamedSeries[],
  options: LineChartOptions = {},
): Drawing {
  const { width = 640, height = 320, xLabel = "step", yScale = "linear", smoothing = 0 } = options;
  const { title } = options;
  const large = width >= 400;
  const legend = layOutLegend(series, width);
  const top = (title === undefined ? 8 : 28) + legend.height;
  const marks = series.flatMap(({ view }, i) => {
    const color = LINES[i % LINES.length]!;
    return drawSeries(coarsen(view, Math.round(width * 0.8)), { color, smoothing, yScale, large });
  });
  const svg = Plot.plot({
    document: new VirtualDocument() as never,
    width,
    height,
    marginTop: top,
    marginRight: large ? 20 : 12,
    marginBottom: large ? 32 : 20,
    marginLeft: large ? 48 : 42,
    style: { fontFamily: FONT, fontSize: large ? "11px" : "10px", color: INK },
    x: {
      ...domain(series.flatMap(({ view }) => [view.x.at(0), view.x.at(-1)])),
      ticks: Math.max(2, Math.floor(width / 90)),
      tickFormat: (x: number) => TICK.format(x),
      tickSize: 0,
      label: large ? truncate(xLabel, 60) : null,
    },
    y: {
      type: yScale,
      ticks: Math.max(3, Math.floor(height / 50)),
      tickFormat: (y: number) => formatTick(y),
      tickSize: 0,
      label: null,
      ...yDomain(series, yScale),
    },
    marks: [
      Plot.gridY({ stroke: INK, strokeOpacity: 0.22, ticks: Math.max(3, Math.floor(height / 50)) }),
      ...marks,
    ],
  }) as unknown as VirtualElement;
  svg.setAttribute("fill", INK);
  if (title !== undefined) addText(svg, title, { x: 4, y: 16, size: 13, weight: "600", width });
  legend.draw(svg, title === undefined ? 12 : 34);
  return {
    svg: standaloneSvg(svg),
    alt: describeChart(series, { ...options, xLabel }),
    width,
    height,
  };
}

function drawSeries(
  view: SeriesView,
  { color, smoothing, yScale, large }: {
    color: string;
    smoothing: number;
    yScale: "linear" | "log";
    large: boolean;
  },
): Plot.Markish[] {
  const points = toPoints(view, view.mean, yScale);
  const width = large ? 1.6 : 1.4;
  const line = {
    x: "x",
    y: "y",
    stroke: color,
    strokeWidth: width,
    strokeLinejoin: "round",
  } as const;
  const marks: Plot.Markish[] = [];
  if (points.some((point) => point.low < point.high)) {
    marks.push(
      Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: color, fillOpacity: 0.25 }),
    );
  }
  // A point between two gaps makes no line.
  const alone = points.filter((point, i) =>
    !Number.isNaN(point.y) && isGap(points[i - 1]) && isGap(points[i + 1])
  );
  if (smoothing > 0) {
    const smoothed = toPoints(view, smooth(view.mean, smoothing), yScale);
    marks.push(Plot.line(points, { ...line, strokeOpacity: 0.35, strokeWidth: 1 }));
    marks.push(Plot.line(smoothed, line));
  } else {
    marks.push(Plot.line(points, line));
  }
  if (alone.length > 0) marks.push(Plot.dot(alone, { x: "x", y: "y", fill: color, r: 2.5 }));
  return marks;
}

function toPoints(view: SeriesView, y: Float64Array, yScale: "linear" | "log"): Point[] {
  // A logarithmic axis has no place for zero and below.
  const fit = (value: number) => yScale === "log" && !(value > 0) ? NaN : value;
  return Array.from(y, (value, i) => ({
    x: view.x[i]!,
    y: fit(value),
    low: fit(view.low[i]!),
    high: fit(view.high[i]!),
  }));
}

function isGap(point: Point | undefined): boolean {
  return point === undefined || Number.isNaN(point.y);
}

function domain(ends: (number | undefined)[]): { domain: [number, number] } | Record<never, never> {
  const finite = ends.filter((x): x is number => x !== undefined && Number.isFinite(x));
  if (finite.length === 0) return { domain: [0, 1] };
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  // Custom axes may run anyhow; one value alone gets room around it.
  return low < high ? {} : { domain: [low - 0.5, high + 0.5] };
}

function yDomain(
  series: readonly NamedSeries[],
  yScale: "linear" | "log",
): { domain: [number, number]; nice?: boolean } {
  const positive = (value: number) => yScale === "linear" || value > 0;
  const values = series.flatMap(({ view }) => [...view.low, ...view.high]).filter((value) =>
    Number.isFinite(value) && positive(value)
  );
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { domain: yScale === "log" ? [0.1, 1] : [0, 1] };
  if (low < high) return { domain: [low, high], nice: true };
  if (yScale === "log") return { domain: [low / 2, low * 2] };
  const room = low === 0 ? 1 : Math.abs(low) * 0.1;
  return { domain: [low - room, low + room] };
}

function formatTick(y: number): string {
  const size = Math.abs(y);
  if (size !== 0 && (size < 1e-3 || size >= 1e15)) {
    return y.toExponential(2).replace(/\.?0+e/, "e").replace("e+", "e").replaceAll("-", "−");
  }
  return TICK.format(y).replace("-", "−");
}

/** Plot's legends would turn the drawing into HTML, so this one is part of the drawing. */
function layOutLegend(series: readonly NamedSeries[], width: number) {
  const entries = series.length > 1 ? series.slice(0, MAX_LEGEND) : [];
  let [x, row] = [4, 0];
  const places = entries.map(({ name }, i) => {
    const text = truncate(name, 40);
    const length = 26 + text.length * 6.4;
    if (x + length > width && x > 4) [x, row] = [4, row + 1];
    const place = { text, x, row, color: LINES[i % LINES.length]! };
    x += length;
    return place;
  });
  return {
    height: entries.length === 0 ? 0 : (row + 1) * LEGEND_ROW + 4,
    draw(svg: VirtualElement, top: number): void {
      for (const { text, x, row, color } of places) {
        const y = top + row * LEGEND_ROW;
        const swatch = svg.ownerDocument.createElementNS(svg.namespaceURI, "rect");
        const shape = { x, y: y - 5, width: 12, height: 3, rx: 1.5, fill: color };
        for (const [name, value] of Object.entries(shape)) swatch.setAttribute(name, value);
        svg.appendChild(swatch);
        addText(svg, text, { x: x + 17, y, size: 11, width });
      }
    },
  };
}

function addText(
  svg: VirtualElement,
  text: string,
  place: { x: number; y: number; size: number; width: number; weight?: string },
): void {
  const element = svg.ownerDocument.createElementNS(svg.namespaceURI, "text");
  element.setAttribute("x", place.x);
  element.setAttribute("y", place.y);
  element.setAttribute("font-size", place.size);
  // Plot centres what does not say otherwise.
  element.setAttribute("text-anchor", "start");
  if (place.weight !== undefined) element.setAttribute("font-weight", place.weight);
  element.textContent = truncate(text, Math.floor(place.width / (place.size * 0.55)));
  svg.appendChild(element);
}
