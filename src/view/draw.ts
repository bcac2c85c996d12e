import { decimate } from "../charts/decimate.ts";
import { harmless } from "../charts/escape.ts";
import { counted } from "../charts/format.ts";
import { imageTag } from "../charts/image.ts";
import { mediaWords } from "../charts/media_words.ts";
import type { NamedSeries } from "../charts/types.ts";
import type { ChartOptions, Drawn, DrawRequest } from "../run/companion.ts";
import { toNumber } from "../record/parse_line.ts";
import { readRows, valueAt } from "../run/recorded_run.ts";
import { summaryTable, summaryText } from "../charts/summary_table.ts";
import { drawCell, drawCells } from "./draw_cells.ts";
import { systemCharts } from "../charts/system_charts.ts";
import type { Follower } from "./follower.ts";
import { panelView } from "./panel_view.ts";

/** Draws what was asked for, from a run's record. */
export async function draw(follower: Follower, request: DrawRequest): Promise<Drawn> {
  follower.readAll();
  switch (request.kind) {
    case "panel":
      return await drawPanel(follower);
    case "summary":
      return { html: await drawSummary(follower), text: summaryInWords(follower) };
    case "summaryText":
      return { html: "", text: summaryInWords(follower, request.width) };
    case "cells":
      return await drawCells(follower.directory);
    case "cell":
      return await drawCell(follower.directory, request.execution);
    case "system":
      return await drawSystem(follower);
    case "watching":
      return await drawWatching(follower);
    case "chart":
      return await drawChart(follower, request.metrics, request.options);
  }
}

/** The panel of a run. */
export async function drawPanel(follower: Follower): Promise<Drawn> {
  // Plot takes 0.1 s to load, which who only wants words should not pay.
  const { panel } = await import("../charts/panel.ts");
  const view = await panelView(follower);
  const text = `${view.name} is ${view.state}, ${counted(view.rows, "row")}`;
  return { html: panel(view), text: harmless(text, true) };
}

/** What was watched, from the rows themselves: a panel does not follow histograms. */
async function drawWatching(follower: Follower): Promise<Drawn> {
  const [{ watching, watchingText }, { readWatching }] = await Promise.all([
    import("../charts/watching.ts"),
    import("./watching_view.ts"),
  ]);
  const view = readWatching(follower.directory);
  return { html: watching(view), text: watchingText(view) };
}

function summaryRows(follower: Follower) {
  const summary = follower.record.summary();
  const { record, series } = follower;
  return Object.entries(summary)
    .filter(([name]) => record.metrics.get(name)?.definition?.hidden !== true)
    .map(([name, value]) => {
      const view = series.get(name)?.view();
      return { name, value, ...(view === undefined ? {} : { view }) };
    });
}

async function drawSummary(follower: Follower): Promise<string> {
  return await Promise.resolve(summaryTable(summaryRows(follower)));
}

function summaryInWords(follower: Follower, width?: number): string {
  return summaryText(summaryRows(follower), width === undefined ? {} : { width });
}

async function drawSystem(follower: Follower): Promise<Drawn> {
  const charts = systemCharts(follower.system);
  if (charts.length === 0) {
    const text = "The hardware has not been sampled";
    return { html: `<div style="opacity:.7">${text}</div>`, text };
  }
  const { tiles } = await import("../charts/tiles.ts");
  const rows = charts.flatMap(({ name, series }) =>
    series.map((one) => ({
      name: series.length === 1 ? name : `${name}: ${one.name}`,
      value: one.view.last,
      view: one.view,
    }))
  );
  return { html: `<div style="font-size:13px">${tiles(charts)}</div>`, text: summaryText(rows) };
}

async function drawChart(
  follower: Follower,
  metrics: readonly string[],
  options: ChartOptions,
): Promise<Drawn> {
  const { lineChart } = await import("../charts/line_chart.ts");
  const { x, smoothing, scale, width = 640, height = 320, title } = options;
  const first = metrics[0] === undefined ? undefined : follower.record.metrics.get(metrics[0]);
  const xName = x ?? first?.definition?.stepMetric ?? "_step";
  const drawing = lineChart(readSeries(follower.directory, metrics, xName, width), {
    width,
    height,
    xLabel: xName === "_step" ? "step" : xName,
    ...(smoothing === undefined ? {} : { smoothing }),
    ...(scale === undefined ? {} : { yScale: scale }),
    ...(title === undefined ? {} : { title }),
    // Several are named in the legend.
    ...(metrics.length === 1 ? { yLabel: metrics[0]! } : {}),
    ...emptyWords(follower, metrics),
  });
  return { html: imageTag(drawing), text: drawing.alt, svg: drawing.svg };
}

/** Why a chart of these would be empty; nothing where numbers may still come. */
function emptyWords(
  { record }: Follower,
  names: readonly string[],
): { readonly emptyText?: string } {
  const [name = ""] = names;
  if (names.length !== 1) return {};
  if (record.charts.has(name)) return { emptyText: "a chart of its own, which the panel shows" };
  const last = record.metrics.get(name)?.last;
  if (typeof last === "string" && toNumber(last) === undefined) return { emptyText: "texts only" };
  const words = typeof last === "object" && last !== null ? mediaWords(last) : undefined;
  if (words === undefined) return {};
  const watched = /^(gradients|parameters)\//.test(name) ? "; run.watching draws it" : "";
  return { emptyText: `no numbers, but ${words}${watched}` };
}

/** Reads whole columns, so that a chart of its own is as exact as its width allows. */
function readSeries(
  directory: string,
  metrics: readonly string[],
  xName: string,
  width: number,
): NamedSeries[] {
  const columns = metrics.map((name) => ({ name, x: [] as number[], y: [] as number[] }));
  let lastX = NaN;
  for (const row of readRows(directory)) {
    const x = toNumber(valueAt(row, xName));
    if (x !== undefined) lastX = x;
    for (const column of columns) {
      const y = toNumber(valueAt(row, column.name));
      if (y === undefined || Number.isNaN(lastX)) continue;
      column.x.push(lastX);
      column.y.push(y);
    }
  }
  return columns.map(({ name, x, y }) => ({ name, view: decimate(x, y, { buckets: width }) }));
}
