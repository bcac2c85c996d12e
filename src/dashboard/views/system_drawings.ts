import { drawChart } from "../../charts/draw_chart.ts";
import { formatNumber } from "../../charts/format.ts";
import { systemCharts, type Viewable } from "../../charts/system_charts.ts";
import type { ChartView } from "../../charts/types.ts";
import { viewOfChunks } from "../../server/charts/pieces.ts";
import { readCharts } from "../../server/charts/read_charts.ts";
import type { SeriesInfo, Store, StoredRun } from "../../server/store/store.ts";
import type { SystemChart } from "../views.ts";
import { drawnMachines } from "./drawn.ts";
import { CHART_SIZE } from "./run_charts.ts";

/** Charts of a page. */
const MOST = 18;
/** A sample every few seconds is smooth enough. */
const BUCKETS = 160;

/** Draws what the machine did while the run went on. */
export async function systemDrawings(
  store: Store,
  run: StoredRun,
): Promise<readonly SystemChart[]> {
  if (run.eventLines === 0) return [];
  const cache = drawnMachines(store);
  const name = `${run.key}:${run.eventLines}`;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const charts = (await readSystem(store, run)).map(draw);
  cache.set(name, charts);
  return charts;
}

async function readSystem(store: Store, run: StoredRun): Promise<ChartView[]> {
  const infos = (await store.series.list(run.key, "events")).filter(({ kind, key }) =>
    kind === "number" && key.startsWith("system.")
  );
  // Which keys the charts need is known from what the series add up to; those alone are read.
  const needed: string[] = [];
  const summaries = infos.map((info): [string, Viewable] => [info.key, {
    view() {
      needed.push(info.key);
      return summaryOf(info);
    },
  }]);
  systemCharts(new Map(summaries), { most: MOST });
  const series = await readCharts(store, {
    runs: [run],
    keys: needed,
    stream: "events",
    x: "_runtime",
    width: BUCKETS,
  });
  const read = series.map(({ key, view }): [string, Viewable] => [key, { view: () => view }]);
  return systemCharts(new Map(read), { most: MOST });
}

function summaryOf(info: SeriesInfo) {
  return viewOfChunks([{ stats: info, left: info.xMin, right: info.xMax }]);
}

function draw(chart: ChartView): SystemChart {
  const { divisor: _, ...drawing } = drawChart(chart, CHART_SIZE);
  const [only, ...others] = chart.series;
  const last = only === undefined || others.length > 0 ? "" : formatNumber(only.view.last);
  return { name: chart.name, last, drawing };
}
