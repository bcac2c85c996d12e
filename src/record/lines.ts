/**
 * The lines of a run directory.
 *
 * @module
 */

/** A value as JSON has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** How a metric is summarized; several may be asked for. */
export type SummaryKind = "last" | "first" | "min" | "max" | "mean" | "best" | "none";

/** What `defineMetric` records. */
export interface MetricLine {
  readonly type: "metric";
  /** A metric's name, or a prefix and `*`. */
  readonly name: string;
  /** The metric that is this one's x axis. */
  readonly stepMetric?: string;
  /** Whether rows that hold the metric get the step metric's last value too. */
  readonly stepSync?: boolean;
  readonly summary?: readonly SummaryKind[];
  /** Which end is the best one. */
  readonly goal?: "minimize" | "maximize";
  readonly hidden?: boolean;
}

/** The process that records, to tell whether it is still there. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The machine; absent when it may not be read. */
  readonly host?: string;
  /** When the process started, in the kernel's clock ticks since boot (Linux), against reused pids. */
  readonly startTicks?: string;
}

/** The first line of a run, and of each time that it was resumed. */
export interface StartLine {
  readonly type: "run";
  /** Of this format. */
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly project: string;
  readonly entity?: string;
  readonly group?: string;
  readonly jobType?: string;
  readonly tags: readonly string[];
  readonly notes?: string;
  readonly mode: "online" | "offline";
  /** Where it is to be synced to; absent for a run that stays local. */
  readonly baseUrl?: string;
  /** Whether it goes on from what the directory held before. */
  readonly resumed: boolean;
  /** Seconds since 1970. */
  readonly time: number;
  readonly process: ProcessIdentity;
  /** The version of Cellar that wrote it. */
  readonly cellar: string;
}

/** What a run says of itself, when that was changed while it went on. */
export interface AboutLine {
  readonly type: "about";
  readonly name?: string;
  readonly tags?: readonly string[];
  /** Empty for none. */
  readonly notes?: string;
}

/** Entries of the config that were set, whole, or removed. */
export interface ConfigLine {
  readonly type: "config";
  readonly set?: { readonly [key: string]: Json };
  readonly remove?: readonly string[];
}

/** Summary values that the user set or removed. */
export interface SummaryLine {
  readonly type: "summary";
  readonly set?: { readonly [key: string]: Json };
  readonly remove?: readonly string[];
}

/** Something that went wrong without ending the run. */
export interface WarningLine {
  readonly type: "warning";
  readonly code: string;
  readonly message: string;
  readonly time: number;
}

/** How W&B's server shows a table that was logged under `<key>_table`: its `_wandb.visualize`. */
export interface VisualizeLine {
  readonly type: "visualize";
  readonly key: string;
  readonly config: Json;
}

/** How many rows and values have been refused so far. */
export interface RejectedLine {
  readonly type: "rejected";
  readonly rows: number;
  readonly values: number;
}

/** An error that was not caught, as it came. */
export interface ErrorLine {
  readonly type: "error";
  readonly message: string;
  readonly stack?: string;
  readonly time: number;
}

/** The last line of a run, or of a session of it. */
export interface FinishLine {
  readonly type: "finish";
  readonly exitCode: number;
  readonly time: number;
  /** Rows (distinct steps) recorded in all. */
  readonly rows: number;
  /** Rows that could not be written, because the disk was full, say. */
  readonly lost: number;
  readonly rejected: { readonly rows: number; readonly values: number };
}

/** The names of classes in boxes or masks of images. */
export interface LabelsLine {
  readonly type: "labels";
  /** W&B's place for them in the config, below `_wandb`. */
  readonly group: "bounding_box/class_labels" | "mask/class_labels";
  /** `<metric>_wandb_delimeter_<layer>`. */
  readonly key: string;
  readonly labels: { readonly [classId: string]: string };
}

/** Something that a person should look at. */
export interface AlertLine {
  readonly type: "alert";
  readonly title: string;
  readonly text: string;
  readonly level: "INFO" | "WARN" | "ERROR";
  /** Milliseconds until the same title may be said again. */
  readonly wait: number;
  readonly time: number;
}

/** A line of `run.jsonl`. */
export type RunLine =
  | StartLine
  | AboutLine
  | ConfigLine
  | SummaryLine
  | MetricLine
  | WarningLine
  | VisualizeLine
  | RejectedLine
  | LabelsLine
  | AlertLine
  | ErrorLine
  | FinishLine;

/**
 * A line of `history.jsonl`; lines of the same step belong to one row, the later value wins.
 *
 * Where the background makes a value (an image is encoded, a table is written), the row holds
 * `{"_type":"pending","id":…}` in its place, and the value follows in a line of the same step, which
 * may come after lines of later steps. `RowAssembler` puts rows together.
 */
export interface HistoryLine {
  readonly _step: number;
  /** Seconds since 1970. */
  readonly _timestamp: number;
  /** Seconds since the run began. */
  readonly _runtime: number;
  /** The execution count of the cell that logged it. */
  readonly _cell?: number;
  /** Nothing more will come for this step: what is pending was lost when an earlier session ended. */
  readonly _complete?: boolean;
  readonly [key: string]: unknown;
}
