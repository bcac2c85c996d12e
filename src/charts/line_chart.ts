import { type ScaleType, textWidth, xAxis, yAxis } from "./axis.ts";
import { describeChart, NO_POINTS } from "./describe_chart.ts";
import { checkSize, figure, FONT_SIZE, isTall, type Projection } from "./figure.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { LegendItem } from "./legend.ts";
import { seriesColor } from "./palette.ts";
import { type PreparedSeries, prepareSeries } from "./prepare.ts";
import { endMark, seriesMarks } from "./series_marks.ts";
import type { Drawing, NamedSeries, PlotArea } from "./types.ts";

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
  /**
   * What a chart without points says.
   *
   * @default {"no points yet"}
   */
  readonly emptyText?: string;
}

/** How much wider bold letters are. */
const BOLD = 1.18;
/** Series drawn in one chart; more of them cannot be told apart. */
const MAX_SERIES = 50;

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
  const [low, high] = options.ySpan === undefined || yScale === "log" || empty
    ? [extent.low, extent.high]
    : [Math.min(extent.low, options.ySpan[0]), Math.max(extent.high, options.ySpan[1])];
  const several = series.length > 1;
  const ending = isTall(height) && !several && !empty ? endLabel(drawn[0]) : "";
  const marginRight = 12 + Math.ceil(BOLD * textWidth(ending, FONT_SIZE));
  let plot: PlotArea | undefined;
  const svg = figure({
    width,
    height,
    marginRight,
    xLabel,
    ...(title === undefined ? {} : { title }),
    ...(yLabel === undefined ? {} : { yLabel }),
    ...(several ? { legend: series.map(legendItem) } : {}),
    ...(empty ? { emptyText: emptyText(series, yScale, options.emptyText) } : {}),
    xAxis: (count) => xAxis(extent.left, extent.right, { type: xScale, count }),
    yAxis: (count) => yAxis(low, high, { type: yScale, count }),
    marks: [
      all.map((one, index) => seriesMarks(one, { index, crowded: all.length > 3 })),
      all.length <= 8 ? all.map((one, index) => endMark(one, index)) : null,
    ],
    annotate(add, at) {
      plot = areaOf(at, xScale);
      if (ending === "") return;
      const line = all[0]!.smoothed ?? all[0]!.mean;
      const end = at.y(line.findLast((value) => !Number.isNaN(value))!);
      const style = { fill: seriesColor(0), "font-weight": 600 };
      add(ending, { x: width - marginRight + 7, y: end + 4, ...style });
    },
  });
  const drawing = { svg, alt: alternative(series, options, prepared), width, height };
  return empty || plot === undefined ? drawing : { ...drawing, plot };
}

function areaOf({ place, xDomain: x }: Projection, xScale: ScaleType): PlotArea {
  const { width, height, marginTop, marginRight, marginBottom, marginLeft } = place;
  return {
    left: marginLeft,
    right: width - marginRight,
    top: marginTop,
    bottom: height - marginBottom,
    x,
    xScale,
  };
}

function legendItem({ name, view }: NamedSeries): LegendItem {
  return { name, value: view.points === 0 ? "" : formatNumber(view.last) };
}

/** The last value, beside the end of the line; nothing where the line does not reach it. */
function endLabel(series: NamedSeries | undefined): string {
  if (series === undefined || !Number.isFinite(series.view.last)) return "";
  return series.view.points > 1 ? formatNumber(series.view.last) : "";
}

function emptyText(
  series: readonly NamedSeries[],
  yScale: ScaleType,
  words: string = NO_POINTS,
): string {
  if (series.every(({ view }) => view.points === 0)) return words;
  if (series.every(({ view }) => view.nonFinite === view.points)) return "no finite value";
  return yScale === "log" ? "no positive value" : "nothing to draw";
}

function alternative(
  series: readonly NamedSeries[],
  { xLabel = "step", smoothing = 0, emptyText }: LineChartOptions,
  { leftOut, atLeast }: PreparedSeries,
): string {
  let text = describeChart(series, xLabel, emptyText);
  if (series.length > MAX_SERIES) text += ` Only the first ${MAX_SERIES} are drawn.`;
  if (leftOut > 0) {
    text += ` ${atLeast ? "At least " : ""}${formatCount(leftOut)} ${
      leftOut === 1 ? "value is" : "values are"
    } not positive and left out of the logarithmic scale.`;
  }
  if (smoothing > 0) text += ` Smoothed by ${formatNumber(smoothing)}.`;
  return text;
}
