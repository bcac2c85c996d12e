import type { RecordedCell } from "./recorded_cells.ts";

/** What a row of the history says about where it comes from. */
export interface LoggedAt {
  /** What `Attribution.current()` gave. */
  readonly execution: number | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/**
 * The cell that logged a row.
 *
 * A number of 0 stands for the cell in which the recording began. A number of a cell that failed
 * stands for the next one when the row was logged after the next one had begun, but before the
 * user's thread could know that. A row without a number is given to the cell that ran at its time.
 *
 * @param cells As they were executed, of all kernels.
 * @returns Undefined when it is not on the record.
 */
export function executionOf(
  row: LoggedAt,
  cells: readonly RecordedCell[],
): RecordedCell | undefined {
  const { execution, time } = row;
  const started = cells.filter((cell) => cell.start !== undefined);
  const running = started.findLast((cell) => cell.start! <= time);
  // Those that begin later belong to a kernel that was not there yet.
  const kernel = running?.kernel ?? started[0]?.kernel;
  if (execution === undefined) return running;
  const mine = cells.filter((cell) => cell.kernel === kernel);
  const cell = execution === 0
    ? mine.find((cell) => cell.start !== undefined)
    : mine.find((cell) => cell.execution === execution);
  if (cell === undefined || cell.status !== "error" || running === undefined) return cell;
  const next = running !== cell && running.kernel === cell.kernel && time <= running.seen!;
  return next ? running : cell;
}
