import { type ChartData, CustomChart, partsOf } from "./custom_chart.ts";

/** Options of {@linkcode bar}. */
export interface BarOptions {
  /** The column that names the bars. */
  readonly label: string;
  /** The column that they are as long as. */
  readonly value: string;
  /** Shown above the chart. */
  readonly title?: string;
}

/**
 * A chart with a bar for each row, in the order of the rows.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * const rows = [{ layer: "dense", units: 32 }, { layer: "softmax", units: 10 }];
 * plot.bar(rows, { label: "layer", value: "units" });
 * ```
 */
export function bar(data: ChartData, options: BarOptions): CustomChart {
  return new CustomChart(() => {
    const { label, value, title = "" } = options;
    const definition = {
      preset: "wandb/bar/v0",
      fields: { label, value },
      strings: { title },
    };
    const parts = partsOf(data);
    const height = Math.min(640, Math.max(120, 60 + 22 * parts.frame().length));
    return { definition, ...parts, size: { width: 640, height } };
  });
}
