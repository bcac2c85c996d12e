/**
 * Where things are in a run directory.
 *
 * ```text
 * <dir>/cellar/
 *   .gitignore                       keeps recordings out of the repository
 *   latest-run -> run-…              the newest run
 *   run-20261124_093000-k3v9q2xa/
 *     run.jsonl                      what the run is: RunLine, written by the run
 *     history.jsonl                  one row a line, written by the run
 *     system.jsonl                   hardware samples, written by the background worker
 *     cells.jsonl                    the cells of a notebook: CellLine, written by the worker
 *     console.jsonl                  what was printed: ConsoleLine, written by the worker in a
 *                                    notebook, and by the run in a script
 *     provenance.jsonl               code, git and environment: ProvenanceLine, written by the
 *                                    worker
 *     files.jsonl                    FileLine: the files below files/ that are complete, written
 *                                    by the background worker
 *     heartbeat                      its modification time says that the worker was alive
 *     sync.json                      how far the run was delivered, and to which servers
 *     sync.lock                      held by the one process that delivers it
 *     files/                         media, code, saved files
 *     artifacts/                     what is too long for a file of the run: whole tables
 * ```
 *
 * A value of a row that the background makes follows in a line of its own; see HistoryLine.
 *
 * Every `.jsonl` file has one writer, is append-only, and holds one JSON object a line. A line
 * without its newline is torn and does not count.
 *
 * @module
 */

/** The folder that holds the runs, below the directory that the user names. */
export const RUNS_FOLDER = "cellar";

/** The link to the newest run, in {@linkcode RUNS_FOLDER}. */
export const LATEST_RUN = "latest-run";

/** The files of a run directory. */
export const RUN_FILES = {
  run: "run.jsonl",
  history: "history.jsonl",
  system: "system.jsonl",
  cells: "cells.jsonl",
  console: "console.jsonl",
  provenance: "provenance.jsonl",
  fileList: "files.jsonl",
  heartbeat: "heartbeat",
  syncState: "sync.json",
  syncLock: "sync.lock",
  files: "files",
  artifacts: "artifacts",
} as const;

/**
 * The name of a run's directory.
 *
 * @example
 * ```ts
 * runDirectoryName(new Date(2026, 10, 24, 9, 30), "k3v9q2xa"); // "run-20261124_093000-k3v9q2xa"
 * ```
 */
export function runDirectoryName(startedAt: Date, id: string): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const date = `${startedAt.getFullYear()}${two(startedAt.getMonth() + 1)}${
    two(startedAt.getDate())
  }`;
  const time = `${two(startedAt.getHours())}${two(startedAt.getMinutes())}${
    two(startedAt.getSeconds())
  }`;
  return `run-${date}_${time}-${id}`;
}

const RUN_DIRECTORY = /^run-\d{8}_\d{6}-(.+?)(?:~\d+)?$/;

/** The run id that a directory's name holds; null when it is no run directory. */
export function runIdOf(directoryName: string): string | null {
  return RUN_DIRECTORY.exec(directoryName)?.[1] ?? null;
}

/** Joins path segments; Deno takes `/` on every system. */
export function join(...segments: string[]): string {
  return segments.filter((segment) => segment !== "").join("/").replace(/([^:])\/{2,}/g, "$1/");
}
