import { CustomChart, partsOf, tableOf } from "./custom_chart.ts";

/** Options of {@linkcode heatmap}. */
export interface HeatmapOptions {
  /** The names of the columns. @default {their indices} */
  readonly xLabels?: readonly string[];
  /** The names of the rows. @default {their indices} */
  readonly yLabels?: readonly string[];
  /** Whether numbers are written into the squares. @default {false} */
  readonly showText?: boolean;
  /** Shown above the chart. */
  readonly title?: string;
}

/** What a table can hold. */
const MAX_VALUES = 200_000;

/**
 * Numbers in rows and columns as squares. Values on both sides of zero have two colours.
 *
 * @param values The rows, from the top.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * plot.heatmap([[1, 0.2], [0.2, 1]], { xLabels: ["a", "b"], yLabels: ["a", "b"], showText: true });
 * ```
 */
export function heatmap(
  values: readonly ArrayLike<number>[],
  options: HeatmapOptions = {},
): CustomChart {
  return new CustomChart(() => {
    const { showText = false, title = "" } = options;
    const width = values.reduce((most, row) => Math.max(most, row.length), 0);
    if (width * values.length > MAX_VALUES) {
      throw new RangeError(
        `Cannot draw a heat map of ${values.length} by ${width} values: ${MAX_VALUES} are the most`,
      );
    }
    const xLabels = named(options.xLabels, width, "columns");
    const yLabels = named(options.yLabels, values.length, "rows");
    const columns = { x_axis: [] as string[], y_axis: [] as string[], values: [] as number[] };
    values.forEach((row, i) => {
      for (let j = 0; j < width; j++) {
        columns.x_axis.push(xLabels[j]!);
        columns.y_axis.push(yLabels[i]!);
        columns.values.push(row[j] ?? NaN);
      }
    });
    const preset = showText ? "wandb/heatmap/v1" : "wandb/heatmap_no_text/v1";
    return {
      definition: {
        preset,
        fields: { x_axis: "x_axis", y_axis: "y_axis", values: "values" },
        strings: { title },
      },
      ...partsOf(tableOf(columns)),
      size: { width: 560, height: Math.min(560, Math.max(200, 110 + 30 * values.length)) },
    };
  });
}

function named(names: readonly string[] | undefined, count: number, what: string): string[] {
  if (names !== undefined && names.length !== count) {
    throw new RangeError(
      `Cannot draw a heat map of ${count} ${what} with ${names.length} names for them`,
    );
  }
  const all = names ?? Array.from({ length: count }, (_, i) => String(i));
  // Two of one name would be one row of the chart.
  return all.map((name, i) => all.indexOf(name) === i ? name : `${name} (${i})`);
}
