import * as Plot from "@observablehq/plot";
import { seriesColor, seriesDash } from "./palette.ts";
import type { Prepared } from "./prepare.ts";

/** How {@linkcode seriesMarks} draws a series. */
export interface SeriesStyle {
  /** Its place among the series, which gives it its colour. */
  readonly index: number;
  /** Whether there are many series, so that the bands have to be fainter. */
  readonly crowded: boolean;
}

/** Draws one series: its band, its line, and the points that no line reaches. */
export function seriesMarks(series: Prepared, { index, crowded }: SeriesStyle): Plot.Markish[] {
  const { x, mean, low, high, smoothed, hasBand, connected } = series;
  const data = { length: x.length };
  const stroke = seriesColor(index);
  const dash = seriesDash(index);
  const line = {
    x,
    stroke,
    strokeLinejoin: "round",
    strokeLinecap: "round",
    ...(dash === undefined ? {} : { strokeDasharray: dash }),
  } as const;
  const faint = smoothed !== undefined;
  return [
    hasBand
      ? Plot.areaY(data, {
        x,
        y1: low,
        y2: high,
        fill: stroke,
        fillOpacity: crowded || faint ? 0.12 : 0.24,
        // A spike of one pixel would be lost in the fill alone.
        stroke,
        strokeWidth: 0.8,
        strokeOpacity: crowded ? 0.15 : 0.4,
      })
      : null,
    connected
      ? Plot.line(data, {
        ...line,
        y: mean,
        strokeWidth: faint ? 1 : 1.6,
        strokeOpacity: faint ? 0.35 : 1,
      })
      : null,
    smoothed === undefined || !connected
      ? null
      : Plot.line(data, { ...line, y: smoothed, strokeWidth: 1.8 }),
    ...aloneMarks(series, stroke),
  ];
}

/** A lone bucket is a dot, with a rule for what it spans. */
function aloneMarks({ x, mean, low, high, alone }: Prepared, stroke: string): Plot.Markish[] {
  if (alone.length === 0) return [];
  const at = (column: Float64Array) => alone.map((i) => column[i]!);
  const data = { length: alone.length };
  const columns = { x: at(x), y1: at(low), y2: at(high) };
  const spread = alone.some((i) => low[i]! < high[i]!);
  return [
    spread ? Plot.ruleX(data, { ...columns, stroke, strokeWidth: 1.6, strokeOpacity: 0.4 }) : null,
    Plot.dot(data, { x: columns.x, y: at(mean), r: 2, fill: stroke, stroke: "none" }),
  ];
}

/** Marks the end of a line. */
export function endMark({ x, mean, smoothed }: Prepared, index: number): Plot.Markish {
  const line = smoothed ?? mean;
  let last = line.length - 1;
  while (last >= 0 && Number.isNaN(line[last]!)) last--;
  if (last < 0) return null;
  return Plot.dot({ length: 1 }, {
    x: [x[last]!],
    y: [line[last]!],
    r: 2.4,
    fill: seriesColor(index),
    stroke: "none",
  });
}
