import type { RecordedCell } from "./recorded_cells.ts";

/** What a row of the history says about where it comes from. */
export interface LoggedAt {
  /** What `Attribution.current()` gave. */
  readonly execution: number | undefined;
  /** Milliseconds since 1970. */
  readonly time: number;
}

/**
 * Finds the cell that logged a row; a binary search for each row.
 *
 * A number of 0 stands for the cell in which the recording began. A number of a cell that failed
 * stands for the next one when the row was logged after the next one had begun, but before the
 * user's thread could know that, and always where the failed one did not even compile. A row without a number is given to the cell that ran at its time.
 * The function gives undefined for a cell that is not on the record.
 *
 * @param cells As they were executed, of all kernels.
 *
 * @example
 * ```ts
 * const cellOf = executionOf(cells);
 * cellOf({ execution: 3, time: Date.now() })?.source;
 * ```
 */
export function executionOf(
  cells: readonly RecordedCell[],
): (row: LoggedAt) => RecordedCell | undefined {
  const started = cells.filter(({ start }) => start !== undefined)
    .toSorted((a, b) => a.start! - b.start!);
  const firsts = new Map<number, RecordedCell>();
  const numbered = new Map<string, RecordedCell>();
  for (const cell of cells) {
    if (cell.start !== undefined && !firsts.has(cell.kernel)) firsts.set(cell.kernel, cell);
    if (cell.execution !== undefined) numbered.set(`${cell.kernel} ${cell.execution}`, cell);
  }
  const nextThatRan = ({ kernel, execution }: RecordedCell): RecordedCell | undefined => {
    if (execution === undefined) return undefined;
    for (let i = execution + 1;; i++) {
      const next = numbered.get(`${kernel} ${i}`);
      if (next === undefined || !neverRan(next)) return next;
    }
  };
  return ({ execution, time }) => {
    const running = latestBefore(started, time);
    if (execution === undefined) return running;
    // Those that begin later may belong to a kernel that was not there yet.
    const kernel = (running ?? started[0])?.kernel ?? 0;
    const cell = execution === 0 ? firsts.get(kernel) : numbered.get(`${kernel} ${execution}`);
    if (cell === undefined || cell.status !== "error" || running === undefined) return cell;
    if (neverRan(cell)) return nextThatRan(cell) ?? cell;
    // Both are whole milliseconds, cut off.
    return time < running.seen! + 1 && running.start! >= (cell.start ?? 0) ? running : cell;
  };
}

/** A cell that does not compile fails without an error: nothing of it can have logged. */
function neverRan({ status, error, gap }: RecordedCell): boolean {
  return status === "error" && error === undefined && !gap;
}

function latestBefore(started: readonly RecordedCell[], time: number): RecordedCell | undefined {
  let low = 0;
  let high = started.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (started[middle]!.start! <= time) low = middle + 1;
    else high = middle;
  }
  return started[low - 1];
}
