import type { RunPatch } from "./runs.ts";

/** The files of lines that a run streams. */
export type LineStream = "history" | "events" | "console";

/** A line with its number, zero-based. */
export interface Line {
  readonly number: number;
  readonly text: string;
}

/** Consecutive lines of a stream. */
export interface LinePart {
  readonly stream: LineStream;
  /** The number of the first of the lines. */
  readonly offset: number;
  readonly lines: readonly string[];
}

/**
 * Lines whose numbers begin with the same multiple of it are kept together: lines cost least that are
 * written up to one.
 */
export const LINES_TOGETHER = 1024;

/** Lines that are collected for one transaction, in the small form that they will be stored in. */
export interface LineBatch {
  /** Adds lines. Those of a stream come by number, or the last ones hold. */
  add(part: LinePart): void;

  /** Whether it had better be written now: a smaller batch takes more time, a larger one memory. */
  readonly isFull: boolean;

  /**
   * Writes what was collected, with the series that it holds, and changes the run, in one
   * transaction. The batch is empty then.
   *
   * @returns Whether the run is there.
   */
  write(patch?: RunPatch): Promise<boolean>;
}

/** Which lines. */
export interface LineRange {
  /** The first line number. @default 0 */
  readonly from?: number;
  /** The line number to stop before. @default all */
  readonly to?: number;
  /** The lowest x (history: `_step`, events: `_timestamp`). */
  readonly xFrom?: number;
  /** The x to stop before. */
  readonly xTo?: number;
  /** How many lines at most. @default all */
  readonly limit?: number;
}

/**
 * Lines by number. A line that is written again replaces what was there; the same line written
 * again changes nothing. There may be gaps.
 *
 * History and event lines are standard JSON, NaN and the infinities as strings, when they were
 * JSON at all. A line that is not a JSON object is kept, and belongs to no series.
 */
export interface LineStore {
  /**
   * Writes lines of some streams, with the series that they hold, and changes the run, in one
   * transaction.
   *
   * @returns Whether the run is there.
   */
  write(run: number, parts: readonly LinePart[], patch?: RunPatch): Promise<boolean>;

  /** Begins to collect lines of a run. */
  collect(run: number): LineBatch;

  /** Lines of a range, by number. */
  read(run: number, stream: LineStream, range?: LineRange): Promise<Line[]>;

  /** Lines of a range, a block of up to some hundred lines at a time: for ranges of any length. */
  blocks(run: number, stream: LineStream, range?: LineRange): AsyncIterable<Line[]>;

  /** The last lines. */
  tail(run: number, stream: LineStream, count: number): Promise<Line[]>;

  /**
   * Gives a run the lines of another one before that number, with their series: what forking does.
   *
   * @param to A run without lines in the stream.
   */
  copy(from: number, to: number, stream: LineStream, before: number): Promise<void>;

  /** Forgets lines from that number on, and their series: what rewinding does. */
  truncate(run: number, stream: LineStream, from: number): Promise<void>;
}
