/**
 * What the server keeps, as interfaces. Everything above this file (protocol, pages, chart queries)
 * knows the store by these alone; `sql/` holds the one implementation, in SQL that both SQLite and
 * PostgreSQL speak. Times are milliseconds since 1970, unless a field says seconds.
 *
 * @module
 */

import type { FileRecordStore } from "./files.ts";
import type { LineStore } from "./lines.ts";
import type { PeopleStore } from "./people.ts";
import type { ProjectStore } from "./projects.ts";
import type { RunStore } from "./runs.ts";
import type { SeriesStore } from "./series.ts";

export type { FilePage, FileRecord, FileRecordStore } from "./files.ts";
export { LINES_TOGETHER } from "./lines.ts";
export type { Line, LineBatch, LinePart, LineRange, LineStore, LineStream } from "./lines.ts";
export type { ApiKey, Credential, Member, PeopleStore, Role, User } from "./people.ts";
export type { Project, ProjectPage, ProjectStore } from "./projects.ts";
export type { FieldRef, FieldValue, RunFilter, RunOrder, RunPage, RunQuery } from "./run_query.ts";
export type { AlertSameness, RunAlert, RunPatch, RunState, RunStore, StoredRun } from "./runs.ts";
export type { ChunkStats, Points, SeriesInfo, SeriesRange, SeriesStore } from "./series.ts";

/** Something has been committed. */
export interface Change {
  readonly kind: "run" | "lines" | "files" | "deleted";
  /** The run's number in the store. */
  readonly run: number;
  /** The project's number in the store. */
  readonly project: number;
}

/** How much the store holds. */
export interface StoreSize {
  readonly runs: number;
  readonly running: number;
  /** Bytes of the database on disk. */
  readonly bytes: number;
}

/** Everything that the server keeps, but the bytes of files. */
export interface Store {
  readonly people: PeopleStore;
  readonly projects: ProjectStore;
  readonly runs: RunStore;
  readonly lines: LineStore;
  readonly series: SeriesStore;
  readonly files: FileRecordStore;

  /**
   * Calls the listener after each commit of this process.
   *
   * @returns Ends the calls.
   */
  watch(listener: (change: Change) => void): () => void;

  /** How much is stored. */
  size(): Promise<StoreSize>;

  /** Gives space that deletions have left back to the file system, a bounded amount a call. */
  reclaim(): Promise<void>;

  /**
   * Writes a consistent copy while the server runs.
   *
   * @param path A file that does not exist.
   */
  backup(path: string): Promise<void>;

  /** Ends all work. */
  close(): Promise<void>;
}
