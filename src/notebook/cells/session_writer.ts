import type { CellLine } from "./cell_lines.ts";
import { readCells } from "./cell_file.ts";
import { foldCells } from "./recorded_cells.ts";
import { SessionFile } from "./session_file.ts";
import type { SessionNotebookOptions } from "./session_notebook.ts";

/** What a {@linkcode SessionWriter} works with. */
export interface SessionWriterOptions extends SessionNotebookOptions {
  /** The record of cells, which holds each line before the writer is given it. */
  readonly record: string;
  /** Where the notebook is written. */
  readonly path: string;
  /** Whether the record held cells before: they are read from it. */
  readonly resumed: boolean;
}

/** Results can come shortly after a cell has ended. */
const SETTLE_MS = 300;
/** A larger record is not read again for the sake of outputs that came late. */
const MAX_REREAD = 64 * 1024 * 1024;

/**
 * Writes a session's notebook as cells end. Only the cell that runs is held in memory. What changes
 * an earlier cell, such as the output of a timer, is there when the notebook is completed.
 */
export class SessionWriter {
  readonly #options: SessionWriterOptions;
  #file: SessionFile;
  /** The lines of the cell that runs, or ended just now. */
  #open: CellLine[] = [];
  #settling: ReturnType<typeof setTimeout> | undefined;
  /** Whether a cell that was written has changed. */
  #stale: boolean;

  constructor(options: SessionWriterOptions) {
    this.#options = options;
    this.#file = new SessionFile(options.path, options);
    this.#stale = options.resumed;
  }

  /** Takes the next line of the record. */
  take(line: CellLine): void {
    switch (line.type) {
      case "kernel":
      case "begin":
      case "notebook":
        return;
      case "backfill":
        this.#file.append(foldCells([line])[0]!);
        return;
      case "start":
        this.#settle();
        this.#open = [line];
        return;
      case "joined":
        // Only now the numbers of the first cells are known.
        this.#stale = true;
        return;
    }
    const [start] = this.#open;
    if (start?.type !== "start" || start.execution !== line.execution) {
      this.#stale = true;
      return;
    }
    this.#open.push(line);
    if (line.type === "end") this.#settling = setTimeout(() => this.#guard(), SETTLE_MS);
  }

  /** Makes the notebook whole, the cell that still runs with it. */
  complete(): void {
    this.#settle();
    const { record, path } = this.#options;
    if (this.#stale && Deno.statSync(record).size <= MAX_REREAD) {
      this.#file.close();
      this.#file = new SessionFile(path, this.#options);
      const cells = readCells(record).cells();
      // The last one is still open when it has not ended.
      const last = this.#open.length > 0 ? cells.pop() : undefined;
      for (const cell of cells) this.#file.append(cell);
      this.#file.show(last === undefined ? [] : [last]);
      this.#stale = false;
    } else this.#file.show(foldCells(this.#open));
  }

  /** Closes the file. */
  close(): void {
    clearTimeout(this.#settling);
    this.#file.close();
  }

  /** Writes the cell that has ended. */
  #settle(): void {
    clearTimeout(this.#settling);
    if (this.#open.at(-1) === undefined || !this.#open.some(({ type }) => type === "end")) return;
    for (const cell of foldCells(this.#open)) this.#file.append(cell);
    this.#open = [];
  }

  #guard(): void {
    try {
      this.#settle();
    } catch {
      // It is written again when the notebook is completed, and fails there for somebody to see.
      this.#stale = true;
    }
  }
}
