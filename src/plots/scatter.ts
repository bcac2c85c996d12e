import { type ChartData, CustomChart, partsOf } from "./custom_chart.ts";

/** Options of {@linkcode scatter}. */
export interface ScatterOptions {
  /** The column on the horizontal axis. */
  readonly x: string;
  /** The column on the vertical axis. */
  readonly y: string;
  /** The column whose values give the dots their colour; one colour when left out. */
  readonly color?: string;
  /** Shown above the chart. */
  readonly title?: string;
}

/**
 * A chart of two columns as dots.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * plot.scatter({ size: [1, 2, 3], time: [0.1, 0.4, 0.9] }, { x: "size", y: "time" });
 * ```
 */
export function scatter(data: ChartData, options: ScatterOptions): CustomChart {
  return new CustomChart(() => {
    const { x, y, color, title = "" } = options;
    const definition = {
      preset: "wandb/scatter/v0",
      fields: { x, y, ...(color === undefined ? {} : { color }) },
      strings: { title },
    };
    return { definition, ...partsOf(data) };
  });
}
