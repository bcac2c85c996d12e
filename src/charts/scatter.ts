import type * as Plot from "@observablehq/plot";
import { type Axis, LARGEST, xAxis, yAxis } from "./axis.ts";
import type { ChartDefinition, ChartSize } from "./chart_definition.ts";
import { columnOf, groupRows, numberAt } from "./columns.ts";
import { harmless, truncate } from "./escape.ts";
import { figure } from "./figure.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { Frame } from "./frame.ts";
import { seriesColor } from "./palette.ts";
import type { Drawing } from "./types.ts";

/** Colours in one chart. */
const MAX_GROUPS = 24;

/** Draws two columns of a table against each other, as dots. */
export function scatterChart(
  frame: Frame,
  { fields, strings }: ChartDefinition,
  { width, height }: ChartSize,
): Drawing {
  const x = columnOf(frame, fields["x"]);
  const y = columnOf(frame, fields["y"]);
  const { color } = fields;
  const extent = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity };
  let drawn = 0;
  const groups = groupRows(
    frame,
    typeof color === "string" ? columnOf(frame, color) : undefined,
    y.name,
  )
    .slice(0, MAX_GROUPS).map(({ name, rows }) => {
      const points = rows.map((row) => [numberAt(x, row), numberAt(y, row)] as const)
        .filter(([a, b]) => Math.abs(a) <= LARGEST && Math.abs(b) <= LARGEST);
      for (const [a, b] of points) {
        extent.left = Math.min(extent.left, a);
        extent.right = Math.max(extent.right, a);
        extent.low = Math.min(extent.low, b);
        extent.high = Math.max(extent.high, b);
      }
      drawn += points.length;
      return { name, points };
    });
  const empty = drawn === 0;
  const { title = "" } = strings;
  const svg = figure({
    width,
    height,
    xLabel: x.name,
    yLabel: y.name,
    ...(title === "" ? {} : { title }),
    ...(groups.length > 1 ? { legend: groups.map(({ name }) => ({ name, value: "" })) } : {}),
    ...(empty ? { emptyText: "nothing to draw" } : {}),
    xAxis: (count) =>
      padded(xAxis(empty ? 0 : extent.left, empty ? 1 : extent.right, { type: "linear", count })),
    yAxis: (count) =>
      yAxis(empty ? 0 : extent.low, empty ? 1 : extent.high, { type: "linear", count }),
    marks: groups.map(({ points }, index) => dots(points, seriesColor(index))),
  });
  const leftOut = frame.length - drawn;
  const label = (name: string) => harmless(truncate(name, 80), true);
  const alt = empty
    ? `${label(y.name)} against ${label(x.name)}: nothing to draw.`
    : `${label(y.name)} against ${label(x.name)}, ${formatCount(drawn)} points: ` +
      `${label(x.name)} from ${formatNumber(extent.left)} to ${formatNumber(extent.right)}, ` +
      `${label(y.name)} from ${formatNumber(extent.low)} to ${formatNumber(extent.high)}.` +
      (leftOut === 0 ? "" : ` ${formatCount(leftOut)} rows without both numbers left out.`);
  return { svg, alt, width, height };
}

/**
 * Dots as one path of round ends: a tenth of what circles take. Those that would fall on the same
 * half of a pixel are drawn once.
 */
function dots(points: readonly (readonly [number, number])[], color: string): Plot.Markish {
  const radius = points.length > 2_000 ? 1.5 : 2.5;
  return (_index, scales, _values, _dimensions, context) => {
    const path = context.document.createElementNS("http://www.w3.org/2000/svg", "path");
    const seen = new Set<string>();
    for (const [a, b] of points) {
      const [px, py] = [scales.x!(a) as number, scales.y!(b) as number];
      seen.add(`M${Math.round(px * 2) / 2},${Math.round(py * 2) / 2}h0`);
    }
    path.setAttribute("aria-label", "dot");
    path.setAttribute("d", [...seen].join(""));
    path.setAttribute("stroke", color);
    path.setAttribute("stroke-width", String(2 * radius));
    path.setAttribute("stroke-linecap", "round");
    path.setAttribute("stroke-opacity", "0.85");
    return path;
  };
}

/** Dots at the edge are drawn whole. */
function padded(axis: Axis): Axis {
  const [low, high] = axis.domain;
  const padding = (high - low) * 0.02;
  return { ...axis, domain: [low - padding, high + padding] };
}
