import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";
import { openSqlite } from "../../../src/server/store/sql/sqlite.ts";
import { openSqlStore } from "../../../src/server/store/sql/store.ts";
import { tempDir } from "../../temp.ts";
import { storeConformance } from "./conformance.ts";

const folder = tempDir();
let databases = 0;

function databasePath(): string {
  return `${folder}/${databases++}.db`;
}

/** A store with a run that holds nothing. */
async function openWithRun(path: string) {
  const store = await openSqlStore(openSqlite(path));
  const { project } = await store.projects.ensure("e", "p", 1);
  const made = { username: "u", displayName: "d", at: 1 };
  const { run } = await store.runs.upsert(project.key, "r", {}, made);
  return { store, run };
}

storeConformance("SQLite", async () => {
  const path = databasePath();
  let store = await openSqlStore(openSqlite(path));
  return {
    store,
    async reopen() {
      await store.close();
      return store = await openSqlStore(openSqlite(path));
    },
    async close() {
      await store.close();
    },
  };
});

test("openSqlStore() refuses a file that a newer server has written", async () => {
  const path = databasePath();
  await (await openSqlStore(openSqlite(path))).close();
  const database = new DatabaseSync(path);
  database.exec("INSERT INTO migration VALUES (99, 0)");
  database.close();
  await expect(openSqlStore(openSqlite(path))).rejects.toThrow(
    "Cannot open the database: a newer server has written it (version 99",
  );
});

test("openSqlStore() brings a file of the first tables up to date, and counts its alerts", async () => {
  const path = databasePath();
  const { store, run } = await openWithRun(path);
  await store.close();
  // As the first servers have left it.
  const database = new DatabaseSync(path);
  database.exec(`DROP INDEX alert_sender;
    ALTER TABLE alert DROP COLUMN sender_id;
    ALTER TABLE run DROP COLUMN alerts;
    DROP TABLE session;
    DROP TABLE deleted_run;
    ALTER TABLE api_key DROP COLUMN used_at;
    DELETE FROM migration WHERE version >= 2;
    INSERT INTO alert (run, title, text, level, created_at) VALUES (${run.key}, 't', '', 'INFO', 5);
    INSERT INTO alert (run, title, text, level, created_at) VALUES (${run.key}, 't', '', 'INFO', 9)`);
  database.close();
  const opened = await openSqlStore(openSqlite(path));
  expect((await opened.runs.get(run.key))?.alerts).toBe(2);
  expect(await opened.runs.alerts(run.key, 10)).toMatchObject([{ at: 9 }, { at: 5 }]);
  const alert = { title: "new", text: "", level: "WARN", at: 20 } as const;
  expect(await opened.runs.addAlert(run.key, alert, { id: "1" })).toBe(true);
  await opened.close();
});

test("backup() writes a consistent copy while rows are written", async () => {
  const path = databasePath();
  const { store, run } = await openWithRun(path);
  const write = (offset: number) =>
    store.lines.write(run.key, [{
      stream: "history",
      offset,
      lines: Array.from({ length: 100 }, (_, i) => `{"_step":${offset + i},"v":${offset + i}}`),
    }]);
  await write(0);
  const writing = (async () => {
    for (let offset = 100; offset < 2000; offset += 100) await write(offset);
  })();
  await store.backup(`${path}.copy`);
  await writing;
  await store.close();
  const copy = await openSqlStore(openSqlite(`${path}.copy`));
  const copied = await copy.runs.get(run.key);
  const lines = await copy.lines.read(run.key, "history");
  expect(lines.length).toBeGreaterThanOrEqual(100);
  expect(lines).toHaveLength(copied!.historyLines);
  const [v] = await copy.series.find([run.key], "history", ["v"]);
  expect(v!.count).toBe(lines.length);
  await copy.close();
});

test("reclaim() gives the space of deleted runs back", async () => {
  const { store, run } = await openWithRun(databasePath());
  const lines = Array.from(
    { length: 20_000 },
    (_, i) => JSON.stringify({ _step: i, a: Math.random(), b: Math.random() }),
  );
  await store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
  await store.reclaim();
  const before = (await store.size()).bytes;
  await store.runs.delete(run.key);
  await store.reclaim();
  const after = (await store.size()).bytes;
  await store.close();
  expect(before).toBeGreaterThan(500_000);
  expect(after).toBeLessThan(before / 2);
});

test("openSqlite() empties the log of a database at rest", async () => {
  const path = databasePath();
  const store = await openSqlStore(openSqlite(path));
  const log = () => Deno.statSync(`${path}-wal`).size;
  await store.projects.ensure("e", "p", 1);
  expect(log()).toBeGreaterThan(0);
  await vi.waitFor(() => expect(log()).toBe(0), { timeout: 20_000, interval: 100 });
  expect(await store.projects.find("e", "p")).toBeDefined();
  await store.close();
});

test("write() that ends a run makes its last points small, and the run can go on", async () => {
  const path = databasePath();
  const { store, run } = await openWithRun(path);
  const lines = (offset: number) =>
    Array.from({ length: 300 }, (_, i) => `{"_step":${offset + i},"v":${(offset + i) % 7 / 4}}`);
  const packed = () => {
    const database = new DatabaseSync(path, { readOnly: true });
    const row = database.prepare("SELECT SUM(length(packed)) AS bytes FROM series_chunk").get();
    database.close();
    return Number(row!.bytes);
  };
  const write = (offset: number, patch = {}) =>
    store.lines.write(run.key, [{ stream: "history", offset, lines: lines(offset) }], patch);
  await write(0);
  expect(packed()).toBeGreaterThan(2000);
  await write(300, { state: "finished" });
  await vi.waitFor(() => expect(packed()).toBeLessThan(600), { timeout: 20_000 });
  await write(600, { state: "running" });
  const [series] = await store.series.find([run.key], "history", ["v"]);
  const { values } = await store.series.points(series!.series);
  expect([...values]).toEqual(Array.from({ length: 900 }, (_, i) => i % 7 / 4));
  await store.close();
});
