import { type Client, startClient } from "./client_process.ts";
import { diskBytes } from "./disk.ts";
import type { Figure, Load } from "./figures.ts";
import {
  type ClientKind,
  type Peer,
  type PeerServer,
  post,
  type Query,
  type RawKind,
} from "./peer.ts";

const NARROW = 3;
const WIDE = 100;
const CLIENTS = 10;
const POINTS = 20;
const RUNS = 1_000;
const REPEATS = 9;
/** Until a server has what its client says that it sent. */
const PATIENCE_MS = 120_000;

const less = (title: string, unit: string): Load => ({ title, unit, better: "less" });
const more = (title: string, unit: string): Load => ({ title, unit, better: "more" });

const LOADS = {
  start: less("the server's start, until it answers", "s"),
  readable: less(`one row at a time, from log() until it can be read, median of ${POINTS}`, "ms"),
  one: more(`1 client x ${NARROW} keys, from the first log() until all can be read`, "values/s"),
  oneRaw: more(`the same without a client: requests made before`, "values/s"),
  chart: less("a chart of 100,000 points of one key, first time", "ms"),
  chartAgain: less(`the same again, median of ${REPEATS}`, "ms"),
  list: less(`50 of ${RUNS.toLocaleString("en-US")} runs by a metric, median of ${REPEATS}`, "ms"),
  ten: more(
    `${CLIENTS} clients x ${WIDE} keys, from the first log() until all can be read`,
    "values/s",
  ),
  tenRaw: more(`the same without a client: requests made before`, "values/s"),
  memory: less(`the server's memory, the most while ${CLIENTS} clients sent`, "MB"),
  disk: less("on disk, a value, once all is at rest", "B"),
};

/** Puts every load on a tracker's server, and tells what it took. */
export async function putLoads(peer: Peer): Promise<Figure[]> {
  const figures: Figure[] = [];
  const tell: Tell = async (load, how, measure) => {
    const value = await measure().catch((error) => error as Error);
    figures.push({ load, peer: peer.name, how, value });
  };
  await onServer(peer, (server) => oneClient(server, tell));
  await onServer(peer, (server) => tenClients(server, tell), async (databases, values) => {
    await tell(LOADS.disk, "", () => Promise.resolve(diskBytes(databases) / values));
  });
  return figures;
}

type Tell = (load: Load, how: string, measure: () => Promise<number>) => Promise<void>;

/** Works with a server on an empty folder, and then, when it has ended, with what it left. */
async function onServer<T>(
  peer: Peer,
  work: (server: PeerServer) => Promise<T>,
  after?: (databases: string[], result: T) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "cellar-bench-" });
  try {
    const server = await peer.start(folder);
    let result: T;
    try {
      result = await work(server);
    } finally {
      await server.process.stop();
    }
    await after?.(peer.databases(folder), result);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function oneClient(server: PeerServer, tell: Tell): Promise<void> {
  await tell(LOADS.start, "", () => Promise.resolve(server.process.startSeconds));
  const [first] = server.clients;
  await tell(LOADS.readable, first!.call, () => untilReadable(server, first!));
  for (const kind of server.clients) {
    const { call, rows: { one } } = kind;
    await tell(LOADS.one, `${call}, ${rowsOf(one)}`, () => send(server, kind, 1, one, NARROW));
  }
  const { raw, chart, list } = server;
  let long = "";
  await tell(LOADS.oneRaw, `${raw.request}, ${rowsOf(raw.rows.one)}`, async () => {
    const sent = await sendRaw(server, raw, 1, raw.rows.one, NARROW);
    long = sent.runs[0]!;
    return sent.valuesPerSecond;
  });
  await tell(LOADS.chart, chart.what, () => timed(chart, long));
  await tell(LOADS.chartAgain, chart.what, () => again(chart, long));
  await server.fill(RUNS);
  await tell(LOADS.list, list.what, () => again(list, undefined));
}

/** How many values the server has after. */
async function tenClients(server: PeerServer, tell: Tell): Promise<number> {
  let values = 0;
  for (const kind of server.clients) {
    const { call, rows: { ten } } = kind;
    await tell(LOADS.ten, `${call}, ${rowsOf(ten)} each`, async () => {
      const sent = await send(server, kind, CLIENTS, ten, WIDE);
      values += CLIENTS * ten * WIDE;
      return sent;
    });
  }
  const { request, rows: { ten } } = server.raw;
  await tell(LOADS.tenRaw, `${request}, ${rowsOf(ten)} each`, async () => {
    const { valuesPerSecond } = await sendRaw(server, server.raw, CLIENTS, ten, WIDE);
    values += CLIENTS * ten * WIDE;
    return valuesPerSecond;
  });
  await tell(LOADS.memory, "", () => Promise.resolve(server.process.mostMemory() / 1e6));
  return values;
}

/** Milliseconds from a call until its row can be read, of a run that goes on. */
async function untilReadable(server: PeerServer, kind: ClientKind): Promise<number> {
  await using client = await startClient(kind.start("readable", NARROW));
  await client.log(1);
  await untilCount(server, client.run, 1);
  const took: number[] = [];
  for (let i = 0; i < POINTS; i++) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
    const begin = performance.now();
    await client.log(1);
    await untilCount(server, client.run, i + 2);
    took.push(performance.now() - begin);
  }
  await client.finish();
  return middle(took);
}

/** Values a second of clients that all begin to log at once, their runs begun before. */
async function send(
  server: PeerServer,
  kind: ClientKind,
  count: number,
  rows: number,
  keys: number,
): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const clients: Client[] = [];
  for (let i = 0; i < count; i++) {
    clients.push(stack.use(await startClient(kind.start(`of-${count}-${i}`, keys))));
  }
  const begin = performance.now();
  await Promise.all(clients.map(async (client) => {
    await client.log(rows);
    await client.finish();
    await untilCount(server, client.run, rows);
  }));
  return count * rows * keys / ((performance.now() - begin) / 1_000);
}

async function sendRaw(
  server: PeerServer,
  { begin: beginRun, requests }: RawKind,
  count: number,
  rows: number,
  keys: number,
): Promise<{ valuesPerSecond: number; runs: string[] }> {
  const runs: string[] = [];
  for (let i = 0; i < count; i++) runs.push(await beginRun(`raw-of-${count}-${i}`));
  const made = runs.map((run) => requests(run, rows, keys));
  const begin = performance.now();
  await Promise.all(runs.map(async (run, i) => {
    for (const { path, body } of made[i]!) await post(server.baseUrl + path, body, server.headers);
    await untilCount(server, run, rows);
  }));
  const seconds = (performance.now() - begin) / 1_000;
  return { valuesPerSecond: count * rows * keys / seconds, runs };
}

async function untilCount(server: PeerServer, run: string, rows: number): Promise<void> {
  const begin = performance.now();
  for (;;) {
    const count = await server.count(run);
    if (count === rows) return;
    if (count > rows || performance.now() - begin > PATIENCE_MS) {
      throw new Error(`it has ${count} of ${rows} rows`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function again<T>(query: Query<T>, of: T): Promise<number> {
  await timed(query, of);
  const took: number[] = [];
  for (let i = 0; i < REPEATS; i++) took.push(await timed(query, of));
  return middle(took);
}

async function timed<T>({ ask, what }: Query<T>, of: T): Promise<number> {
  const begin = performance.now();
  if (!(await ask(of) > 0)) throw new Error(`Cannot time ${what}: its answer is empty`);
  return performance.now() - begin;
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}

function rowsOf(rows: number): string {
  return `${rows.toLocaleString("en-US")} rows`;
}
