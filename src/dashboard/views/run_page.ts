import type { DashboardContext } from "../context.ts";
import type { StoredRun } from "../../server/store/store.ts";
import type { RunPage } from "../pages/run.ts";
import { type ChartKey, chartKeys, groupKeys } from "./chart_keys.ts";
import { focusView } from "./focus_view.ts";
import { metricDefinitions } from "./metric_definitions.ts";
import { drawCharts } from "./run_charts.ts";
import { readCells, readFacts, readFiles, readGit, readLog } from "./run_files.ts";
import { mediaStepOf, readMedia } from "./run_media.ts";
import { internalConfig, runItem } from "./run_item.ts";
import { systemDrawings } from "./system_drawings.ts";

/** Alerts that a page shows. */
export const ALERTS_SHOWN = 5;
/** Charts of a page. */
const PAGE_SIZE = 36;

/** What a run's page asks for. */
export interface RunPageOptions {
  readonly url: URL;
  readonly now: number;
  /** Whether the page is shown in a frame: its charts alone are read. */
  readonly embedded: boolean;
}

/** Reads what a run's page shows. */
export async function runPageView(
  context: DashboardContext,
  run: StoredRun,
  { url, now, embedded }: RunPageOptions,
): Promise<RunPage> {
  const { store, viewer } = context;
  const keys = await keysOf(context, run);
  const charts = await chartsView(context, run, keys, url);
  const common = {
    run: runItem(run, now),
    charts,
    editable: viewer.mayWrite(run.entity),
    stopRequested: run.stopRequested,
    now,
  };
  if (embedded) {
    const files = { files: [], total: 0, bytes: 0 };
    const log = { lines: [], total: 0 };
    const media = { items: [], more: 0, steps: null };
    return {
      ...common,
      focus: null,
      alerts: [],
      media,
      system: [],
      cells: null,
      git: null,
      log,
      files,
      facts: [],
    };
  }
  return {
    ...common,
    focus: await focusView(store, run, keys, url),
    alerts: await store.runs.alerts(run.key, ALERTS_SHOWN),
    media: await readMedia(context, run, mediaStepOf(url)),
    system: await systemDrawings(store, run),
    cells: await readCells(context, run),
    git: await readGit(context, run),
    log: await readLog(context, run),
    files: await readFiles(context, run),
    facts: await readFacts(context, run),
  };
}

/** The metrics of a run that can be drawn. */
export async function keysOf({ store }: DashboardContext, run: StoredRun): Promise<ChartKey[]> {
  const infos = await store.series.list(run.key, "history");
  return chartKeys(infos, metricDefinitions(internalConfig(run).m));
}

/** A page of a run's charts, as the address asks. */
export async function chartsView(
  { store }: DashboardContext,
  run: StoredRun,
  keys: readonly ChartKey[],
  url: URL,
): Promise<RunPage["charts"]> {
  const search = (url.searchParams.get("charts") ?? "").slice(0, 200);
  const wanted = search.toLowerCase();
  const matching = keys.filter(({ key }) => key.toLowerCase().includes(wanted));
  const pages = Math.max(1, Math.ceil(matching.length / PAGE_SIZE));
  const asked = Math.floor(Number(url.searchParams.get("page")) || 1);
  const page = Math.min(pages, Math.max(1, asked));
  const grouped = [...groupKeys(matching)];
  const groupOf = new Map(grouped.flatMap(([name, keys]) => keys.map(({ key }) => [key, name])));
  const shown = grouped.flatMap(([, keys]) => keys).slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const groups = Map.groupBy(
    await drawCharts(store, run, shown),
    ({ key }) => groupOf.get(key) ?? "",
  );
  return {
    groups: Array.from(groups, ([name, charts]) => ({ name, charts })),
    total: matching.length,
    all: keys.length,
    search,
    page,
    pageSize: PAGE_SIZE,
    url,
  };
}
