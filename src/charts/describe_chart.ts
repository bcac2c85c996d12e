import { harmless, truncate } from "./escape.ts";
import { counted, formatCount, formatNumber } from "./format.ts";
import type { NamedSeries } from "./types.ts";

const MAX_NAME = 80;
const MAX_DESCRIBED = 6;

/** What is said of series that have no points. */
export const NO_POINTS = "no points yet";

/**
 * Says in words what a chart shows, for who cannot see it.
 *
 * @param empty What it says of one that has no points.
 */
export function describeChart(
  series: readonly NamedSeries[],
  xLabel: string,
  empty: string = NO_POINTS,
): string {
  const axis = label(xLabel);
  const [only] = series;
  if (only === undefined) return "An empty chart.";
  if (series.length === 1) return sentence(only, axis, empty);
  const parts = series.slice(0, MAX_DESCRIBED).map(
    ({ name, view }) =>
      Number.isNaN(view.first)
        ? `${label(name)} has no finite values`
        : `${label(name)} from ${formatNumber(view.first)} to ${formatNumber(view.last)}`,
  );
  const more = series.length - parts.length;
  if (more > 0) parts.push(`and ${formatCount(more)} more`);
  return `${formatCount(series.length)} series over ${axis}: ${parts.join("; ")}.`;
}

function sentence({ name, view }: NamedSeries, axis: string, empty: string): string {
  const { points, nonFinite, first, last, min, minX, max, maxX } = view;
  const title = label(name);
  if (points === 0) return `${title} over ${axis}: ${label(empty)}.`;
  if (nonFinite === points) {
    return `${title} over ${axis}, ${counted(points, "point")}, none of them finite.`;
  }
  const ending = nonFinite === 0
    ? ""
    : ` ${counted(nonFinite, "value")} ${nonFinite === 1 ? "is" : "are"} not finite.`;
  if (points - nonFinite === 1) {
    return `${title} over ${axis}: ${formatNumber(first)} at ${axis} ${
      formatNumber(minX)
    }.${ending}`;
  }
  const beginning = `${title} over ${axis}, ${counted(points, "point")}`;
  if (min === max) return `${beginning}: constant at ${formatNumber(first)}.${ending}`;
  const direction = last < first ? "down to" : last > first ? "up to" : "to";
  const extreme = last > first
    ? `highest ${formatNumber(max)} at ${axis} ${formatNumber(maxX)}`
    : `lowest ${formatNumber(min)} at ${axis} ${formatNumber(minX)}`;
  return `${beginning}: from ${formatNumber(first)} ${direction} ${formatNumber(last)}, ` +
    `${extreme}.${ending}`;
}

function label(name: string): string {
  return harmless(truncate(name, MAX_NAME), true);
}
