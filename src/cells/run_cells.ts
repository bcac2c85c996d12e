import type { Drawn, DrawRequest } from "../run/companion.ts";
import { Displayable } from "../run/displayable.ts";
import { type CellReports, readCellReports } from "./read_cells.ts";
import type { CellSummary, NotebookState } from "./types.ts";

/** Where the cells of a run are, and who draws them. */
export interface RunCellsSource {
  /** Null when the run is not recorded. */
  readonly directory: string | null;
  readonly draw: (request: DrawRequest) => Promise<Drawn>;
}

/**
 * What each cell of the notebook did: as they were when they were asked for.
 *
 * Evaluated at the end of a cell it is a table. It is plain data, too: it can be iterated over, and
 * `JSON.stringify` takes it.
 */
export class RunCells extends Displayable implements Iterable<CellSummary> {
  readonly #source: RunCellsSource;
  #read: CellReports | undefined;

  /**
   * For `Run.cells`.
   *
   * @internal
   */
  constructor(source: RunCellsSource) {
    super(() => source.draw({ kind: "cells" }));
    this.#source = source;
  }

  /** How many executions of cells are on the record. */
  get length(): number {
    return this.#reports.cells.length;
  }

  /** Where the notebook and its results no longer agree. */
  get state(): NotebookState {
    return this.#reports.state;
  }

  /**
   * One execution: its code, its outputs, and charts of what it logged.
   *
   * @param execution Its number, as the notebook shows it; of the last kernel that has one. A
   * negative number counts from the last execution.
   */
  at(execution: number): RunCell {
    return new RunCell({
      summary: () => this.#find(execution),
      draw: () => this.#source.draw({ kind: "cell", execution }),
    });
  }

  #find(execution: number): CellSummary {
    const { cells } = this.#reports;
    const found = execution < 0
      ? cells.at(execution)
      : cells.findLast(({ summary }) => summary.execution === execution);
    if (found !== undefined) return found.summary;
    const known = cells.map(({ summary }) => summary.execution).filter((n) => n !== null);
    throw new RangeError(
      `Cannot read cell ${execution}: the record has ` +
        (known.length === 0 ? "none with a number" : `${known[0]} to ${known.at(-1)}`),
    );
  }

  /** The executions, in their order. */
  *[Symbol.iterator](): Iterator<CellSummary> {
    for (const { summary } of this.#reports.cells) yield summary;
  }

  /** The executions as an array, for `JSON.stringify`. */
  toJSON(): CellSummary[] {
    return [...this];
  }

  get #reports(): CellReports {
    const { directory } = this.#source;
    this.#read ??= directory === null ? NOTHING : readCellReports(directory);
    return this.#read;
  }
}

/** One execution of a cell; at the end of a cell it shows itself. */
export class RunCell extends Displayable {
  readonly #summary: () => CellSummary;

  /**
   * For {@linkcode RunCells.at}.
   *
   * @internal
   */
  constructor(of: { readonly summary: () => CellSummary; readonly draw: () => Promise<Drawn> }) {
    super(of.draw);
    this.#summary = of.summary;
  }

  /**
   * What it did.
   *
   * @throws {RangeError} When the record has no such execution.
   */
  get summary(): CellSummary {
    return this.#summary();
  }
}

const NOTHING: CellReports = {
  cells: [],
  state: {
    notebook: null,
    outOfOrder: [],
    changed: [],
    gone: [],
    repeated: [],
    neverExecuted: [],
    skipped: 0,
    missing: 0,
  },
};
