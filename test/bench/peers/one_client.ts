import { startClient } from "./client_process.ts";
import { type Figure, less, more } from "./figures.ts";
import { onServer, rowsOf, teller } from "./on_server.ts";
import { type PageTime, timePage } from "./page_time.ts";
import { type ClientKind, LONG, type Peer, type PeerServer, type Query } from "./peer.ts";
import { send, sendRaw, untilCount } from "./sending.ts";

const KEYS = 3;
const POINTS = 20;
const RUNS = 1_000;
const REPEATS = 9;

const START = less("the server's start, until it answers", "s");
const RETURNS = less(`one row, until log() has returned, median of ${POINTS}`, "ms");
const READABLE = less("one row, from log() until the server has it to read", "ms");
const OWN = more(`1 client x ${KEYS} keys, from the first log() until all can be read`, "values/s");
const RAW = more("the same without a client, of requests made before", "values/s");
const CHART = less(
  `a chart of ${LONG.toLocaleString("en-US")} points of one key, the first time`,
  "ms",
);
const CHART_AGAIN = less(`the same again, median of ${REPEATS}`, "ms");
const PAGE = less(`a run's page in Chromium, until its ${KEYS} charts are drawn`, "ms");
const PAGE_AGAIN = less("the same again, its scripts kept by the browser", "ms");
const LIST = less(
  `50 of ${RUNS.toLocaleString("en-US")} runs by a metric, median of ${REPEATS}`,
  "ms",
);

/** What one client and one reader have of a tracker's server. */
export async function oneClient(peer: Peer): Promise<Figure[]> {
  const { figures, tell } = teller(peer);
  await onServer(peer, async (server) => {
    await tell(START, "", () => Promise.resolve(server.process.startSeconds));
    const [first] = server.clients;
    let row: RowTime | undefined;
    await tell(RETURNS, first!.call, async () => (row = await timeRow(server, first!)).returned);
    if (row !== undefined) await tell(READABLE, "", () => Promise.resolve(row!.readable));
    for (const kind of server.clients) {
      const { call, rows: { one: rows } } = kind;
      const amount = { clients: 1, rows, keys: KEYS };
      await tell(OWN, `${call}, ${rowsOf(rows)}`, () => send(server, kind, amount));
    }
    const { raw, chart, list } = server;
    let long = "";
    await tell(RAW, `${raw.request}, ${rowsOf(raw.rows.one)}`, async () => {
      const sent = await sendRaw(server, raw, { clients: 1, rows: raw.rows.one, keys: KEYS });
      long = sent.runs[0]!;
      return sent.valuesPerSecond;
    });
    await tell(CHART, chart.what, () => timed(chart, long));
    await tell(CHART_AGAIN, chart.what, () => again(chart, long));
    let pages: PageTime | undefined;
    await tell(PAGE, "", async () => (pages = await timePage(server, long, KEYS)).first);
    if (pages !== undefined) await tell(PAGE_AGAIN, "", () => Promise.resolve(pages!.again));
    await tell(LIST, list.what, async () => {
      await server.fill(RUNS);
      return await again(list, undefined);
    });
  });
  return figures;
}

/** What one row of a run that goes on takes, in milliseconds, the way to the client's process included. */
interface RowTime {
  readonly returned: number;
  readonly readable: number;
}

async function timeRow(server: PeerServer, kind: ClientKind): Promise<RowTime> {
  await using client = await startClient(kind.start("readable", KEYS));
  await client.log(1);
  await untilCount(server, client.run, 1);
  const returned: number[] = [];
  const readable: number[] = [];
  for (let i = 0; i < POINTS; i++) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 500));
    const begin = performance.now();
    await client.log(1);
    returned.push(performance.now() - begin);
    await untilCount(server, client.run, i + 2);
    readable.push(performance.now() - begin);
  }
  await client.finish();
  return { returned: middle(returned), readable: middle(readable) };
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
