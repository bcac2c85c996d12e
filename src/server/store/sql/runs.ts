import type { RunFilter, RunPage, RunQuery } from "../run_query.ts";
import type { AlertSameness, RunAlert, RunPatch, RunStore, StoredRun } from "../runs.ts";
import type { Change } from "../store.ts";
import type { Database, Queries, SqlValue } from "./database.ts";
import { configFields, summaryFields, writeFields } from "./fields.ts";
import { countRuns, listRuns } from "./run_list.ts";
import { RUN_COLUMNS, RUN_JOINS, type RunRow, toRun } from "./run_rows.ts";

/** Columns of what a patch changes as it is. */
const PATCH_COLUMNS = {
  displayName: "display_name",
  state: "state",
  exitCode: "exit_code",
  config: "config",
  summary: "summary",
  notes: "notes",
  description: "description",
  group: "group_name",
  jobType: "job_type",
  host: "host",
  program: "program",
  repo: "repo",
  commit: "commit_hash",
  sweep: "sweep",
} as const satisfies Partial<Record<keyof RunPatch, string>>;

/** Tables whose rows belong to a run. */
const TABLES_OF_RUNS = ["run_tag", "run_field", "alert", "line_block", "series", "file"];

/** Runs in SQL. */
export class SqlRunStore implements RunStore {
  readonly #database: Database;
  readonly #changed: (change: Change) => void;

  constructor(database: Database, changed: (change: Change) => void) {
    this.#database = database;
    this.#changed = changed;
  }

  async get(run: number): Promise<StoredRun | undefined> {
    return await selectRun(this.#database, "r.key = ?", run);
  }

  async find(entity: string, project: string, id: string): Promise<StoredRun | undefined> {
    return await selectRun(
      this.#database,
      "e.name = ? AND p.name = ? AND r.name = ?",
      entity,
      project,
      id,
    );
  }

  async wasDeleted(entity: string, project: string, id: string): Promise<boolean> {
    const row = await this.#database.first(
      `SELECT d.name FROM deleted_run d JOIN project p ON p.key = d.project
        JOIN entity e ON e.key = p.entity WHERE e.name = ? AND p.name = ? AND d.name = ?`,
      entity,
      project,
      id,
    );
    return row !== undefined;
  }

  async upsert(
    project: number,
    id: string,
    patch: RunPatch,
    made: { username: string; displayName: string; at: number },
  ): Promise<{ run: StoredRun; inserted: boolean }> {
    const result = await this.#database.transaction(async (queries) => {
      const known = await queries.first<{ key: number }>(
        "SELECT key FROM run WHERE project = ? AND name = ?",
        project,
        id,
      );
      const { key } = known ?? await insertRun(queries, project, id, made);
      await applyPatch(queries, key, project, patch);
      const run = await selectRun(queries, "r.key = ?", key);
      return { run: run!, inserted: known === undefined };
    });
    this.#changed({ kind: "run", run: result.run.key, project });
    return result;
  }

  async update(run: number, patch: RunPatch): Promise<StoredRun | undefined> {
    const changed = await this.#database.transaction(async (queries) => {
      const row = await queries.first<{ project: number }>(
        "SELECT project FROM run WHERE key = ?",
        run,
      );
      if (row === undefined) return undefined;
      await applyPatch(queries, run, row.project, patch);
      return await selectRun(queries, "r.key = ?", run);
    });
    if (changed) this.#changed({ kind: "run", run, project: changed.projectKey });
    return changed;
  }

  list(query: RunQuery): Promise<RunPage> {
    return listRuns(this.#database, query);
  }

  count(project: number, filter?: RunFilter): Promise<number> {
    return countRuns(this.#database, project, filter);
  }

  fields(
    project: number,
    scope: "config" | "summary",
    limit: number,
  ): Promise<{ path: string; runs: number }[]> {
    return this.#database.all(
      `SELECT path, COUNT(*) AS runs FROM run_field WHERE project = ? AND scope = ?
        GROUP BY path ORDER BY runs DESC, path LIMIT ?`,
      project,
      scope,
      limit,
    );
  }

  async markSilent(since: number): Promise<number> {
    const rows = await this.#database.transaction((queries) =>
      queries.all<{ key: number; project: number }>(
        `UPDATE run
          SET state = CASE WHEN state = 'preempting' THEN 'preempted' ELSE 'crashed' END
          WHERE state IN ('running', 'preempting') AND heartbeat_at < ?
          RETURNING key, project`,
        since,
      )
    );
    for (const { key, project } of rows) this.#changed({ kind: "run", run: key, project });
    return rows.length;
  }

  async addAlert(
    run: number,
    { title, text, level, at }: RunAlert,
    { wait = 0, byContent = false, id }: AlertSameness = {},
  ): Promise<boolean> {
    const project = await this.#database.transaction(async (queries) => {
      const [condition, ...values] = byContent
        ? ["text = ? AND level = ?", text, level] as const
        : ["created_at > ?", at - wait] as const;
      const same = await queries.first(
        `SELECT key FROM alert WHERE run = ? AND (sender_id = ? OR (title = ? AND ${condition}))`,
        run,
        id ?? null,
        title,
        ...values,
      );
      if (same !== undefined) return undefined;
      const row = await queries.first<{ project: number }>(
        "UPDATE run SET alerts = alerts + 1 WHERE key = ? RETURNING project",
        run,
      );
      if (row === undefined) return undefined;
      await queries.run(
        `INSERT INTO alert (run, title, text, level, created_at, sender_id)
          VALUES (?, ?, ?, ?, ?, ?)`,
        run,
        title,
        text,
        level,
        at,
        id ?? null,
      );
      return row.project;
    });
    if (project === undefined) return false;
    this.#changed({ kind: "run", run, project });
    return true;
  }

  async alerts(run: number, limit: number): Promise<RunAlert[]> {
    const rows = await this.#database.all<RunAlert>(
      `SELECT title, text, level, created_at AS at FROM alert WHERE run = ?
        ORDER BY created_at DESC, key DESC LIMIT ?`,
      run,
      limit,
    );
    return rows.map(({ title, text, level, at }) => ({ title, text, level, at }));
  }

  async delete(run: number): Promise<boolean> {
    const project = await this.#database.transaction(async (queries) => {
      const row = await queries.first<{ project: number; name: string }>(
        "SELECT project, name FROM run WHERE key = ?",
        run,
      );
      if (row === undefined) return undefined;
      await queries.run(
        "DELETE FROM series_chunk WHERE series IN (SELECT key FROM series WHERE run = ?)",
        run,
      );
      for (const table of TABLES_OF_RUNS) {
        await queries.run(`DELETE FROM ${table} WHERE run = ?`, run);
      }
      await queries.run("DELETE FROM run WHERE key = ?", run);
      await queries.run("INSERT INTO deleted_run VALUES (?, ?)", row.project, row.name);
      return row.project;
    });
    if (project !== undefined) this.#changed({ kind: "deleted", run, project });
    return project !== undefined;
  }
}

