import type { Database, Dialect } from "./database.ts";

/**
 * How the tables came to be. Numbered by place; a migration that was released is never changed, and
 * there is no way back.
 */
const MIGRATIONS: readonly ((dialect: Dialect) => readonly string[])[] = [
  ({ id, bytes }) => [
    `CREATE TABLE secret (name TEXT PRIMARY KEY, value ${bytes} NOT NULL)`,
    "CREATE TABLE used_nonce (nonce TEXT PRIMARY KEY, expires_at BIGINT NOT NULL)",
    `CREATE TABLE person (
      key ${id},
      username TEXT NOT NULL UNIQUE,
      email TEXT NOT NULL,
      admin INTEGER NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE entity (key ${id}, name TEXT NOT NULL UNIQUE)`,
    `CREATE TABLE member (
      person BIGINT NOT NULL,
      entity BIGINT NOT NULL,
      role TEXT NOT NULL,
      PRIMARY KEY (person, entity)
    )`,
    `CREATE TABLE api_key (
      key ${id},
      person BIGINT NOT NULL,
      hash TEXT NOT NULL UNIQUE,
      hint TEXT NOT NULL,
      description TEXT NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    `CREATE TABLE project (
      key ${id},
      entity BIGINT NOT NULL,
      name TEXT NOT NULL,
      description TEXT,
      created_at BIGINT NOT NULL,
      UNIQUE (entity, name)
    )`,
    `CREATE TABLE run (
      key ${id},
      project BIGINT NOT NULL,
      name TEXT NOT NULL,
      display_name TEXT NOT NULL,
      state TEXT NOT NULL,
      exit_code INTEGER,
      notes TEXT,
      description TEXT,
      group_name TEXT,
      job_type TEXT,
      host TEXT,
      program TEXT,
      repo TEXT,
      commit_hash TEXT,
      sweep TEXT,
      tags TEXT NOT NULL,
      username TEXT NOT NULL,
      created_at BIGINT NOT NULL,
      heartbeat_at BIGINT NOT NULL,
      stop_requested INTEGER NOT NULL,
      history_lines BIGINT NOT NULL,
      event_lines BIGINT NOT NULL,
      console_lines BIGINT NOT NULL,
      last_step DOUBLE PRECISION,
      config TEXT NOT NULL,
      summary TEXT NOT NULL,
      UNIQUE (project, name)
    )`,
    "CREATE INDEX run_created ON run (project, created_at, key)",
    "CREATE INDEX run_heartbeat ON run (project, heartbeat_at, key)",
    "CREATE INDEX run_state ON run (state, heartbeat_at)",
    "CREATE TABLE run_tag (run BIGINT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (run, tag))",
    `CREATE TABLE alert (
      key ${id},
      run BIGINT NOT NULL,
      title TEXT NOT NULL,
      text TEXT NOT NULL,
      level TEXT NOT NULL,
      created_at BIGINT NOT NULL
    )`,
    "CREATE INDEX alert_run ON alert (run, created_at)",
    // Leaves of configuration and summary. kind: 0 a number, 1 a text, 2 a boolean, 3 null.
    `CREATE TABLE run_field (
      run BIGINT NOT NULL,
      project BIGINT NOT NULL,
      scope TEXT NOT NULL,
      path TEXT NOT NULL,
      kind INTEGER NOT NULL,
      number DOUBLE PRECISION NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (run, scope, path)
    )`,
    "CREATE INDEX run_field_value ON run_field (project, scope, path, kind, number, text, run)",
    // Blocks of consecutive lines, without gaps inside. size: bytes of their text.
    `CREATE TABLE line_block (
      run BIGINT NOT NULL,
      stream TEXT NOT NULL,
      first_line BIGINT NOT NULL,
      last_line BIGINT NOT NULL,
      x_min DOUBLE PRECISION,
      x_max DOUBLE PRECISION,
      size BIGINT NOT NULL,
      data ${bytes} NOT NULL,
      PRIMARY KEY (run, stream, first_line)
    )`,
    `CREATE TABLE series (
      key ${id},
      run BIGINT NOT NULL,
      stream TEXT NOT NULL,
      name TEXT NOT NULL,
      kind TEXT NOT NULL,
      first_line BIGINT NOT NULL,
      last_line BIGINT NOT NULL,
      x_min DOUBLE PRECISION NOT NULL,
      x_max DOUBLE PRECISION NOT NULL,
      sorted INTEGER NOT NULL,
      points BIGINT NOT NULL,
      non_finite BIGINT NOT NULL,
      low DOUBLE PRECISION,
      high DOUBLE PRECISION,
      total DOUBLE PRECISION NOT NULL,
      first_value DOUBLE PRECISION,
      last_value DOUBLE PRECISION,
      monotonic INTEGER NOT NULL,
      last_x DOUBLE PRECISION NOT NULL,
      UNIQUE (run, stream, name, kind)
    )`,
    // The packed points come last: statistics are read without touching them.
    `CREATE TABLE series_chunk (
      series BIGINT NOT NULL,
      first_line BIGINT NOT NULL,
      last_line BIGINT NOT NULL,
      x_min DOUBLE PRECISION NOT NULL,
      x_max DOUBLE PRECISION NOT NULL,
      sorted INTEGER NOT NULL,
      points INTEGER NOT NULL,
      non_finite INTEGER NOT NULL,
      low DOUBLE PRECISION,
      high DOUBLE PRECISION,
      total DOUBLE PRECISION NOT NULL,
      first_value DOUBLE PRECISION,
      last_value DOUBLE PRECISION,
      monotonic INTEGER NOT NULL,
      first_x DOUBLE PRECISION NOT NULL,
      last_x DOUBLE PRECISION NOT NULL,
      packed ${bytes} NOT NULL,
      PRIMARY KEY (series, first_line)
    )`,
    `CREATE TABLE file (
      key ${id},
      run BIGINT NOT NULL,
      path TEXT NOT NULL,
      size BIGINT NOT NULL,
      sha256 TEXT NOT NULL,
      md5 TEXT NOT NULL,
      updated_at BIGINT NOT NULL,
      UNIQUE (run, path)
    )`,
    "CREATE INDEX file_sha256 ON file (sha256)",
  ],
  // Alerts have the name that their sender gave them, so that one that is sent again is known.
  () => [
    "ALTER TABLE alert ADD COLUMN sender_id TEXT",
    "CREATE UNIQUE INDEX alert_sender ON alert (run, sender_id)",
    "ALTER TABLE run ADD COLUMN alerts INTEGER NOT NULL DEFAULT 0",
    "UPDATE run SET alerts = (SELECT COUNT(*) FROM alert a WHERE a.run = run.key)",
  ],
  // Browsers' sessions, which can be ended. api_key: what they were begun with.
  ({ id }) => [
    "ALTER TABLE api_key ADD COLUMN used_at BIGINT",
    `CREATE TABLE session (
      key ${id},
      person BIGINT NOT NULL,
      api_key BIGINT,
      hash TEXT NOT NULL UNIQUE,
      created_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL
    )`,
  ],
  // Lines and full chunks are packed by column from here on: older servers could not read them.
  () => [],
  // Ids of runs that were deleted: what their clients go on to say makes no run.
  () => [
    "CREATE TABLE deleted_run (project BIGINT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (project, name))",
  ],
  // Columns of few bytes are not compressed from here on, and a row's second clock is packed beside its
  // first: older servers could not read them.
  () => [],
];

/**
 * Brings the tables up to date.
 *
 * @throws {Error} When a newer server has written them.
 */
export async function migrate(database: Database): Promise<void> {
  await database.run(
    "CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, applied_at BIGINT NOT NULL)",
  );
  await database.transaction(async (queries) => {
    const row = await queries.first<{ version: number | null }>(
      "SELECT MAX(version) AS version FROM migration",
    );
    const version = row?.version ?? 0;
    if (version > MIGRATIONS.length) {
      throw new Error(
        `Cannot open the database: a newer server has written it (version ${version} of its ` +
          `tables; this server knows up to ${MIGRATIONS.length})`,
      );
    }
    for (const [i, migration] of MIGRATIONS.slice(version).entries()) {
      for (const sql of migration(database.dialect)) await queries.run(sql);
      await queries.run("INSERT INTO migration VALUES (?, ?)", version + i + 1, Date.now());
    }
  });
}
