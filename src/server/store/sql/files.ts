import type { FilePage, FileRecord, FileRecordStore } from "../files.ts";
import type { Change } from "../store.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { Database, SqlValue } from "./database.ts";

interface FileRow {
  key: number;
  run: number;
  path: string;
  size: number;
  sha256: string;
  md5: string;
  updated_at: number;
}

/** Files of runs in SQL. */
export class SqlFileStore implements FileRecordStore {
  readonly #database: Database;
  readonly #changed: (change: Change) => void;

  constructor(database: Database, changed: (change: Change) => void) {
    this.#database = database;
    this.#changed = changed;
  }

  async put(run: number, file: Omit<FileRecord, "key" | "run">): Promise<FileRecord> {
    const { project, row } = await this.#database.transaction(async (queries) => {
      const owner = await queries.first<{ project: number }>(
        "SELECT project FROM run WHERE key = ?",
        run,
      );
      if (owner === undefined) {
        throw new Error(`Cannot store the file ${JSON.stringify(file.path)}: its run is gone`);
      }
      const row = await queries.first<FileRow>(
        `INSERT INTO file (run, path, size, sha256, md5, updated_at) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (run, path) DO UPDATE SET size = excluded.size, sha256 = excluded.sha256,
            md5 = excluded.md5, updated_at = excluded.updated_at
          RETURNING *`,
        run,
        file.path,
        file.size,
        file.sha256,
        file.md5,
        file.updatedAt,
      );
      return { project: owner.project, row: row! };
    });
    this.#changed({ kind: "files", run, project });
    return toFile(row);
  }

  async find(run: number, path: string): Promise<FileRecord | undefined> {
    const sql = "SELECT * FROM file WHERE run = ? AND path = ?";
    const row = await this.#database.first<FileRow>(sql, run, path);
    return row && toFile(row);
  }

  async get(file: number): Promise<FileRecord | undefined> {
    const row = await this.#database.first<FileRow>("SELECT * FROM file WHERE key = ?", file);
    return row && toFile(row);
  }

  async list(
    run: number,
    page: {
      names?: readonly string[] | undefined;
      pattern?: string | undefined;
      first?: number | undefined;
      after?: string | null | undefined;
    } = {},
  ): Promise<FilePage> {
    const first = Math.min(Math.max(Math.trunc(page.first ?? 50), 0), 1000);
    const where = ["run = ?"];
    const values: SqlValue[] = [run];
    if (page.names !== undefined && page.names.length > 0) {
      const names = page.names.slice(0, 1000);
      where.push(`path IN (${names.map(() => "?").join(", ")})`);
      values.push(...names);
    }
    if (page.pattern !== undefined) {
      where.push("path LIKE ?");
      values.push(page.pattern.slice(0, 500));
    }
    if (page.after) {
      where.push("path > ?");
      values.push(...decodeCursor(page.after, 1));
    }
    const rows = await this.#database.all<FileRow>(
      `SELECT * FROM file WHERE ${where.join(" AND ")} ORDER BY path LIMIT ?`,
      ...values,
      first + 1,
    );
    const files = rows.slice(0, first).map(toFile);
    const cursors = files.map(({ path }) => encodeCursor([path]));
    return {
      files,
      cursors,
      endCursor: cursors.at(-1) ?? null,
      hasNextPage: rows.length > first,
    };
  }

  async count(run: number): Promise<{ files: number; bytes: number }> {
    const row = await this.#database.first<{ files: number; bytes: number }>(
      "SELECT COUNT(*) AS files, COALESCE(SUM(size), 0) AS bytes FROM file WHERE run = ?",
      run,
    );
    return { files: row!.files, bytes: row!.bytes };
  }

  async remove(file: number): Promise<boolean> {
    const row = await this.#database.transaction((queries) =>
      queries.first<{ run: number; project: number }>(
        `DELETE FROM file WHERE key = ?
          RETURNING run, (SELECT r.project FROM run r WHERE r.key = file.run) AS project`,
        file,
      )
    );
    if (row) this.#changed({ kind: "files", run: row.run, project: row.project });
    return row !== undefined;
  }

  async unreferenced(hashes: readonly string[]): Promise<string[]> {
    const free: string[] = [];
    for (const hash of hashes) {
      const row = await this.#database.first("SELECT key FROM file WHERE sha256 = ? LIMIT 1", hash);
      if (row === undefined) free.push(hash);
    }
    return free;
  }
}

function toFile({ key, run, path, size, sha256, md5, updated_at }: FileRow): FileRecord {
  return { key, run, path, size, sha256, md5, updatedAt: updated_at };
}
