import type { ChartDefinition, ChartSize } from "./chart_definition.ts";
import { columnOf, groupRows, numberAt } from "./columns.ts";
import { decimate } from "./decimate.ts";
import { formatCount } from "./format.ts";
import type { Frame } from "./frame.ts";
import { lineChart } from "./line_chart.ts";
import type { Drawing } from "./types.ts";

/** Draws columns of a table as lines, one for each value of the column that tells them apart. */
export function fieldLines(
  frame: Frame,
  { fields, strings }: ChartDefinition,
  size: ChartSize,
): Drawing {
  const series = typeof fields["lineKey"] === "string";
  const x = columnOf(frame, series ? fields["step"] : fields["x"]);
  const y = columnOf(frame, series ? fields["lineVal"] : fields["y"]);
  const key = series ? fields["lineKey"] : fields["stroke"];
  let leftOut = 0;
  const lines = groupRows(frame, typeof key === "string" ? columnOf(frame, key) : undefined, y.name)
    .map(
      ({ name, rows }) => {
        const points = rows.map((row) => [numberAt(x, row), numberAt(y, row)] as const)
          .filter(([at]) => Number.isFinite(at) || (leftOut++, false))
          .sort(([a], [b]) => a - b);
        const view = decimate(points.map(([at]) => at), points.map(([, value]) => value), {
          buckets: size.width,
        });
        return { name, view };
      },
    );
  const { title = "", xname = x.name } = strings;
  const drawing = lineChart(lines, {
    ...size,
    xLabel: xname,
    ...(title === "" ? {} : { title }),
    ...(series ? {} : { yLabel: y.name }),
  });
  if (leftOut === 0) return drawing;
  const said = `${formatCount(leftOut)} row${
    leftOut === 1 ? "" : "s"
  } without a number for x left out.`;
  return { ...drawing, alt: `${drawing.alt} ${said}` };
}
