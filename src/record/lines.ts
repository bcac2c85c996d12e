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

/** A message for the people who watch a run. */
export interface AlertLine {
  readonly type: "alert";
  readonly title: string;
  readonly text: string;
  readonly level: "INFO" | "WARN" | "ERROR";
  /** For how many milliseconds no other alert of the same title is passed on. */
  readonly wait?: number;
  /** Seconds since 1970. */
  readonly time: number;
}

/** The definition of a custom chart, as W&B has it. */
export interface VisualizeLine {
  readonly type: "visualize";
  readonly key: string;
  readonly config: Json;
}

/** Something that went wrong without ending the run. */
export interface WarningLine {
  readonly type: "warning";
  readonly code: string;
  readonly message: string;
  readonly time: number;
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

/** A line of `run.jsonl`. */
export type RunLine =
  | StartLine
  | ConfigLine
  | SummaryLine
  | MetricLine
  | AlertLine
  | VisualizeLine
  | WarningLine
  | RejectedLine
  | ErrorLine
  | FinishLine;

/** A line of `history.jsonl`; lines of the same step belong to one row, the later value wins. */
export interface HistoryLine {
  readonly _step: number;
  /** Seconds since 1970. */
  readonly _timestamp: number;
  /** Seconds since the run began. */
  readonly _runtime: number;
  /** The execution count of the cell that logged it. */
  readonly _cell?: number;
  readonly [key: string]: unknown;
}
