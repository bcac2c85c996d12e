import * as Plot from "@observablehq/plot";
import { type Axis, type ScaleType, textWidth, xAxis, yAxis } from "./axis.ts";
import { FONT, NEUTRAL, seriesColor } from "./palette.ts";
import { describeChart } from "./describe_chart.ts";
import { VirtualDocument, type VirtualElement } from "./document.ts";
import { harmless, truncate } from "./escape.ts";
import { formatCount, formatNumber } from "./format.ts";
import { layOutLegend, legendElement } from "./legend.ts";
import { type PreparedSeries, prepareSeries } from "./prepare.ts";
import { endMark, seriesMarks } from "./series_marks.ts";
import { textElement, type TextPlace } from "./svg.ts";
import type { Drawing, NamedSeries } from "./types.ts";

/** Options of {@linkcode lineChart}. */
export interface LineChartOptions {
  /**
   * In pixels, 80 at least.
   *
   * @default {640}
   */
  readonly width?: number;
  /**
   * In pixels, 60 at least.
   *
   * @default {320}
   */
  readonly height?: number;
  /**
   * What the horizontal axis counts.
   *
   * @default {"step"}
   */
  readonly xLabel?: string;
  /** What the vertical axis shows; nothing when left out. */
  readonly yLabel?: string;
  /**
   * How much of the past an exponential moving average keeps, 0..1. Above 0 the values themselves
   * are drawn faintly behind it.
   *
   * @default {0}
   */
  readonly smoothing?: number;
  /**
   * How the horizontal axis is divided.
   *
   * @default {"linear"}
   */
  readonly xScale?: ScaleType;
  /**
   * On a logarithmic scale, values that are not positive are left out and counted in the text
   * alternative.
   *
   * @default {"linear"}
   */
  readonly yScale?: ScaleType;
  /** What the vertical axis spans at the least, on a linear scale. */
  readonly ySpan?: readonly [number, number];
  /** Shown above the chart. */
  readonly title?: string;
}

/** Series drawn in one chart; more of them cannot be told apart. */
const MAX_SERIES = 50;
const FONT_SIZE = 11;
const TITLE_SIZE = 13;
const EDGE = 8;
const LINE_HEIGHT = 16;
/** Charts lower than this have no line of their own for the name of the x axis. */
const TALL = 200;

/**
 * Draws series as lines. Where a point of the line stands for many values, a band shows how far they
 * spread: no spike is lost.
 *
 * @param series One or more; with several, a legend is drawn.
 * @throws {RangeError} If the width, the height or the smoothing is out of range.
 *
 * @example
 * ```ts
 * const view = decimate([0, 1, 2], [2.3, 1.1, 0.7]);
 * const { svg, alt } = lineChart([{ name: "loss", view }], { width: 400, height: 200 });
 * ```
 */
export function lineChart(
  series: readonly NamedSeries[],
  options: LineChartOptions = {},
): Drawing {
  const { width = 640, height = 320, xLabel = "step", yLabel, title } = options;
  const { smoothing = 0, xScale = "linear", yScale = "linear" } = options;
  checkSize("width", width, 80);
  checkSize("height", height, 60);
  const drawn = series.slice(0, MAX_SERIES);
  const prepared = prepareSeries(drawn, { width, smoothing, xScale, yScale });
  const { all, extent, empty } = prepared;

  const several = series.length > 1;
  const tall = height >= TALL;
  const titleHeight = title === undefined ? 0 : LINE_HEIGHT + 6;
  const legend = several
    ? layOutLegend(series, width - 2 * EDGE, Math.max(1, Math.floor(height / 80)))
    : undefined;
  const legendHeight = legend === undefined ? 0 : legend.rows * LINE_HEIGHT + 4;
  const marginTop = EDGE + titleHeight + legendHeight + (yLabel === undefined ? 0 : LINE_HEIGHT);
  const marginBottom = tall ? 38 : 20;
  const innerHeight = height - marginTop - marginBottom;
  const [low, high] = options.ySpan === undefined || yScale === "log" || empty
    ? [extent.low, extent.high]
    : [Math.min(extent.low, options.ySpan[0]), Math.max(extent.high, options.ySpan[1])];
  const y = yAxis(low, high, {
    type: yScale,
    count: Math.max(2, innerHeight / (tall ? 44 : 30)),
  });
  const marginLeft = 10 +
    Math.ceil(Math.max(...y.labels.map((text) => textWidth(text, FONT_SIZE))));
  const ending = tall && !several && !empty ? endLabel(drawn[0]) : "";
  const marginRight = 12 + Math.ceil(textWidth(ending, FONT_SIZE));
  const right = width - marginRight;
  const x = xAxis(extent.left, extent.right, { type: xScale, count: (right - marginLeft) / 75 });
  const frame = { width, height, marginTop, marginBottom, marginLeft, marginRight };

  const xName = fitted(xLabel, width / 3, FONT_SIZE);
  const svg = Plot.plot({
    ...frame,
    document: new VirtualDocument() as unknown as NonNullable<Plot.PlotOptions["document"]>,
    figure: false,
    x: { type: x.type, domain: x.domain, axis: null },
    y: { type: y.type, domain: y.domain, axis: null },
    marks: [
      empty ? null : yAxisMarks(y),
      empty ? null : xAxisMark(x, frame, tall ? "" : xName),
      all.map((one, index) => seriesMarks(one, { index, crowded: all.length > 3 })),
      all.length <= 8 ? all.map((one, index) => endMark(one, index)) : null,
    ],
  }) as unknown as VirtualElement;
  const add = (text: string, place: TextPlace) =>
    svg.append(textElement(svg, text, { fill: NEUTRAL, ...place }));

  if (title !== undefined) {
    const style = { "font-size": TITLE_SIZE, "font-weight": 600 };
    add(fitted(title, width - 2 * EDGE, TITLE_SIZE), { x: EDGE, y: EDGE + 12, ...style });
  }
  if (legend !== undefined) {
    svg.append(legendElement(svg, legend, { x: EDGE, y: EDGE + titleHeight - 2 }));
  }
  if (yLabel !== undefined) {
    add(fitted(yLabel, width - 2 * EDGE, FONT_SIZE), { x: EDGE, y: marginTop - 8 });
  }
  add(xName, { x: right, y: height - 7, "text-anchor": "end" });
  if (ending !== "") {
    const line = all[0]!.smoothed ?? all[0]!.mean;
    const end = svgY(line.findLast((value) => !Number.isNaN(value))!, y, frame);
    const style = { fill: seriesColor(0), "font-weight": 600 };
    add(ending, { x: right + 7, y: end + 4, ...style });
  }
  if (empty) {
    const middle = { x: (marginLeft + right) / 2, y: marginTop + innerHeight / 2 + 4 };
    add(emptyText(series), { ...middle, "text-anchor": "middle" });
  }
  return { svg: standalone(svg), alt: alternative(series, options, prepared), width, height };
}

