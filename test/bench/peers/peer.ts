import type { ClientStart } from "./client_process.ts";
import type { ServerProcess } from "./server_process.ts";

/** A tracker with a server, Cellar among them. */
export interface Peer {
  /** With its version, where it is not this one. */
  readonly name: string;
  /** Starts its server on an empty folder, set up as its own documentation does. */
  start(folder: string): Promise<PeerServer>;
  /** The databases that its server left in the folder. */
  readonly databases: (folder: string) => string[];
}

/** A server that runs. All that it is asked goes over HTTP, as its own clients and pages do. */
export interface PeerServer {
  readonly process: ServerProcess;
  readonly baseUrl: string;
  /** What lets a request write. */
  readonly headers: Readonly<Record<string, string>>;
  /** The ways in which its own client logs; the first is the one that its documentation begins with. */
  readonly clients: readonly ClientKind[];
  /** Requests that carry many rows at once, each as large as the server takes well. */
  readonly raw: RawKind;
  /** How many rows of a run can be read. */
  count(run: string): Promise<number>;
  /** What its run page asks to draw one metric of a long run. */
  readonly chart: Query<string>;
  /** The page of a run, and what a chart in it is once it is drawn. */
  readonly page: { path(run: string): string; readonly drawn: string };
  /** Its list of runs, 50 of them, by the metric `loss`. */
  readonly list: Query<void>;
  /** Makes that many runs, which have the metric `loss`, for {@linkcode list}. */
  fill(runs: number): Promise<void>;
}

/** One way to log. */
export interface ClientKind {
  /** The call that people write. */
  readonly call: string;
  readonly rows: Rows;
  /** The program that begins the run. */
  start(name: string, keys: number): ClientStart;
}

/** The rows of the run whose chart and page are compared; the slowest takes half a minute for them. */
export const LONG = 50_000;

/** How many rows are sent: as many as take some seconds, since the slowest would need hours. */
export interface Rows {
  /** By one client, of three keys. */
  readonly one: number;
  /** By each of ten clients, of a hundred keys. */
  readonly ten: number;
}

/** Requests without a client: what the server does is what is timed. */
export interface RawKind {
  /** What is sent. */
  readonly request: string;
  readonly rows: Rows;
  /** Begins a run. */
  begin(name: string): Promise<string>;
  /** The requests that bring a run's rows, in their order. */
  requests(run: string, rows: number, keys: number): RawRequest[];
}

/** A request that was made before the time runs. */
export interface RawRequest {
  readonly path: string;
  readonly body: string;
}

/** A question to a server. */
export interface Query<T> {
  /** What is asked, in words. */
  readonly what: string;
  /** Asks, and tells how many items the answer has. */
  ask(of: T): Promise<number>;
}

/** Sends a request to a server, and reads its whole answer. */
export async function ask(url: string, init: RequestInit = {}): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot ask ${url}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** Posts JSON to a server. */
export function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<unknown> {
  return ask(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}
