import { stateInWords } from "../charts/notebook_state.ts";
import { systemCharts } from "../charts/system_charts.ts";
import type { MetricView, PanelView } from "../charts/types.ts";
import { gitInWords } from "../provenance/git_in_words.ts";
import { tableKeyOf } from "../plots/visualize.ts";
import type { Metric } from "../run/metric.ts";
import { type RunState, runState } from "../run/recorded_run.ts";
import { customChartViews } from "./custom_chart_views.ts";
import { mediaViews } from "./media_views.ts";
import { shortPath } from "./short_path.ts";
import type { Follower } from "./follower.ts";

/** Charts in a panel; further metrics are counted. */
const PANEL_METRICS = 12;
/** Hardware charts in a panel; `run.system` draws all. */
const SYSTEM_CHARTS = 8;
const MAX_WARNINGS = 5;

/** What a panel shows of a run. */
export async function panelView(
  follower: Follower,
  now: number = Date.now() / 1000,
): Promise<PanelView> {
  const { record } = follower;
  const state = runState(record, follower.directory);
  const charted = [...record.metrics].filter((metric) => follower.series.has(metric.name));
  const stepMetrics = new Set(charted.map((metric) => metric.definition?.stepMetric));
  const shown = charted.filter((metric) => !isHidden(metric) && !stepMetrics.has(metric.name));
  const { git } = follower.provenance;
  const code = git === null ? null : gitInWords(git);
  const charts = await customChartViews(follower);
  // The table of a chart is seen in the chart.
  const inCharts = new Set(charts.flatMap((chart) => [chart.name, tableKeyOf(chart.name)]));
  const warnings = record.warnings.map((warning) => warning.message);
  return {
    name: record.start?.name ?? "",
    id: record.start?.id ?? "",
    project: record.start?.project ?? "",
    state,
    elapsed: Math.max(0, endTime(follower, state, now) - record.startTime),
    step: record.lastStep,
    rows: record.rows,
    directory: shortPath(follower.directory),
    ...(code === null ? {} : { git: code }),
    metrics: shown.slice(0, PANEL_METRICS).map((metric) => metricView(follower, metric)),
    more: Math.max(0, shown.length - PANEL_METRICS),
    hidden: charted.filter(isHidden).length,
    rejected: record.rejected.rows + record.rejected.values,
    alerts: record.alerts.toReversed(),
    charts,
    ...await mediaViews(follower, inCharts),
    system: systemCharts(follower.system, { most: SYSTEM_CHARTS }),
    warnings: warnings.length <= MAX_WARNINGS
      ? warnings
      : [...warnings.slice(0, MAX_WARNINGS), `${warnings.length - MAX_WARNINGS} more warnings`],
    ...orderView(follower),
    ...(follower.syncLine === null ? {} : { sync: follower.syncLine }),
    ...(record.error === null ? {} : { error: record.error.message }),
  };
}

/** Where the notebook and its results no longer agree; a script has no order to lose. */
function orderView({ notebook }: Follower): Pick<PanelView, "order"> {
  const watched = notebook.look();
  if (watched === null) return {};
  const { truth, sources } = watched;
  const { outOfOrder, gone, missing, neverExecuted, furthest } = truth;
  const order = stateInWords({
    outOfOrder,
    gone,
    missing,
    changed: truth.changed.map(({ cell }) => cell),
    neverExecuted: neverExecuted.map((index) => sources[index] ?? ""),
    skipped: neverExecuted.filter((index) => index < furthest).length,
  });
  return { order };
}

function metricView(follower: Follower, metric: Metric): MetricView {
  return {
    name: metric.name,
    xName: follower.xNameOf(metric),
    view: follower.series.get(metric.name)!.view(),
  };
}

function isHidden(metric: Metric): boolean {
  return metric.definition?.hidden === true;
}

/** When the run ended, or now; a run that crashed ended with its last row. */
function endTime({ record }: Follower, state: RunState, now: number): number {
  if (record.finish !== null) return record.finish.time;
  return state === "running" ? now : record.lastTimestamp ?? record.startTime;
}
