/**
 * Cellar records experiments that run in Deno: metrics, configuration and what produced them, with
 * charts that grow in the notebook cell while it runs.
 *
 * @example
 * ```ts
 * import * as cellar from "@cellar/cellar";
 *
 * const run = await cellar.init({ project: "docs", config: { lr: 0.01 }, mode: "disabled" });
 * for (let step = 0; step < 100; step++) cellar.log({ loss: 1 / (step + 1) });
 * cellar.summary.best = 0.01;
 * await cellar.finish();
 * ```
 *
 * @module
 */

export { init } from "./src/session/init.ts";
export {
  alert,
  config,
  currentRun,
  defineMetric,
  finish,
  log,
  save,
  summary,
  unwatch,
  watch,
} from "./src/session/current.ts";
export type { InitOptions, ResumePolicy, RunMode, RunSettings } from "./src/run/settings.ts";
export type { SystemSettings } from "./src/system/settings.ts";
export type {
  GpuUse,
  SummarizeOptions,
  SystemRow,
  SystemUse,
} from "./src/system/summarize_system.ts";
export type { SystemData } from "./src/run/system_rows.ts";
export type { SystemView } from "./src/run/system_view.ts";
export type { FinishReport, Run } from "./src/run/run.ts";
export type { LogData, LogOptions } from "./src/run/history.ts";
export type { SummaryKind } from "./src/record/lines.ts";
export type { MetricDefinition } from "./src/run/metric.ts";
export type { AlertOptions } from "./src/run/alert.ts";
export type { SaveOptions } from "./src/files/save_options.ts";
export type { FilePolicy } from "./src/record/file_list.ts";
export type { ChartOptions } from "./src/run/companion.ts";
export type { TableOptions } from "./src/run/table.ts";
export type { Displayable } from "./src/run/displayable.ts";
export { openRun } from "./src/run/recorded_run.ts";
export type { RecordedRun, Row, RunState } from "./src/run/recorded_run.ts";
export { Audio } from "./src/media/audio.ts";
export type {
  AudioBufferLike,
  AudioFormat,
  AudioOptions,
  AudioSource,
  Samples,
} from "./src/media/audio.ts";
export type { FileSource } from "./src/media/content.ts";
export { Histogram } from "./src/media/histogram.ts";
export type { CountedBins, HistogramOptions } from "./src/media/histogram.ts";
export { Html } from "./src/media/html.ts";
export type { HtmlOptions } from "./src/media/html.ts";
export { Image } from "./src/media/image/image.ts";
export type { ImageOptions } from "./src/media/image/image.ts";
export type {
  Box,
  BoxLayer,
  BoxPosition,
  ClassLabels,
  MaskLayer,
} from "./src/media/image/annotations.ts";
export type { PixelArray, Shape, TensorLike } from "./src/media/image/pixels.ts";
export type { CanvasLike, ImageDataLike, ImageSource } from "./src/media/image/source.ts";
export { Object3D } from "./src/media/object3d.ts";
export type {
  Object3DFormat,
  Object3DOptions,
  Object3DSource,
  Scene3D,
} from "./src/media/object3d.ts";
export { Plotly } from "./src/media/plotly.ts";
export type { PlotlyFigure } from "./src/media/plotly.ts";
export { Table } from "./src/media/table/table.ts";
export type {
  Cell,
  TableData,
  TableOptions as TableMediaOptions,
  TableRow,
} from "./src/media/table/table.ts";
export type { Turn } from "./src/media/table/turns.ts";
export type { CellType } from "./src/media/table/column.ts";
export type { NumberArray } from "./src/record/bin_values.ts";
export { Video } from "./src/media/video.ts";
export type { VideoFormat, VideoOptions } from "./src/media/video.ts";
export * as plot from "./src/plots/mod.ts";
export type { WatchedKind, WatchOptions } from "./src/watch/model_watch.ts";
export { WATCH } from "./src/watch/protocol.ts";
export type {
  GraphNode,
  ModelGraph,
  NamedValues,
  Watchable,
  WatchedStep,
  WatchedValues,
  Watcher,
} from "./src/watch/protocol.ts";
export type { StepTrees, Watch } from "./src/watch/run_watches.ts";
