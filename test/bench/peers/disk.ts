import { DatabaseSync } from "node:sqlite";

/** What databases take on disk, in bytes, once their logs are written into them; no server runs. */
export function diskBytes(databases: readonly string[]): number {
  let bytes = 0;
  for (const path of databases) {
    const database = new DatabaseSync(path);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    database.close();
    bytes += Deno.statSync(path).size;
  }
  return bytes;
}
