import type { DashboardContext } from "./context.ts";
import type { StoredRun } from "../server/store/store.ts";
import { type Html, markup } from "./html.ts";
import { withQuery } from "./links.ts";
import { stopPart } from "./sections/actions.ts";
import { alertsPart } from "./sections/alerts.ts";
import { cellsPart } from "./sections/cells.ts";
import { chartFigure } from "./sections/chart_figure.ts";
import { chartsPart } from "./sections/charts.ts";
import { factsSection } from "./sections/facts.ts";
import { filesSection } from "./sections/files.ts";
import { focusFigure } from "./sections/focus.ts";
import { gitPart } from "./sections/git.ts";
import { logPart } from "./sections/log.ts";
import { mediaSection } from "./sections/media.ts";
import { runHead } from "./sections/run_head.ts";
import { systemPart } from "./sections/system.ts";
import { configSection, summarySection } from "./sections/values.ts";
import { domainOf, focusView } from "./views/focus_view.ts";
import { drawCharts } from "./views/run_charts.ts";
import { readCells, readFacts, readFiles, readGit, readLog } from "./views/run_files.ts";
import { mediaStepOf, readMedia } from "./views/run_media.ts";
import { runItem } from "./views/run_item.ts";
import { ALERTS_SHOWN, chartsView, keysOf } from "./views/run_page.ts";
import { systemDrawings } from "./views/system_drawings.ts";

/** Parts that are answered in one request. */
const MOST_PARTS = 80;
const CHART = "chart:";

/** Parts of a run's page by themselves, for a page that is open; only what they show is read. */
export async function runParts(
  context: DashboardContext,
  run: StoredRun,
  { url, now, embedded }: {
    readonly url: URL;
    readonly now: number;
    readonly embedded: boolean;
  },
): Promise<string> {
  const names = url.searchParams.getAll("part").slice(0, MOST_PARTS);
  // Links in a part lead where those of the page do.
  const page = new URL(url);
  for (const name of ["part", "part-from", "part-to"]) page.searchParams.delete(name);
  const keys = await keysOf(context, run);
  const { store } = context;
  const item = runItem(run, now);
  const parts: Readonly<Record<string, () => Promise<Html | null> | Html | null>> = {
    head: () => runHead(item, { now, embedded, charts: keys.length }),
    charts: async () => chartsPart(await chartsView(context, run, keys, page)),
    alerts: async () => alertsPart(await store.runs.alerts(run.key, ALERTS_SHOWN), now),
    media: async () => mediaSection(await readMedia(context, run, mediaStepOf(page)), page),
    summary: () => summarySection(item.summary),
    config: () => configSection(item.config),
    focus: async () => {
      const view = await focusView(store, run, keys, page);
      return view && focusFigure(view);
    },
    system: async () => systemPart(await systemDrawings(store, run)),
    cells: async () => cellsPart(await readCells(context, run), now),
    git: async () => gitPart(await readGit(context, run)),
    stop: () => context.viewer.mayWrite(run.entity) ? stopPart(item, run.stopRequested) : null,
    log: async () => logPart(await readLog(context, run)),
    files: async () => filesSection(await readFiles(context, run), now),
    about: async () => factsSection(await readFacts(context, run)),
  };
  const asked = names.filter((name) => name.startsWith(CHART)).map((name) =>
    name.slice(CHART.length)
  );
  const domain = domainOf(url.searchParams, "part-");
  const charts = await drawCharts(
    store,
    run,
    keys.filter(({ key }) => asked.includes(key)),
    domain,
  );
  const found = await Promise.all(
    names.map((name) => Object.hasOwn(parts, name) ? parts[name]!() : null),
  );
  const part = domain.from !== undefined || domain.to !== undefined;
  return markup`${found}${
    charts.map((chart) =>
      chartFigure(chart, { href: withQuery(url.pathname, { chart: chart.key }), part })
    )
  }`.text;
}
