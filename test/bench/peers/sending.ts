import { type Client, startClient } from "./client_process.ts";
import { type ClientKind, type PeerServer, post, type RawKind } from "./peer.ts";

/** How much is sent. */
export interface Amount {
  readonly clients: number;
  /** Of each client. */
  readonly rows: number;
  /** Of each row. */
  readonly keys: number;
}

/** Until a server has what its client says that it sent. */
const PATIENCE_MS = 120_000;
/** Between two questions of how far it is, all clients together: they are not the load. */
const QUESTION_MS = 10;

/** Values a second of clients that all begin to log at once, their runs begun before. */
export async function send(
  server: PeerServer,
  kind: ClientKind,
  { clients: count, rows, keys }: Amount,
): Promise<number> {
  await using stack = new AsyncDisposableStack();
  const names = Array.from({ length: count }, (_, i) => `of-${count}-${i}`);
  const clients: Client[] = await Promise.all(
    names.map(async (name) => stack.use(await startClient(kind.start(name, keys)))),
  );
  const begin = performance.now();
  await Promise.all(clients.map(async (client) => {
    await client.log(rows);
    await client.finish();
    await untilCount(server, client.run, rows, QUESTION_MS * count);
  }));
  return count * rows * keys / secondsSince(begin);
}

/** The same by requests that were made before, one in flight for each client. */
export async function sendRaw(
  server: PeerServer,
  { begin: beginRun, requests }: RawKind,
  { clients: count, rows, keys }: Amount,
): Promise<{ valuesPerSecond: number; runs: string[] }> {
  const runs: string[] = [];
  for (let i = 0; i < count; i++) runs.push(await beginRun(`raw-of-${count}-${i}`));
  const made = runs.map((run) => requests(run, rows, keys));
  const begin = performance.now();
  await Promise.all(runs.map(async (run, i) => {
    for (const { path, body } of made[i]!) await post(server.baseUrl + path, body, server.headers);
    await untilCount(server, run, rows, QUESTION_MS * count);
  }));
  return { valuesPerSecond: count * rows * keys / secondsSince(begin), runs };
}

/** Waits until so many rows of a run can be read. */
export async function untilCount(
  server: PeerServer,
  run: string,
  rows: number,
  everyMs = QUESTION_MS,
): Promise<void> {
  const begin = performance.now();
  for (;;) {
    const count = await server.count(run);
    if (count === rows) return;
    if (count > rows || performance.now() - begin > PATIENCE_MS) {
      throw new Error(`it has ${count} of ${rows} rows`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function secondsSince(begin: number): number {
  return (performance.now() - begin) / 1_000;
}
