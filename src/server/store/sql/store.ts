import type { Change, Store, StoreSize } from "../store.ts";
import type { Database } from "./database.ts";
import { SqlFileStore } from "./files.ts";
import { SqlLineStore } from "./lines.ts";
import { migrate } from "./migrations.ts";
import { SqlPeopleStore } from "./people.ts";
import { SqlProjectStore } from "./projects.ts";
import { SqlRunStore } from "./runs.ts";
import { SqlSeriesStore } from "./series.ts";

/** Bytes that one call of `reclaim` gives back: it holds up what else is written. */
const RECLAIM = 32 * 1024 * 1024;

/**
 * Opens the store in a database, and brings its tables up to date.
 *
 * @throws {Error} When a newer server has written them.
 */
export async function openSqlStore(database: Database): Promise<Store> {
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  return new SqlStore(database);
}

/** The store in SQL. */
class SqlStore implements Store {
  readonly #database: Database;
  readonly #listeners = new Set<(change: Change) => void>();
  readonly people;
  readonly projects;
  readonly runs;
  readonly lines;
  readonly series;
  readonly files;

  constructor(database: Database) {
    this.#database = database;
    const changed = (change: Change) => {
      for (const listener of this.#listeners) listener(change);
    };
    this.people = new SqlPeopleStore(database);
    this.projects = new SqlProjectStore(database);
    this.runs = new SqlRunStore(database, changed);
    this.lines = new SqlLineStore(database, changed);
    this.series = new SqlSeriesStore(database);
    this.files = new SqlFileStore(database, changed);
  }

  watch(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async size(): Promise<StoreSize> {
    const row = await this.#database.first<{ runs: number; running: number }>(
      `SELECT COUNT(*) AS runs, COALESCE(SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END), 0)
        AS running FROM run`,
    );
    return { runs: row!.runs, running: row!.running, bytes: await this.#database.size() };
  }

  reclaim(): Promise<void> {
    return this.#database.reclaim(RECLAIM);
  }

  backup(path: string): Promise<void> {
    return this.#database.backup(path);
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
