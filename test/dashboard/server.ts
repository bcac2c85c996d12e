import { dashboard, type DashboardContext } from "../../src/dashboard/mod.ts";
import { chartApi, type Viewer } from "../../src/server/charts/mod.ts";
import { openSqlite } from "../../src/server/store/sql/sqlite.ts";
import { openSqlStore } from "../../src/server/store/sql/store.ts";
import type { FileRecord, RunPatch, Store, StoredRun } from "../../src/server/store/store.ts";

/** The pages on a store of their own, in this process. */
export interface PagesServer extends AsyncDisposable {
  readonly store: Store;
  /** Without a slash at its end. */
  readonly url: string;
  /** Who looks; a test changes it. */
  viewer: Viewer;
  /** Makes a run, or changes it. */
  run(place: { entity?: string; project?: string; id: string }, patch?: Patch): Promise<StoredRun>;
  /** Appends history rows. */
  log(run: StoredRun, rows: readonly Record<string, unknown>[]): Promise<void>;
  /** Puts a file in its place. */
  file(run: StoredRun, path: string, text: string): Promise<FileRecord>;
  /** Answers a request without the network. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  readonly context: DashboardContext;
}

/** What a run is made with. */
export type Patch = Omit<RunPatch, "config" | "summary"> & {
  readonly config?: Record<string, unknown>;
  readonly summary?: Record<string, unknown>;
  readonly at?: number;
};

/** May read and write everything. */
export const OWNER: Viewer = {
  username: "ada",
  entities: "all",
  mayRead: () => true,
  mayWrite: () => true,
};

/** Starts the pages. Their bytes of files are in memory. */
export async function startPages(
  { path, port = 0 }: { readonly path?: string; readonly port?: number } = {},
): Promise<PagesServer> {
  const folder = path === undefined ? await Deno.makeTempDir() : undefined;
  const store = await openSqlStore(openSqlite(path ?? `${folder}/cellar.sqlite`));
  const bytes = new Map<string, Uint8Array>();
  const context: DashboardContext = {
    store,
    get viewer() {
      return pages.viewer;
    },
    readFile: (file, limit) =>
      Promise.resolve(bytes.get(`${file.run}/${file.path}`)?.subarray(0, limit) ?? null),
    fileUrl: (run, file) => `/files/${run.key}/${encodeURIComponent(file.path)}`,
    deleteRun: async (run) => {
      await store.runs.delete(run.key);
    },
  };
  const answer = async (request: Request): Promise<Response> =>
    await chartApi(request, context) ?? await dashboard(request, context) ??
      new Response("nothing here", { status: 404 });
  const server = Deno.serve({ port, hostname: "127.0.0.1", onListen: () => {} }, answer);
  const url = `http://127.0.0.1:${server.addr.port}`;
  const pages: PagesServer = {
    store,
    url,
    viewer: OWNER,
    context,
    async run({ entity = "team", project = "mnist", id }, patch = {}) {
      const { config, summary, at = Date.now(), ...rest } = patch;
      const made = await store.projects.ensure(entity, project, at);
      const found = await store.runs.upsert(made.project.key, id, {
        state: "running",
        heartbeatAt: at,
        ...rest,
        ...(config === undefined ? {} : { config: JSON.stringify(wrapped(config)) }),
        ...(summary === undefined ? {} : { summary: JSON.stringify(summary) }),
      }, { username: "ada", displayName: rest.displayName ?? id, at });
      return found.run;
    },
    async log(run, rows) {
      const now = (await store.runs.get(run.key))!;
      const lines = rows.map((row, i) =>
        JSON.stringify({
          _step: now.historyLines + i,
          _timestamp: now.createdAt / 1000 + i,
          ...row,
        })
      );
      await store.lines.write(run.key, [{ stream: "history", offset: now.historyLines, lines }]);
    },
    async file(run, path, text) {
      const data = new TextEncoder().encode(text);
      bytes.set(`${run.key}/${path}`, data);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
      return await store.files.put(run.key, {
        path,
        size: data.length,
        sha256: hash.toHex(),
        md5: "",
        updatedAt: Date.now(),
      });
    },
    ask: (path, init) => answer(new Request(new URL(path, url), init)),
    async [Symbol.asyncDispose]() {
      await server.shutdown().catch(() => {});
      await store.close();
      if (folder !== undefined) await Deno.remove(folder, { recursive: true });
    },
  };
  return pages;
}

/** A config as clients send it; what belongs to the protocol stays as it is. */
function wrapped(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }]));
}