/** Changes a run inside a transaction. */
export async function applyPatch(
  queries: Queries,
  key: number,
  project: number,
  patch: RunPatch,
): Promise<void> {
  const columns: string[] = [];
  const values: SqlValue[] = [];
  const set = (column: string, value: SqlValue) => {
    columns.push(`${column} = ?`);
    values.push(value);
  };
  for (const [name, column] of Object.entries(PATCH_COLUMNS)) {
    const value = patch[name as keyof typeof PATCH_COLUMNS];
    if (value !== undefined) set(column, value);
  }
  if (patch.heartbeatAt !== undefined) set("heartbeat_at", patch.heartbeatAt);
  if (patch.stopRequested !== undefined) set("stop_requested", Number(patch.stopRequested));
  if (patch.tags !== undefined) {
    const tags = [...new Set(patch.tags)];
    set("tags", JSON.stringify(tags));
    await queries.run("DELETE FROM run_tag WHERE run = ?", key);
    for (const tag of tags) await queries.run("INSERT INTO run_tag VALUES (?, ?)", key, tag);
  }
  if (columns.length > 0) {
    await queries.run(`UPDATE run SET ${columns.join(", ")} WHERE key = ?`, ...values, key);
  }
  const run = { key, project };
  if (patch.config !== undefined) {
    await writeFields(queries, run, "config", configFields(patch.config));
  }
  if (patch.summary !== undefined) {
    await writeFields(queries, run, "summary", summaryFields(patch.summary));
  }
}

async function insertRun(
  queries: Queries,
  project: number,
  id: string,
  { displayName, username, at }: { displayName: string; username: string; at: number },
): Promise<{ key: number }> {
  await queries.run("DELETE FROM deleted_run WHERE project = ? AND name = ?", project, id);
  const row = await queries.first<{ key: number }>(
    `INSERT INTO run (project, name, display_name, state, tags, username, created_at, heartbeat_at,
        stop_requested, history_lines, event_lines, console_lines, config, summary)
      VALUES (?, ?, ?, 'running', '[]', ?, ?, ?, 0, 0, 0, 0, '{}', '{}') RETURNING key`,
    project,
    id,
    displayName,
    username,
    at,
    at,
  );
  return row!;
}

async function selectRun(
  queries: Queries,
  where: string,
  ...values: SqlValue[]
): Promise<StoredRun | undefined> {
  const row = await queries.first<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM run r ${RUN_JOINS} WHERE ${where}`,
    ...values,
  );
  return row && toRun(row);
}
