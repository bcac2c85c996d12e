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

import "./src/session/listen.ts";

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
export type { FinishReport } from "./src/run/finish_report.ts";
export type { Run } from "./src/run/run.ts";
export type { LogData, LogOptions } from "./src/run/history.ts";
export type { Json, SummaryKind } from "./src/record/lines.ts";
export type { MetricDefinition } from "./src/run/metric.ts";
export type { ChartOptions, RunDelivery } from "./src/run/companion.ts";
export type { AlertOptions } from "./src/run/alert.ts";
export type { SaveOptions } from "./src/files/save_options.ts";
export type { FilePolicy } from "./src/record/file_list.ts";
export type { TableOptions } from "./src/run/table.ts";
export type { Displayable } from "./src/run/displayable.ts";
export { openRun } from "./src/run/recorded_run.ts";
export type { RecordedEnvironment } from "./src/provenance/recorded_provenance.ts";
export type {
  ImportedPackage,
  PatchFile,
  ProgramEnvironment,
  RecordedGit,
} from "./src/record/provenance_lines.ts";
export type { ConsoleLine, ConsoleStream } from "./src/record/console_lines.ts";
export type { RecordedRun, Row, RunState } from "./src/run/recorded_run.ts";
export type { RunCell, RunCells } from "./src/cells/run_cells.ts";
export type {
  CellDisorder,
  CellHardware,
  CellMetric,
  CellStatus,
  CellSummary,
  NotebookState,
} from "./src/cells/types.ts";
export * from "./src/media/mod.ts";
export * as plot from "./src/plots/mod.ts";
export * from "./src/watch/mod.ts";
