/**
 * Charts of data: logged, they are recorded as a table and as a chart that W&B's server knows; at
 * the end of a cell they are drawn.
 *
 * @example
 * ```ts
 * import { init, plot } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * run.log({ roc: plot.rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) });
 * run.log({ confusion: plot.confusionMatrix(["cat", "dog"], ["cat", "cat"]) });
 * await run.finish();
 * ```
 *
 * @module
 */

export { bar, type BarOptions } from "./bar.ts";
export { confusionMatrix, type ConfusionMatrixOptions } from "./confusion_matrix.ts";
export { type ClassLabel } from "./classes.ts";
export { type ChartData, CustomChart } from "./custom_chart.ts";
export { type CurveOptions, type Labels, type Scores } from "./class_curves.ts";
export { heatmap, type HeatmapOptions } from "./heatmap.ts";
export { histogram, type HistogramOptions } from "./histogram.ts";
export { line, type LineOptions, lineSeries, type LineSeriesOptions } from "./line.ts";
export {
  observable,
  ObservableChart,
  type ObservableOptions,
  type PlotCallback,
  type PlotMark,
  type PlotSource,
  type PlotSpec,
} from "./observable.ts";
export { prCurve, type PrCurveOptions } from "./pr_curve.ts";
export { rocCurve } from "./roc_curve.ts";
export { scatter, type ScatterOptions } from "./scatter.ts";
export type { ObservablePlot, PlotFunction, PlotFunctionName } from "./observable_plot.ts";
