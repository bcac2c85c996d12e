import { barChart } from "./bar_chart.ts";
import type { ChartDefinition, ChartSize } from "./chart_definition.ts";
import { columnOf, numberAt } from "./columns.ts";
import { classCurves } from "./curves.ts";
import { fieldLines } from "./field_lines.ts";
import type { Frame } from "./frame.ts";
import { matrixChart } from "./matrix_chart.ts";
import { scatterChart } from "./scatter.ts";
import type { Drawing } from "./types.ts";
import { histogram } from "./histogram.ts";
import { binValues } from "../record/bin_values.ts";

type Draw = (frame: Frame, definition: ChartDefinition, size: ChartSize) => Drawing;

/** Bins of a histogram that is drawn from its values. */
const BINS = 48;

/** The presets that can be drawn, by their name without its version. */
const PRESETS: ReadonlyMap<string, Draw> = new Map<string, Draw>([
  ["wandb/line", fieldLines],
  ["wandb/lineseries", fieldLines],
  ["wandb/area-under-curve", classCurves],
  ["wandb/scatter", scatterChart],
  ["wandb/bar", barChart],
  ["wandb/histogram", valueHistogram],
  ["wandb/confusion_matrix", matrixChart],
  ["wandb/heatmap", matrixChart],
  ["wandb/heatmap_no_text", matrixChart],
]);

/**
 * Draws a table as a chart that W&B's server knows by name.
 *
 * @returns Undefined for a chart that is not known.
 * @throws {TypeError} When the table lacks a column that the chart shows.
 */
export function customChart(
  frame: Frame,
  definition: ChartDefinition,
  size: ChartSize,
): Drawing | undefined {
  return PRESETS.get(definition.preset.replace(/\/v\d+$/, ""))?.(frame, definition, size);
}

function valueHistogram(
  frame: Frame,
  { fields, strings }: ChartDefinition,
  size: ChartSize,
): Drawing {
  const column = columnOf(frame, fields["value"]);
  const values = Float64Array.from({ length: frame.length }, (_, row) => numberAt(column, row));
  const { counts, edges } = binValues(values, BINS);
  const leftOut = values.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0);
  const { title = "" } = strings;
  return histogram(counts, edges, {
    ...size,
    label: column.name,
    leftOut,
    ...(title === "" ? {} : { title }),
  });
}
