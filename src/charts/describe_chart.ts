import { truncate } from "./escape.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { NamedSeries, SeriesView } from "./types.ts";

const MAX_SERIES = 8;

/** A chart in sentences, for who cannot see it. */
export function describeChart(
  series: readonly NamedSeries[],
  { xLabel = "step", yScale = "linear", title }: {
    readonly xLabel?: string;
    readonly yScale?: "linear" | "log";
    readonly title?: string;
  } = {},
): string {
  const sentences = series.slice(0, MAX_SERIES).map(({ name, view }) =>
    describeSeries(truncate(name, 80), view, xLabel)
  );
  if (series.length > MAX_SERIES) {
    sentences.push(`${series.length - MAX_SERIES} further lines are not described.`);
  }
  const notPositive = yScale === "log" && series.some(({ view }) => !(view.min > 0));
  if (notPositive) {
    sentences.push("The scale is logarithmic, and leaves out values that are not above zero.");
  }
  return [...(title === undefined ? [] : [`${title}.`]), ...sentences].join(" ");
}

function describeSeries(name: string, view: SeriesView, xLabel: string): string {
  const { points, nonFinite, min, max } = view;
  if (points === 0) return `${name} has no points yet.`;
  const odd = nonFinite === 0
    ? ""
    : ` ${formatCount(nonFinite, "value is", "values are")} not finite.`;
  const finite = [...view.mean].filter((value) => !Number.isNaN(value));
  const [first, last] = [finite.at(0), finite.at(-1)];
  if (first === undefined || last === undefined) {
    return `${name} over ${xLabel} has ${formatCount(points, "point")}, none of them finite.`;
  }
  if (points === 1) {
    return `${name} is ${formatNumber(last)} at ${xLabel} ${formatNumber(view.x[0]!)}.`;
  }
  const course = min === max
    ? `constant at ${formatNumber(min)}`
    : `from ${formatNumber(first)} ${last < first ? "down" : "up"} to ${formatNumber(last)}, ` +
      `between ${formatNumber(min)} and ${formatNumber(max)}`;
  return `${name} over ${xLabel}, ${formatCount(points, "point")}: ${course}.${odd}`;
}
