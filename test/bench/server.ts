import { readKey } from "../../src/login/login_file.ts";
import { openData } from "../../src/server/open_data.ts";
import { fromFileUrl } from "../session/paths.ts";
import { atLeast, atMost, type BenchRow, type BenchSection, lastJson } from "./bench.ts";

const CLI = fromFileUrl(new URL("../../src/cli.ts", import.meta.url));
const CLIENTS = fromFileUrl(new URL("./server_clients.ts", import.meta.url));

/** The server by its own process, its clients by another. */
export const server: BenchSection = {
  title: "The server, and all of its clients, on this machine",
  async rows() {
    return [...await ingest(), ...await queries()];
  },
};

/** What clients measured. */
interface Sent {
  readonly seconds: number;
  readonly memory: number;
  readonly bytes: number;
}

async function ingest(): Promise<BenchRow[]> {
  const long = await withServer((baseUrl, key) => send(baseUrl, key, 1, 1_000_000, 3));
  const wide = await withServer((baseUrl, key) => send(baseUrl, key, 10, 20_000, 100));
  const values = 10 * 20_000 * 100;
  return [
    atMost("1,000,000 rows x 3 keys, one client, until acknowledged", long.seconds, 10, "s"),
    { what: "the same on disk, a value", measured: `${(long.bytes / 3e6).toFixed(1)} B` },
    atLeast("10 clients x 20,000 rows x 100 keys", values / wide.seconds / 1e6, 1, "M values/s"),
    atMost("the server's memory after that", wide.memory / 1e6, 300, "MB"),
    atMost("the same on disk, a value, all copies", wide.bytes / values, 20, "B"),
  ];
}

async function send(
  baseUrl: string,
  key: string,
  ...counts: [clients: number, rows: number, keys: number]
): Promise<Sent> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLIENTS, baseUrl, key, ...counts.map(String)],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return lastJson<Sent>(stdout);
}

async function queries(): Promise<BenchRow[]> {
  return await withServer(async (baseUrl, key, folder) => {
    const entity = await fill(folder);
    const headers = { authorization: `Basic ${btoa(`api:${key}`)}` };
    const page = await median(9, async () => {
      const response = await fetch(`${baseUrl}/graphql`, {
        method: "POST",
        headers,
        body: JSON.stringify({
          query: `{ project(name: "many") { runs(first: 50, order: "-summary_metrics.loss") {
            edges { node { name summaryMetrics } } pageInfo { hasNextPage } } } }`,
        }),
      });
      const { data } = await response.json();
      if (data.project.runs.edges.length !== 50) throw new Error("The page is not whole");
    });
    const filtered = await median(9, async () => {
      const response = await fetch(`${baseUrl}/graphql`, {
        method: "POST",
        headers,
        body: JSON.stringify({
          query: `query Q($f: JSONString) { project(name: "many") { runCount(filters: $f)
            runs(first: 50, filters: $f) { edges { node { name } } } } }`,
          variables: { f: '{"$and":[{"config.lr":{"$gt":0.5}},{"state":{"$ne":"failed"}}]}' },
        }),
      });
      await response.json();
    });
    const chart = (path: string) =>
      median(9, async () => {
        const response = await fetch(`${baseUrl}/api/charts?${path}`, { headers });
        if (!response.ok) throw new Error(await response.text());
        await response.bytes();
      });
    const long = `run=${entity}/charts/long&key=v&width=1000`;
    const fifty = Array.from({ length: 50 }, (_, i) => `run=${entity}/charts/r${i}`).join("&");
    return [
      atMost("a page of 50 of 10,000 runs by a summary field", page, 30, "ms"),
      { what: "a filter over 10,000 runs, counted, and 50 of them", measured: `${filtered} ms` },
      atMost("1,000,000 points at 1,000 px, all of them", await chart(long), 10, "ms"),
      atMost(
        "the same, zoomed in to 20,000 steps",
        await chart(`${long}&from=500000&to=520000`),
        20,
        "ms",
      ),
      atMost(
        "50 runs x 2,000 points in one answer",
        await chart(`${fifty}&key=v&width=1000`),
        50,
        "ms",
      ),
    ];
  });
}

/** Fills a data folder, beside the server that runs on it. */
async function fill(folder: string): Promise<string> {
  const { store } = await openData(`${folder}/data`);
  const [user] = await store.people.list();
  const entity = user!.username;
  const make = async (project: number, id: string, patch = {}) => {
    const made = { username: entity, displayName: id, at: Date.now() };
    return (await store.runs.upsert(project, id, patch, made)).run.key;
  };
  const write = async (run: number, rows: number) => {
    for (let offset = 0; offset < rows; offset += 20_000) {
      const lines = Array.from(
        { length: Math.min(20_000, rows - offset) },
        (_, i) => `{"_step":${offset + i},"v":${Math.random()}}`,
      );
      await store.lines.write(run, [{ stream: "history", offset, lines }]);
    }
  };
  const many = (await store.projects.ensure(entity, "many", Date.now())).project.key;
  for (let i = 0; i < 10_000; i++) {
    await make(many, `r${i}`, {
      config: JSON.stringify({ lr: { value: Math.random() }, seed: { value: i } }),
      summary: JSON.stringify({ loss: Math.random(), acc: Math.random(), _step: i }),
      state: i % 7 === 0 ? "failed" : "finished",
    });
  }
  const charts = (await store.projects.ensure(entity, "charts", Date.now())).project.key;
  await write(await make(charts, "long"), 1_000_000);
  for (let i = 0; i < 50; i++) await write(await make(charts, `r${i}`), 2000);
  await store.close();
  return entity;
}

/** The median of some runs, in milliseconds, after one that does not count. */
async function median(times: number, work: () => Promise<void>): Promise<number> {
  await work();
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const started = performance.now();
    await work();
    took.push(performance.now() - started);
  }
  return +took.sort((a, b) => a - b)[times >> 1]!.toPrecision(3);
}

async function withServer<T>(
  work: (baseUrl: string, key: string, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, "server", "--port", "0", "--data", `${folder}/data`],
    env: { XDG_CONFIG_HOME: folder, NO_COLOR: "1" },
    stdout: "piped",
  }).spawn();
  try {
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let said = "";
    while (!/listens on \S+\n/.test(said)) said += (await reader.read()).value ?? "";
    await reader.cancel();
    const baseUrl = /listens on (\S+)/.exec(said)![1]!;
    const key = await readKey(baseUrl, { path: `${folder}/cellar/login.json` });
    return await work(baseUrl, key!, folder);
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}
