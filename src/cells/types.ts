/**
 * How a cell ended. `unknown` is one that ran before the recording began, or of whose end nothing
 * was heard.
 */
export type CellStatus = "ok" | "error" | "running" | "unfinished" | "unknown";

/** What a cell did to a metric. */
export interface CellMetric {
  /** The metric's. */
  readonly name: string;
  /** Values logged. */
  readonly points: number;
  /** The first value that is a finite number; NaN without one. */
  readonly first: number;
  /** The last value. */
  readonly last: number;
  /** From the first to the last value. */
  readonly change: number;
  /** The smallest finite value. */
  readonly min: number;
  /** The largest finite value. */
  readonly max: number;
}

/** What a cell took of the hardware, as far as it was sampled while it ran. */
export interface CellHardware {
  /** Seconds of one processor core. */
  readonly cpuSeconds?: number;
  /** Percent of all that the process may use of the processor, on average. */
  readonly meanCpu?: number;
  /** The same, at its peak. */
  readonly peakCpu?: number;
  /** Percent of the GPUs that were used, on average. */
  readonly meanGpu?: number;
  /** Percent of the busiest GPU, at its peak. */
  readonly peakGpu?: number;
  /** Seconds of full use, of all GPUs. */
  readonly gpuSeconds?: number;
  /** Bytes of the process at its peak. */
  readonly peakMemory?: number;
  /** Bytes of the GPU that held most, at its peak. */
  readonly peakGpuMemory?: number;
  /** Joules of the GPUs. */
  readonly energy?: number;
}

/** Whether the notebook still says what was executed. */
export type CellDisorder = "out of order" | "changed since" | "no longer there";

/** One execution of a notebook cell, and what came of it. */
export interface CellSummary {
  /** Its execution number; null for one that ran before the recording when it is not known. */
  readonly execution: number | null;
  /** Which kernel executed it, from 0: a restarted kernel counts anew. */
  readonly kernel: number;
  /** Its code. */
  readonly source: string;
  /** SHA-256 of the source, in hexadecimal. */
  readonly hash: string;
  /** Whether the source is what the kernel made of it, without types: the exact one is not known. */
  readonly transpiled: boolean;
  /** How it ended. */
  readonly status: CellStatus;
  /** Null for a cell that ran before the recording. */
  readonly startedAt: Date | null;
  /** How long it took, or has taken so far; null when that is not known. */
  readonly seconds: number | null;
  /** The steps that it logged; null when it logged nothing. */
  readonly steps: { readonly first: number; readonly last: number; readonly rows: number } | null;
  /** What it logged, in the order in which it was logged first. */
  readonly metrics: readonly CellMetric[];
  /** Images, tables and other media that it logged. */
  readonly media: number;
  /** Histograms that it logged. */
  readonly histograms: number;
  /** Null when nothing was sampled. */
  readonly hardware: CellHardware | null;
  /** Lines printed. */
  readonly consoleLines: number;
  /** Whether the kernel was not heard for a while: outputs may be missing, and so may its error. */
  readonly gap: boolean;
  /** What went wrong while it ran without ending it. */
  readonly warnings: readonly string[];
  /** What it threw. */
  readonly error: string | null;
  /** Where its result and the notebook no longer agree. */
  readonly disorder: readonly CellDisorder[];
}

/** Where the results of a notebook and its cells no longer agree. */
export interface NotebookState {
  /** The notebook's file; null when it is not known. */
  readonly notebook: string | null;
  /** Executions that came after one of a cell further down. */
  readonly outOfOrder: readonly CellSummary[];
  /** Executions whose cell has another source by now. */
  readonly changed: readonly CellSummary[];
  /** Executions whose cell is no longer in the notebook. */
  readonly gone: readonly CellSummary[];
  /** Executions of a source that had been executed before. */
  readonly repeated: readonly CellSummary[];
  /** Sources of code cells that were never executed as they are. */
  readonly neverExecuted: readonly string[];
  /** How many of these are above the lowest cell that was executed. */
  readonly skipped: number;
  /** Executions that are not on the record: dropped before it began, or not heard of. */
  readonly missing: number;
}
