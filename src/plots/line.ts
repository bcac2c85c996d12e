import { type ChartData, CustomChart, partsOf, tableOf } from "./custom_chart.ts";

/** Options of {@linkcode line}. */
export interface LineOptions {
  /** The column on the horizontal axis. */
  readonly x: string;
  /** The column on the vertical axis. */
  readonly y: string;
  /** The column whose values tell lines apart; one line when left out. */
  readonly stroke?: string;
  /** Shown above the chart. */
  readonly title?: string;
}

/**
 * A chart of two columns as a line, or as several.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * const rows = [{ epoch: 1, loss: 0.9, set: "train" }, { epoch: 2, loss: 0.5, set: "train" }];
 * plot.line(rows, { x: "epoch", y: "loss", stroke: "set", title: "Loss" });
 * ```
 */
export function line(data: ChartData, options: LineOptions): CustomChart {
  return new CustomChart(() => {
    const { x, y, stroke = null, title = "" } = options;
    const definition = { preset: "wandb/line/v0", fields: { x, y, stroke }, strings: { title } };
    return { definition, ...partsOf(data) };
  });
}

/** Options of {@linkcode lineSeries}. */
export interface LineSeriesOptions {
  /**
   * The name of each series.
   *
   * @default {"line_0", "line_1", …}
   */
  readonly keys?: readonly string[];
  /** Shown above the chart. */
  readonly title?: string;
  /** What the horizontal axis is. @default {"x"} */
  readonly xName?: string;
}

/**
 * A chart of several series.
 *
 * @param xs The positions of all series, or of each.
 * @param ys The values of each series.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * plot.lineSeries([1, 2, 3], [[0.9, 0.5, 0.4], [1, 0.8, 0.7]], {
 *   keys: ["train", "val"],
 *   xName: "epoch",
 * });
 * ```
 */
export function lineSeries(
  xs: ArrayLike<number> | readonly ArrayLike<number>[],
  ys: readonly ArrayLike<number>[],
  options: LineSeriesOptions = {},
): CustomChart {
  return new CustomChart(() => {
    const { keys = ys.map((_y, i) => `line_${i}`), title = "", xName = "x" } = options;
    const shared = typeof xs[0] !== "object";
    if ((!shared && xs.length !== ys.length) || keys.length !== ys.length) {
      throw new RangeError(
        `Cannot draw ${ys.length} series with ${shared ? keys.length : xs.length} ` +
          (shared ? "names" : "rows of positions"),
      );
    }
    const step: number[] = [];
    const lineKey: string[] = [];
    const lineVal: number[] = [];
    ys.forEach((values, i) => {
      const positions = (shared ? xs : xs[i]) as ArrayLike<number>;
      for (let j = 0; j < Math.min(positions.length, values.length); j++) {
        step.push(positions[j]!);
        lineKey.push(keys[i]!);
        lineVal.push(values[j]!);
      }
    });
    const definition = {
      preset: "wandb/lineseries/v0",
      fields: { step: "step", lineKey: "lineKey", lineVal: "lineVal" },
      strings: { title, xname: xName },
    };
    return { definition, ...partsOf(tableOf({ step, lineKey, lineVal })) };
  });
}