type Frame = Readonly<
  Record<"width" | "height" | "marginTop" | "marginBottom" | "marginLeft" | "marginRight", number>
>;

function yAxisMarks({ ticks, labels }: Axis): Plot.Markish[] {
  return [
    Plot.ruleY(ticks, { stroke: NEUTRAL, strokeOpacity: 0.25 }),
    Plot.text(ticks, {
      y: (tick: number) => tick,
      text: labels,
      frameAnchor: "left",
      textAnchor: "end",
      dx: -6,
      fill: NEUTRAL,
    }),
  ];
}

/** The labels of the x axis, without those that would meet its name or the edge. */
function xAxisMark(x: Axis, frame: Frame, name: string): Plot.Markish {
  const right = frame.width - frame.marginRight;
  const nameWidth = name === "" ? -Infinity : textWidth(name, FONT_SIZE) + 8;
  const shown = x.ticks.map((_tick, index) => index).filter((index) => {
    const half = textWidth(x.labels[index]!, FONT_SIZE) / 2;
    const at = svgX(x.ticks[index]!, x, frame);
    return at + half <= Math.min(frame.width - 2, right - nameWidth) && at - half >= 2;
  });
  return Plot.text(shown, {
    x: (index: number) => x.ticks[index]!,
    text: (index: number) => x.labels[index]!,
    frameAnchor: "bottom",
    dy: 13,
    fill: NEUTRAL,
  });
}

function svgX(value: number, axis: Axis, { width, marginLeft, marginRight }: Frame): number {
  return marginLeft + share(value, axis) * (width - marginLeft - marginRight);
}

function svgY(value: number, axis: Axis, { height, marginTop, marginBottom }: Frame): number {
  return height - marginBottom - share(value, axis) * (height - marginTop - marginBottom);
}

function share(value: number, { type, domain: [low, high] }: Axis): number {
  return type === "log"
    ? Math.log(value / low) / Math.log(high / low)
    : (value - low) / (high - low);
}

/** The last value, beside the end of the line; nothing where the line does not reach it. */
function endLabel(series: NamedSeries | undefined): string {
  if (series === undefined || !Number.isFinite(series.view.last)) return "";
  return series.view.points > 1 ? formatNumber(series.view.last) : "";
}

function emptyText(series: readonly NamedSeries[]): string {
  return series.some(({ view }) => view.points > 0) ? "nothing to draw" : "no points yet";
}

function fitted(text: string, width: number, fontSize: number): string {
  return truncate(harmless(text, true), Math.max(4, Math.floor(width / (fontSize * 0.6))));
}

function alternative(
  series: readonly NamedSeries[],
  { xLabel = "step", smoothing = 0 }: LineChartOptions,
  { leftOut, atLeast }: PreparedSeries,
): string {
  let text = describeChart(series, xLabel);
  if (series.length > MAX_SERIES) text += ` Only the first ${MAX_SERIES} are drawn.`;
  if (leftOut > 0) {
    text += ` ${atLeast ? "At least " : ""}${formatCount(leftOut)} ${
      leftOut === 1 ? "value is" : "values are"
    } not positive and left out of the logarithmic scale.`;
  }
  if (smoothing > 0) text += ` Smoothed by ${formatNumber(smoothing)}.`;
  return text;
}

/**
 * The SVG as a document. Plot's style sheet is left out, and with it the class that it is for: in a
 * page with many charts both would meet.
 */
function standalone(svg: VirtualElement): string {
  for (const child of svg.children) if (child.tagName === "style") svg.removeChild(child);
  svg.removeAttribute("class");
  svg.setAttribute("fill", NEUTRAL);
  svg.setAttribute("font-family", FONT);
  svg.setAttribute("font-size", FONT_SIZE);
  return svg.toString();
}

function checkSize(name: string, value: number, smallest: number): void {
  if (!(value >= smallest && value <= 10_000)) {
    throw new RangeError(`Cannot draw a chart: ${name} must be ${smallest} to 10000, not ${value}`);
  }
}
