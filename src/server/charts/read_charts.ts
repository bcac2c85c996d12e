import type { SeriesView } from "../../charts/types.ts";
import type { SeriesInfo, Store, StoredRun } from "../store/store.ts";
import { Turns } from "../turns.ts";
import { type Domain, type LineSpan, ownAxis, type SeriesAxis } from "./axis.ts";
import { joinedAxis } from "./joined_axis.ts";
import { readSeriesView } from "./series_view.ts";

/** What is to be drawn: some keys of some runs over one axis. */
export interface ChartQuery {
  readonly runs: readonly StoredRun[];
  readonly keys: readonly string[];
  /**
   * Where the keys are from: what the run logged, or what its machine did.
   *
   * @default {"history"}
   */
  readonly stream?: "history" | "events";
  /**
   * The horizontal axis: `_step` (of history), `_timestamp` (seconds since 1970), `_runtime` (seconds
   * since the run's first row), or any key of the run.
   *
   * @default {"_step"} for history, `_runtime` for events
   */
  readonly x?: string;
  /** Where the axis begins. @default {-Infinity} */
  readonly from?: number;
  /** Where it ends; this point belongs to it. @default {Infinity} */
  readonly to?: number;
  /** Pixels: the most buckets of a series. */
  readonly width: number;
  /** Lines of each run, by its number in the store, that are known already. */
  readonly after?: ReadonlyMap<number, number>;
}

/** A series of a chart. */
export interface ChartSeries {
  readonly run: StoredRun;
  readonly key: string;
  readonly view: SeriesView;
}

/**
 * Reads what a chart shows, by run and then by key. Keys that a run does not have as numbers are
 * left out. Lines that come while it reads are left for the next time: a run's line count says
 * exactly what was read.
 */
export async function readCharts(store: Store, query: ChartQuery): Promise<ChartSeries[]> {
  const { runs, keys, stream = "history", from = -Infinity, to = Infinity, width } = query;
  const x = query.x ?? (stream === "history" ? "_step" : "_runtime");
  const own = stream === "history" ? x === "_step" : x === "_timestamp" || x === "_runtime";
  const xKey = x === "_runtime" ? "_timestamp" : x;
  const runKeys = runs.map(({ key }) => key);
  const found = await store.series.find(runKeys, stream, own ? keys : [...keys, xKey]);
  const byRun = Map.groupBy(found, ({ run }) => run);
  const result: ChartSeries[] = [];
  const turns = new Turns();
  for (const run of runs) {
    const infos = new Map(byRun.get(run.key)?.map((info) => [info.key, info]));
    const lines = stream === "history" ? run.historyLines : run.eventLines;
    const span = { lineFrom: query.after?.get(run.key) ?? 0, lineTo: lines - 1 };
    const wanted = keys.flatMap((key) => infos.get(key) ?? []);
    if (wanted.length === 0) continue;
    const origin = x === "_runtime" ? await startOf(store, run, [...infos.values()]) : 0;
    const axis = own
      ? ownAxis({ from, to }, span, origin)
      : await joined(store, infos.get(xKey), { from, to, ...span, width, origin });
    if (axis === undefined) continue;
    for (const info of wanted) {
      await turns.next();
      const view = await readSeriesView(store.series, info, axis, { from, to, width });
      result.push({ run, key: info.key, view });
    }
  }
  return result;
}

async function joined(
  store: Store,
  info: SeriesInfo | undefined,
  options: Domain & LineSpan & { readonly width: number; readonly origin: number },
): Promise<SeriesAxis | undefined> {
  return info === undefined ? undefined : await joinedAxis(store.series, info, options);
}

/** When a run began, in seconds: at its first row, of whatever stream. */
async function startOf(
  store: Store,
  run: StoredRun,
  infos: readonly SeriesInfo[],
): Promise<number> {
  const [rows] = await store.series.find([run.key], "history", ["_timestamp"]);
  const events = infos.filter(({ stream }) => stream === "events").map(({ xMin }) => xMin);
  return Math.min(rows?.min ?? Infinity, ...events, run.createdAt / 1000);
}
