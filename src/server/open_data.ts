import { ensureDir } from "@std/fs";
import { openFolderBlobs } from "./files/folder_blobs.ts";
import { RunFiles } from "./files/run_files.ts";
import type { Store } from "./store/store.ts";
import { openSqlite } from "./store/sql/sqlite.ts";
import { openSqlStore } from "./store/sql/store.ts";

/** The data folder of a server, opened. */
export interface ServerData {
  readonly store: Store;
  readonly files: RunFiles;
}

/** The database in a data folder. */
export function databasePath(folder: string): string {
  return `${folder}/cellar.db`;
}

/** The folder of the bytes of files in a data folder. */
export function blobsPath(folder: string): string {
  return `${folder}/blobs`;
}

/** Makes a data folder when there is none. For its owner alone to read. */
export async function makeFolder(folder: string): Promise<void> {
  await ensureDir(folder);
  if (Deno.build.os !== "windows") await Deno.chmod(folder, 0o700);
}

/** Opens a data folder, and makes it when there is none. A server may run on it meanwhile. */
export async function openData(folder: string): Promise<ServerData> {
  await makeFolder(folder);
  const store = await openSqlStore(openSqlite(databasePath(folder)));
  const files = new RunFiles(store, await openFolderBlobs(blobsPath(folder)));
  return { store, files };
}
