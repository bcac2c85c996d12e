import { init } from "../../mod.ts";
import { readKey } from "../../src/login/login_file.ts";
import { RunSync } from "../../src/sync/run_sync.ts";
import { Follower } from "../../src/view/follower.ts";

/**
 * How fast a recorded run is durable on a server, and how soon a row of a running one can be read
 * there. The server is a process of its own. Prints JSON.
 */
const [rows = "1000000", keys = "3", points = "20"] = Deno.args;

interface BenchServer extends AsyncDisposable {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly pid: number;
}

async function startServer(): Promise<BenchServer> {
  const data = await Deno.makeTempDir({ prefix: "cellar-bench-" });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("./sync_server.ts", import.meta.url).pathname, data],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) text += (await reader.read()).value ?? "";
  const { baseUrl, pid } = JSON.parse(text);
  const apiKey = await readKey(baseUrl, { path: `${data}/login.json` }) ?? "";
  return {
    baseUrl,
    apiKey,
    pid,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      await Deno.remove(data, { recursive: true });
    },
  };
}

/** Writes a run of so many rows, as `log` does. */
function record(dir: string, count: number, columns: number): string {
  const directory = `${dir}/cellar/run-20261125_120000-bench001`;
  Deno.mkdirSync(`${directory}/files`, { recursive: true });
  const start = {
    type: "run",
    version: 1,
    id: "bench001",
    name: "bench",
    project: "bench",
    tags: [],
    mode: "online",
    resumed: false,
    time: 1_795_500_000,
    process: { pid: 1, host: "bench" },
    cellar: "0.1.0",
  };
  const rejected = { rows: 0, values: 0 };
  const end = { type: "finish", exitCode: 0, time: 1_795_600_000, rows: count, lost: 0, rejected };
  Deno.writeTextFileSync(
    `${directory}/run.jsonl`,
    `${JSON.stringify(start)}\n${JSON.stringify(end)}\n`,
  );
  using file = Deno.openSync(`${directory}/history.jsonl`, { write: true, create: true });
  const encoder = new TextEncoder();
  let text = "";
  for (let i = 0; i < count; i++) {
    text += `{"_step":${i},"_timestamp":${1_795_500_000 + i / 1000},"_runtime":${i / 1000}`;
    for (let k = 0; k < columns; k++) text += `,"metric_${k}":${Math.sin(i * (k + 1) * 0.001)}`;
    text += "}\n";
    if (text.length < 4_000_000 && i + 1 < count) continue;
    file.writeSync(encoder.encode(text));
    text = "";
  }
  return directory;
}

async function deliver(directory: string, { baseUrl, apiKey }: BenchServer) {
  const follower = new Follower(directory);
  const begin = performance.now();
  const sync = new RunSync({
    directory,
    key: { baseUrl, entity: undefined, project: "bench", id: "bench001" },
    apiKey,
    record: () => {
      follower.readAll();
      return follower.record;
    },
    events: { status: () => {}, warn: (message) => console.error(message), stop: () => {} },
  });
  const delivery = await sync.finish(600_000);
  follower.close();
  return { seconds: (performance.now() - begin) / 1000, ...delivery };
}

/** How many rows of a run the server answers with its count. */
async function countOf({ baseUrl, apiKey }: BenchServer, id: string): Promise<number> {
  const response = await fetch(`${baseUrl}/graphql`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Basic ${btoa(`api:${apiKey}`)}`,
    },
    body: JSON.stringify({
      query: `query { model(name: "bench") { bucket(name: "${id}", missingOk: true) {
        historyLineCount } } }`,
    }),
  });
  return (await response.json()).data?.model?.bucket?.historyLineCount ?? 0;
}

/** Seconds from `log` to when the server has the row, of a run that goes on. */
async function latencies(
  server: BenchServer,
  dir: string,
  count: number,
): Promise<{ seconds: number[]; finishSeconds: number }> {
  const { baseUrl, apiKey } = server;
  const run = await init({ project: "bench", dir, baseUrl, apiKey, settings: { quiet: true } });
  run.log({ loss: 0 });
  while (await countOf(server, run.id) < 1) await new Promise((resolve) => setTimeout(resolve, 10));
  const seconds: number[] = [];
  for (let i = 2; i < count + 2; i++) {
    const begin = performance.now();
    run.log({ loss: i });
    while (await countOf(server, run.id) < i) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    seconds.push((performance.now() - begin) / 1000);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
  }
  run.log({ loss: -1 });
  const begin = performance.now();
  await run.finish();
  const finishSeconds = (performance.now() - begin) / 1000;
  return { seconds: seconds.sort((a, b) => a - b), finishSeconds };
}

const dir = await Deno.makeTempDir({ prefix: "cellar-bench-" });
await using server = await startServer();
const directory = record(dir, Number(rows), Number(keys));
const bytes = Deno.statSync(`${directory}/history.jsonl`).size;
const { seconds, delivered, complete } = await deliver(directory, server);
const held = await countOf(server, "bench001");
const again = await deliver(directory, server);
const { seconds: latency, finishSeconds } = await latencies(server, dir, Number(points));
console.log(JSON.stringify({
  rows: Number(rows),
  keys: Number(keys),
  seconds,
  rowsPerSecond: Math.round(Number(rows) / seconds),
  megabytesPerSecond: bytes / seconds / 1e6,
  delivered,
  held,
  complete,
  againSeconds: again.seconds,
  finishSeconds,
  clientMemoryMB: Deno.memoryUsage().rss / 1e6,
  secondsUntilReadable: {
    p50: latency[Math.floor(latency.length / 2)],
    max: latency.at(-1),
  },
}));
await Deno.remove(dir, { recursive: true });
