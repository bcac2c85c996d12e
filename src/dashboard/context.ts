import type { Viewer } from "../server/charts/viewer.ts";
import type { FileRecord, Store, StoredRun } from "../server/store/store.ts";

/** What the pages are made from. The server gives it; nothing here listens or writes a file. */
export interface DashboardContext {
  readonly store: Store;
  /** Who looks. That a form was sent from a page of this server has been checked before. */
  readonly viewer: Viewer;
  /**
   * Where browsers find this server, without a slash at the end: a proxy may give it a path.
   *
   * @default the origin of the request
   */
  readonly baseUrl?: string;
  /**
   * Reads the beginning of a file.
   *
   * @returns At most `limit` bytes; null when the bytes are not there.
   */
  readFile(file: FileRecord, limit: number): Promise<Uint8Array | null>;
  /** The address that a file of a run is downloaded from. */
  fileUrl(run: StoredRun, file: FileRecord): string;
  /** Deletes a run, and the bytes that only it referred to. */
  deleteRun(run: StoredRun): Promise<void>;
  /**
   * Milliseconds since 1970.
   *
   * @default {Date.now}
   */
  readonly now?: () => number;
}
