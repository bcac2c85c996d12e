import { drawChart, type DrawChartOptions } from "../../charts/draw_chart.ts";
import { formatNumber } from "../../charts/format.ts";
import { readCharts } from "../../server/charts/read_charts.ts";
import type { Store, StoredRun } from "../../server/store/store.ts";
import type { ChartItem } from "../views.ts";
import type { ChartKey } from "./chart_keys.ts";
import { drawnCharts } from "./drawn.ts";

/**
 * The size at which the charts of a page are drawn; the page scales them to its columns. Lower than
 * 200 pixels, they leave the last value to their caption.
 */
export const CHART_SIZE = { width: 420, height: 190 } as const;
/** Pixels a bucket: a line is as wide, and a page has many charts. */
const BUCKET = 2;

/** What part of a chart, and how. */
export interface ChartOptions extends DrawChartOptions {
  /** What the x axis counts, when it is not what the metric asks for. */
  readonly x?: string;
  readonly from?: number;
  readonly to?: number;
}

/** Draws metrics of a run, those over the same axis in one reading. */
export async function drawCharts(
  store: Store,
  run: StoredRun,
  keys: readonly ChartKey[],
  options: ChartOptions = {},
): Promise<ChartItem[]> {
  const { width = CHART_SIZE.width, height = CHART_SIZE.height } = options;
  const { from, to, smoothing, yScale } = options;
  const cache = drawnCharts(store);
  // What is known of a series changes with each of its points.
  const nameOf = ({ info, x }: ChartKey) => JSON.stringify([info, x, options]);
  const items = new Map<string, ChartItem>();
  const missing: ChartKey[] = [];
  for (const key of keys) {
    const known = cache.get(nameOf(key));
    if (known === undefined) missing.push(key);
    else items.set(key.key, known);
  }
  const byAxis = Map.groupBy(missing, ({ x }) => options.x ?? x);
  for (const [x, members] of byAxis) {
    const byKey = new Map(members.map((member) => [member.key, member]));
    const found = await readCharts(store, {
      runs: [run],
      keys: [...byKey.keys()],
      x,
      width: Math.ceil(width / BUCKET),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
    for (const { key, view } of found) {
      const chart = { name: key, xName: x, series: [{ name: key, view }] };
      const { divisor, ...drawing } = drawChart(chart, {
        width,
        height,
        ...(smoothing === undefined ? {} : { smoothing }),
        ...(yScale === undefined ? {} : { yScale }),
      });
      const last = view.points === 0 ? "" : formatNumber(view.last);
      const item: ChartItem = { key, last, x, divisor, drawing };
      const member = byKey.get(key)!;
      // Rows that came after the run was looked up are known of, but not in the drawing.
      if (member.info.lastLine < run.historyLines) cache.set(nameOf(member), item);
      items.set(key, item);
    }
  }
  return keys.flatMap(({ key }) => items.get(key) ?? []);
}
