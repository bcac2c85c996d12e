import { writeAllSync } from "../../record/write_all.ts";
import type { RecordedCell } from "./recorded_cells.ts";
import { notebookCell, notebookFrame, type SessionNotebookOptions } from "./session_notebook.ts";

const encoder = new TextEncoder();

/**
 * The notebook of a session, written cell by cell: each one overwrites the end of the file, so that
 * it is a whole notebook after every write, and a long session costs no more than a short one.
 *
 * @example
 * ```ts
 * const file = new SessionFile("_session_history.ipynb");
 * for (const cell of foldCells(lines)) file.append(cell);
 * file.close();
 * ```
 */
export class SessionFile {
  readonly #file: Deno.FsFile;
  /** What follows the cells. */
  readonly #end: string;
  /** Where the next cell goes. */
  #offset = 0;
  #cells = 0;

  /** Begins the file anew. */
  constructor(path: string, options: SessionNotebookOptions = {}) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    const frame = JSON.stringify(notebookFrame(options), null, 1);
    this.#end = `\n ],\n${frame.slice(frame.indexOf("\n") + 1)}\n`;
    this.#offset = this.#write(`{\n "cells": [`);
    this.show([]);
  }

  /** Adds a cell. */
  append(cell: RecordedCell): void {
    const text = this.#text(cell);
    this.#write(text + this.#end);
    this.#offset += encoder.encode(text).length;
    this.#cells++;
  }

  /** Shows cells that are not over yet, in place of those that were shown before. */
  show(cells: readonly RecordedCell[]): void {
    const before = this.#cells;
    let text = "";
    for (const cell of cells) {
      text += this.#text(cell);
      this.#cells++;
    }
    this.#cells = before;
    this.#write(text + this.#end);
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  #text(cell: RecordedCell): string {
    const json = JSON.stringify(notebookCell(cell, this.#cells), null, 1);
    return `${this.#cells === 0 ? "" : ","}\n${json.replace(/^/gm, "  ")}`;
  }

  /** @returns Bytes written. */
  #write(text: string): number {
    const bytes = encoder.encode(text);
    this.#file.seekSync(this.#offset, Deno.SeekMode.Start);
    const rest = writeAllSync(this.#file, bytes);
    if (rest.length > 0) throw new Error("Cannot write the session's notebook: the disk is full");
    this.#file.truncateSync(this.#offset + bytes.length);
    return bytes.length;
  }
}
