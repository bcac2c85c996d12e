import { backup, DatabaseSync, type StatementSync } from "node:sqlite";
import { type Database, type Dialect, keepable, type Queries, type SqlValue } from "./database.ts";
import { matchesText } from "./match_text.ts";

/** Packed points and lines go on over several pages: small ones leave less empty at the end. */
const PAGE = 2048;

/** Bytes of the write-ahead log past which it is moved to its place. */
const LOG = 8 * 1024 * 1024;

/** A database that was not written for so long is at rest, and its log is emptied. */
const REST_MS = 1000;

/** Statements that are kept prepared, of each connection. */
const MAX_STATEMENTS = 300;

/** Opens a database file, and makes it when there is none. */
export function openSqlite(path: string): Database {
  return new SqliteDatabase(path);
}

/** One connection that writes, and one that reads what was committed. */
class SqliteDatabase implements Database {
  readonly #path: string;
  readonly #writer: Connection;
  readonly #reader: Connection;
  /** Ends when the last transaction that was asked for has ended. */
  #queue: Promise<unknown> = Promise.resolve();
  #resting: ReturnType<typeof setTimeout> | undefined;

  readonly dialect: Dialect = {
    id: "INTEGER PRIMARY KEY AUTOINCREMENT",
    bytes: "BLOB",
    matches: (text) => `matches_text(?, ${text})`,
  };

  constructor(path: string) {
    this.#path = path;
    const writer = new DatabaseSync(path);
    // The first two hold for a new file alone. An acknowledged row outlives a power cut: FULL.
    writer.exec(`
      PRAGMA page_size = ${PAGE};
      PRAGMA auto_vacuum = INCREMENTAL;
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${LOG / PAGE};
      PRAGMA busy_timeout = 10000;
      PRAGMA cache_size = -8000;
      PRAGMA journal_size_limit = 33554432;
      PRAGMA case_sensitive_like = ON;
    `);
    const reader = new DatabaseSync(path);
    reader.exec(`
      PRAGMA query_only = ON;
      PRAGMA case_sensitive_like = ON;
      PRAGMA busy_timeout = 10000;
      PRAGMA cache_size = -8000;
    `);
    this.#writer = new Connection(writer);
    this.#reader = new Connection(reader);
  }

  all<T extends object>(sql: string, ...values: SqlValue[]): Promise<T[]> {
    return this.#reader.all<T>(sql, ...values);
  }

  first<T extends object>(sql: string, ...values: SqlValue[]): Promise<T | undefined> {
    return this.#reader.first<T>(sql, ...values);
  }

  run(sql: string, ...values: SqlValue[]): Promise<number> {
    return this.transaction((queries) => queries.run(sql, ...values));
  }

  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const result = this.#queue.then(() => this.#transact(work));
    this.#queue = result.catch(() => {}).then(() => this.#restLater());
    return result;
  }

  /** The write-ahead log keeps its largest size while it is written: up to 10 MB, or 32. */
  #restLater() {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      // Between transactions. Where another process reads, it is done next time.
      this.#queue = this.#queue.then(() => this.#writer.emptyLog()).catch(() => {});
    }, REST_MS);
    Deno.unrefTimer(this.#resting as unknown as number);
  }

  async #transact<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const { database } = this.#writer;
    database.exec("BEGIN IMMEDIATE");
    try {
      const value = await work(this.#writer);
      database.exec("COMMIT");
      return value;
    } catch (error) {
      // Some errors, a full disk among them, have rolled back already.
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  // deno-lint-ignore require-await -- what throws must reject
  async size(): Promise<number> {
    let bytes = 0;
    for (const suffix of ["", "-wal"]) {
      try {
        bytes += Deno.statSync(this.#path + suffix).size;
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    return bytes;
  }

  async reclaim(bytes: number): Promise<void> {
    await this.#queue;
    const { database } = this.#writer;
    // A row for each page; `exec` would stop at the first.
    database.prepare(`PRAGMA incremental_vacuum(${Math.ceil(bytes / PAGE)})`).all();
    this.#writer.emptyLog();
  }

  async backup(path: string): Promise<void> {
    await backup(this.#reader.database, path);
  }

  async close(): Promise<void> {
    await this.#queue;
    clearTimeout(this.#resting);
    this.#reader.database.close();
    this.#writer.database.close();
  }
}

/** A connection with its prepared statements. */
class Connection implements Queries {
  readonly database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.database = database;
    database.function(
      "matches_text",
      { deterministic: true },
      (pattern, text) => Number(matchesText(String(pattern), text)),
    );
  }

  /** Moves what is in the write-ahead log to its place, and makes the log empty. */
  emptyLog(): void {
    this.database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  // deno-lint-ignore require-await -- what throws must reject
  async all<T extends object>(sql: string, ...values: SqlValue[]): Promise<T[]> {
    return this.#prepare(sql).all(...keepable(values)) as T[];
  }

  // deno-lint-ignore require-await -- what throws must reject
  async first<T extends object>(sql: string, ...values: SqlValue[]): Promise<T | undefined> {
    return this.#prepare(sql).get(...keepable(values)) as T | undefined;
  }

  // deno-lint-ignore require-await -- what throws must reject
  async run(sql: string, ...values: SqlValue[]): Promise<number> {
    return Number(this.#prepare(sql).run(...keepable(values)).changes);
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      const oldest = this.#statements.keys().next().value;
      if (this.#statements.size >= MAX_STATEMENTS && oldest !== undefined) {
        this.#statements.delete(oldest);
      }
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}
