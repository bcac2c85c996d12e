import { harmless, truncate } from "./escape.ts";
import { lineChart, type LineChartOptions } from "./line_chart.ts";
import { readableAxis } from "./readable_axis.ts";
import type { ChartView, Drawing } from "./types.ts";

/** How a chart is drawn, and how large. */
export type DrawChartOptions = Pick<
  LineChartOptions,
  "width" | "height" | "smoothing" | "yScale"
>;

/** A chart, and what each x was divided by to be read. */
export interface DrawnChart extends Drawing {
  readonly divisor: number;
}

/** Draws a chart over an axis that people can read. */
export function drawChart(chart: ChartView, options: DrawChartOptions): DrawnChart {
  const { series, xLabel, divisor } = readableAxis(chart);
  const { name, ySpan } = chart;
  const drawing = lineChart(series, {
    ...options,
    xLabel,
    ...(ySpan === undefined ? {} : { ySpan }),
  });
  const alt = series.length === 1
    ? drawing.alt
    : `${harmless(truncate(name, 80), true)}. ${drawing.alt}`;
  return { ...drawing, alt, divisor };
}
