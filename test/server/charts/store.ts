import { openSqlite } from "../../../src/server/store/sql/sqlite.ts";
import { openSqlStore } from "../../../src/server/store/sql/store.ts";
import type { Store, StoredRun } from "../../../src/server/store/store.ts";

/** A store in a folder of its own. */
export interface TestStore extends AsyncDisposable {
  readonly store: Store;
  /** Makes a run of `team/p` and writes its history rows, a thousand at a time. */
  run(id: string, rows?: Iterable<Record<string, unknown>>): Promise<StoredRun>;
  /** Appends history rows; the run as it is then. */
  log(run: StoredRun, rows: Iterable<Record<string, unknown>>): Promise<StoredRun>;
}

/** Opens an empty store. */
export async function testStore(): Promise<TestStore> {
  const folder = await Deno.makeTempDir();
  const store = await openSqlStore(openSqlite(`${folder}/cellar.sqlite`));
  const log = async (run: StoredRun, rows: Iterable<Record<string, unknown>>) => {
    const lines = Array.from(rows, (row) => JSON.stringify(row));
    let { historyLines: offset } = (await store.runs.get(run.key))!;
    for (let i = 0; i < lines.length; i += 5_000) {
      const part = lines.slice(i, i + 5_000);
      await store.lines.write(run.key, [{ stream: "history", offset, lines: part }]);
      offset += part.length;
    }
    return (await store.runs.get(run.key))!;
  };
  return {
    store,
    log,
    async run(id, rows = []) {
      const at = 1_790_000_000_000;
      const { project } = await store.projects.ensure("team", "p", at);
      const made = { username: "ada", displayName: id, at };
      const { run } = await store.runs.upsert(project.key, id, { state: "running" }, made);
      return await log(run, rows);
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The same numbers each time, 0 to 1. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
