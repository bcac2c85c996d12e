import { type ChartData, CustomChart, partsOf, tableOf } from "./custom_chart.ts";

/** Options of {@linkcode histogram}. */
export interface HistogramOptions {
  /**
   * The column whose values are counted.
   *
   * @default {"value", for an array of numbers}
   */
  readonly value?: string;
  /** Shown above the chart. */
  readonly title?: string;
}

/**
 * A chart of how often values of a column, or numbers, fall into bins. The values themselves are
 * recorded, as W&B does it; a `Histogram` records the counts only.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * plot.histogram([{ seconds: 0.2 }, { seconds: 0.4 }], { value: "seconds" });
 * plot.histogram(new Float32Array([1, 2, 2, 3]), { title: "Scores" });
 * ```
 */
export function histogram(
  data: ChartData | ArrayLike<number>,
  options: HistogramOptions = {},
): CustomChart {
  return new CustomChart(() => {
    const { value = "value", title = "" } = options;
    const definition = {
      preset: "wandb/histogram/v0",
      fields: { value },
      strings: { title },
    };
    return { definition, ...partsOf(isNumbers(data) ? tableOf({ [value]: data }) : data) };
  });
}

function isNumbers(data: ChartData | ArrayLike<number>): data is ArrayLike<number> {
  if (ArrayBuffer.isView(data)) return true;
  return Array.isArray(data) && (data.length === 0 || typeof data[0] === "number");
}
