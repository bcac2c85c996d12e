import * as Plot from "@observablehq/plot";
import { xAxis } from "./axis.ts";
import type { ChartDefinition, ChartSize } from "./chart_definition.ts";
import { columnOf, groupRows, numberAt } from "./columns.ts";
import { harmless, truncate } from "./escape.ts";
import { figure } from "./figure.ts";
import { formatCount } from "./format.ts";
import type { Frame } from "./frame.ts";
import { NEUTRAL, seriesColor, seriesDash } from "./palette.ts";
import type { Drawing } from "./types.ts";

/** Curves in one chart; more of them cannot be told apart. */
const MAX_CURVES = 24;

/** Draws curves of rates against rates, one a class: ROC, or precision and recall. */
export function classCurves(
  frame: Frame,
  { fields, strings }: ChartDefinition,
  { width, height }: ChartSize,
): Drawing {
  const x = columnOf(frame, fields["x"]);
  const y = columnOf(frame, fields["y"]);
  const { title = "", subtitle = "" } = strings;
  const { "x-axis-title": xLabel = x.name, "y-axis-title": yLabel = y.name } = strings;
  const groups = groupRows(frame, columnOf(frame, fields["class"]), y.name);
  const axis = (count: number) => xAxis(0, 1, { type: "linear", count });
  const unit = (count: number) => ({ ...quarters(axis(count)), domain: [-0.01, 1.01] as const });
  const svg = figure({
    width,
    height,
    xLabel,
    yLabel,
    ...(title === "" ? {} : { title }),
    ...(subtitle === "" ? {} : { subtitle }),
    ...(groups.length > 1 ? { legend: groups.map(({ name }) => ({ name, value: "" })) } : {}),
    ...(groups.length === 0 ? { emptyText: "nothing to draw" } : {}),
    xAxis: unit,
    yAxis: unit,
    marks: [
      // Who guesses is on this line; with precision and recall there is none.
      x.name === "fpr"
        ? Plot.line([[0, 0], [1, 1]], {
          stroke: NEUTRAL,
          strokeOpacity: 0.6,
          strokeDasharray: "4 4",
        })
        : null,
      groups.slice(0, MAX_CURVES).map(({ rows }, index) => {
        const dash = seriesDash(index);
        return Plot.line(rows, {
          x: (row: number) => numberAt(x, row),
          y: (row: number) => numberAt(y, row),
          stroke: seriesColor(index),
          strokeWidth: 1.8,
          strokeLinejoin: "round",
          ...(dash === undefined ? {} : { strokeDasharray: dash }),
        });
      }),
    ],
  });
  const names = groups.slice(0, 6).map(({ name }) => harmless(truncate(name, 40), true));
  const more = groups.length - names.length;
  if (more > 0) names.push(`${formatCount(more)} more`);
  const label = (text: string) => harmless(truncate(text, 80), true);
  const alt = `${label(yLabel)} against ${label(xLabel)}` +
    (names.length === 0 ? ": nothing to draw." : ` for ${names.join(", ")}.`) +
    (groups.length > MAX_CURVES ? ` Only the first ${MAX_CURVES} are drawn.` : "") +
    (subtitle === "" ? "" : ` ${label(subtitle)}.`);
  return { svg, alt, width, height };
}

/** Rates are read at quarters. */
function quarters<A>(axis: A) {
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return { ...axis, ticks, labels: ticks.map(String) };
}
