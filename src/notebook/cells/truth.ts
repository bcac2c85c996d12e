import { comparableSource } from "./match_source.ts";
import type { RecordedCell } from "./recorded_cells.ts";

/** Where a notebook's results and its cells are no longer the same thing. */
export interface NotebookTruth {
  /** Executions of cells that come after an execution of a cell further down. */
  readonly outOfOrder: readonly RecordedCell[];
  /** Executions of a source that had been executed before. */
  readonly repeated: readonly RecordedCell[];
  /** Executions whose cell has another source now, with that source. */
  readonly changed: readonly { readonly cell: RecordedCell; readonly now: string }[];
  /** Executions whose cell is no longer in the notebook. */
  readonly gone: readonly RecordedCell[];
  /** Indices of the notebook's code cells that were never executed as they are. */
  readonly neverExecuted: readonly number[];
  /** The index of the notebook's lowest code cell that was executed; -1 when none was. */
  readonly furthest: number;
  /** Executions that are not on the record: dropped before it began, or not heard of. */
  readonly missing: number;
}

/** An edited cell has at least this share of its lines in common with what it was. */
const SAME_CELL = 0.5;
/** Comparing every pair of edited cells is quadratic. */
const MAX_EDITED = 500;

/**
 * What the record says about the notebook's order, of the last kernel.
 *
 * @param cells The executed cells.
 * @param notebook The sources of the notebook's code cells now, from top to bottom; without them
 * only what was executed again is known.
 *
 * @example
 * ```ts
 * const { outOfOrder } = notebookTruth(foldCells(lines), sources);
 * ```
 */
export function notebookTruth(
  cells: readonly RecordedCell[],
  notebook: readonly string[] = [],
): NotebookTruth {
  const kernel = cells.at(-1)?.kernel;
  const mine = cells.filter((cell) => cell.kernel === kernel);
  const executed = mine.filter((cell) => cell.source.trim() !== "");
  const keys = new Map(executed.map((cell) => [cell, keyOf(cell)]));
  const repeated = executed.filter((cell, i) =>
    executed.findIndex((other) => keys.get(other) === keys.get(cell)) < i
  );
  const base = { repeated, missing: missingOf(mine) };
  if (notebook.length === 0) {
    const nothing = { outOfOrder: [], changed: [], gone: [], neverExecuted: [] };
    return { ...base, ...nothing, furthest: -1 };
  }

  const exact = new Map<string, number>();
  const compiled = new Map<string, number>();
  const needCompiled = executed.some((cell) => cell.transpiled);
  notebook.forEach((source, i) => {
    if (!exact.has(source)) exact.set(source, i);
    const key = needCompiled ? comparableSource(source, false) : undefined;
    if (key !== undefined && !compiled.has(key)) compiled.set(key, i);
  });
  const place = new Map<RecordedCell, number>();
  for (const cell of executed) {
    const at = exact.get(cell.source) ??
      (cell.transpiled ? compiled.get(keys.get(cell)!) : undefined);
    if (at !== undefined) place.set(cell, at);
  }
  const unchanged = new Set(place.values());
  const never = notebook.flatMap((source, i) =>
    source.trim() === "" || unchanged.has(exact.get(source) ?? i) ? [] : [i]
  );
  const edited = editedCells(executed.filter((cell) => !place.has(cell)), never, notebook);
  for (const [cell, at] of edited) place.set(cell, at);

  // An earlier version of a cell that was executed again as it is now left no result behind.
  const current = (cell: RecordedCell) =>
    executed.findLast((other) => place.get(other) === place.get(cell)) === cell;
  let furthest = -1;
  const outOfOrder = executed.filter((cell) => {
    const at = place.get(cell);
    if (at === undefined) return false;
    const before = at < furthest;
    furthest = Math.max(furthest, at);
    return before;
  });
  return {
    ...base,
    outOfOrder,
    changed: [...edited].filter(([cell]) => current(cell)).map(([cell, at]) => ({
      cell,
      now: notebook[at]!,
    })),
    gone: executed.filter((cell) => !place.has(cell)),
    neverExecuted: never,
    furthest,
  };
}

function keyOf({ source, transpiled }: RecordedCell): string {
  return transpiled ? comparableSource(source, true) ?? source : source;
}

/** A kernel counts its executions from 1. */
function missingOf(cells: readonly RecordedCell[]): number {
  const at = cells.findLastIndex((cell) => cell.execution !== undefined);
  return at < 0 ? 0 : Math.max(0, cells[at]!.execution! - 1 - at);
}

/** Which of the notebook's cells an execution's source has become, the most alike first. */
function editedCells(
  cells: readonly RecordedCell[],
  candidates: readonly number[],
  notebook: readonly string[],
): Map<RecordedCell, number> {
  const found = new Map<RecordedCell, number>();
  const lines = candidates.slice(0, MAX_EDITED).map((i) => linesOf(notebook[i]!));
  for (const cell of cells.slice(-MAX_EDITED)) {
    const mine = linesOf(cell.source);
    let best = SAME_CELL;
    lines.forEach((theirs, i) => {
      const alike = likeness(mine, theirs);
      if (alike < best || (alike === best && found.has(cell))) return;
      best = alike;
      found.set(cell, candidates[i]!);
    });
  }
  return found;
}

function linesOf(source: string): Set<string> {
  return new Set(source.split("\n").map((line) => line.trim()).filter((line) => line !== ""));
}

/** Common lines by the lines of the shorter one; one-line cells by their words. */
function likeness(a: Set<string>, b: Set<string>): number {
  if (a.size > 1 && b.size > 1) return share(a, b, Math.min(a.size, b.size));
  const [words, others] = [wordsOf(a), wordsOf(b)];
  // Most words of a short line are somewhere in a long cell.
  return share(words, others, Math.max(words.size, others.size));
}

function wordsOf(lines: Set<string>): Set<string> {
  return new Set([...lines].join(" ").match(/[\p{L}\p{N}_$]+/gu) ?? []);
}

function share(a: Set<string>, b: Set<string>, of: number): number {
  return a.intersection(b).size / Math.max(1, of);
}
