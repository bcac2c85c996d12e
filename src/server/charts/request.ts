import type { Store, StoredRun } from "../store/store.ts";
import type { Cursor } from "./cursor.ts";
import { parseCursor } from "./cursor.ts";
import type { ChartQuery } from "./read_charts.ts";
import type { Viewer } from "./viewer.ts";

/** What an answer to a request needs. */
export interface ChartContext {
  readonly store: Store;
  readonly viewer: Viewer;
}

/** A request that cannot be answered, with the status that says why. */
export class ChartError extends Error {
  constructor(readonly status: 400 | 404 | 503, message: string) {
    super(message);
    this.name = "ChartError";
  }
}

const MAX_RUNS = 200;
const MAX_KEYS = 200;
const MAX_WIDTH = 4_000;
/** Buckets of an answer: some 40 MB of JSON. */
const MAX_BUCKETS = 500_000;
const DEFAULT_WIDTH = 1_000;

/**
 * Reads the query of a request: `run` (as `entity/project/id`) and `key` any number of times,
 * `stream`, `x`, `from`, `to`, `width` and `cursor`.
 *
 * @throws {ChartError} When it makes no sense, or names a run that is not there for the viewer.
 */
export async function parseRequest(url: URL, context: ChartContext): Promise<{
  readonly query: ChartQuery;
  readonly cursor: Cursor;
}> {
  const { searchParams: given } = url;
  const names = [...new Set(given.getAll("run"))];
  const keys = [...new Set(given.getAll("key"))];
  checkCount("run", names.length, 1, MAX_RUNS);
  checkCount("key", keys.length, 0, MAX_KEYS);
  const width = numberOf(given, "width", DEFAULT_WIDTH);
  if (!(Number.isInteger(width) && width >= 1 && width <= MAX_WIDTH)) {
    throw new ChartError(400, `Cannot draw: width must be 1 to ${MAX_WIDTH}, not ${width}`);
  }
  if (names.length * keys.length * width > MAX_BUCKETS) {
    throw new ChartError(400, `Cannot draw: more than ${MAX_BUCKETS} buckets are asked for`);
  }
  const stream = given.get("stream") ?? "history";
  if (stream !== "history" && stream !== "events") {
    throw new ChartError(400, `Cannot draw: stream must be history or events`);
  }
  const x = given.get("x");
  const runs = await Promise.all(names.map((name) => findRun(name, context)));
  const cursor = parseCursor(given.get("cursor"));
  const query: ChartQuery = {
    runs,
    keys,
    stream,
    width,
    from: numberOf(given, "from", -Infinity),
    to: numberOf(given, "to", Infinity),
    ...(x === null || x === "" ? {} : { x }),
  };
  return { query, cursor };
}

/** A run by `entity/project/id`; one that the viewer may not read is as if it were not there. */
async function findRun(name: string, { store, viewer }: ChartContext): Promise<StoredRun> {
  const [entity = "", project = "", id = "", ...rest] = name.split("/");
  const run = rest.length === 0 && viewer.mayRead(entity)
    ? await store.runs.find(entity, project, id)
    : undefined;
  if (run === undefined) throw new ChartError(404, `Cannot find the run "${name.slice(0, 300)}"`);
  return run;
}

function numberOf(given: URLSearchParams, name: string, otherwise: number): number {
  const text = given.get(name);
  if (text === null || text === "") return otherwise;
  const value = Number(text);
  if (!Number.isFinite(value)) {
    throw new ChartError(400, `Cannot draw: ${name} must be a number, not "${text.slice(0, 50)}"`);
  }
  return value;
}

function checkCount(name: string, count: number, least: number, most: number): void {
  if (count < least || count > most) {
    throw new ChartError(400, `Cannot draw: ${least} to ${most} times "${name}", not ${count}`);
  }
}
