import { escape, truncate } from "./escape.ts";
import { formatCount, formatDuration, formatNumber } from "./format.ts";
import { imageTag } from "./image.ts";
import { lineChart } from "./line_chart.ts";
import { STATES } from "./palette.ts";
import type { MetricView, PanelView } from "./types.ts";

/** How a panel is laid out. */
export interface PanelLayout {
  /** Of each chart, in CSS pixels. @default {272} */
  readonly chartWidth?: number;
  /** Of each chart, in CSS pixels. @default {120} */
  readonly chartHeight?: number;
}

const QUIET = "opacity:0.7;font-size:90%";

/**
 * A run as one HTML fragment: what it is, how it stands, and a small chart for each metric.
 *
 * It holds no script, no style sheet and no SVG element, which notebooks that are not trusted would
 * remove; its text takes the page's colours.
 */
export function panel(view: PanelView, layout: PanelLayout = {}): string {
  const { metrics, system, rows } = view;
  const parts = [header(view)];
  if (view.error !== undefined) {
    parts.push(`<div style="color:${STATES.failed}">${escape(truncate(view.error, 500))}</div>`);
  }
  if (rows === 0) parts.push(`<div style="${QUIET}">Waiting for the first row</div>`);
  parts.push(...groups(metrics, layout), notes(view));
  if (system.length > 0) {
    parts.push(
      `<details><summary style="${QUIET}">System metrics</summary>${
        tiles(system, layout)
      }</details>`,
    );
  }
  parts.push(`<div style="${QUIET}">${escape(truncate(view.directory, 300))}</div>`);
  return `<div style="line-height:1.5">${parts.filter((part) => part !== "").join("\n")}</div>`;
}

function header({ name, project, state, elapsed, step, rows }: PanelView): string {
  const facts = [
    escape(truncate(project, 60)),
    formatDuration(elapsed),
    ...(step === null ? [] : [`step ${formatNumber(step)}`]),
    formatCount(rows, "row"),
  ];
  return `<div><span style="color:${STATES[state]}">●</span> ` +
    `<strong>${escape(truncate(name, 80))}</strong> ` +
    `<span style="color:${STATES[state]}">${state}</span> ` +
    `<span style="opacity:0.7"> · ${facts.join(" · ")}</span></div>`;
}

/** Metrics under the part of their name before `/`, where there is more than one such part. */
function groups(metrics: readonly MetricView[], layout: PanelLayout): string[] {
  const byGroup = Map.groupBy(
    metrics,
    ({ name }) => name.includes("/") ? name.split("/", 1)[0]! : "",
  );
  return Array.from(byGroup, ([group, members]) => {
    if (byGroup.size === 1 || group === "") return tiles(members, layout);
    const heading = `<div style="margin:6px 0 0 0;font-weight:600">${
      escape(truncate(group, 60))
    }</div>`;
    return heading + tiles(members, layout, `${group}/`);
  });
}

function tiles(metrics: readonly MetricView[], layout: PanelLayout, prefix = ""): string {
  return `<div>${metrics.map((metric) => tile(metric, layout, prefix)).join("")}</div>`;
}

/** @param prefix What the heading above says already of the name. */
function tile(metric: MetricView, layout: PanelLayout, prefix: string): string {
  const { chartWidth = 272, chartHeight = 120 } = layout;
  const { name, view, xName } = metric;
  const xLabel = xName === "_step" ? "step" : xName === "_runtime" ? "seconds" : xName;
  const chart = lineChart([metric], { width: chartWidth, height: chartHeight, xLabel });
  const axis = xName === "_step" ? "" : ` by ${escape(truncate(xLabel, 20))}`;
  return `<div style="display:inline-block;width:${chartWidth}px;max-width:100%;vertical-align:top;` +
    `margin:4px 16px 4px 0"><div><span title="${escape(truncate(name, 500))}">${
      escape(truncate(name.slice(prefix.length), 30))
    }</span><span style="opacity:0.7">${axis}</span> <strong>${
      formatNumber(view.last)
    }</strong></div>${imageTag(chart)}</div>`;
}

function notes({ more, hidden, rejected, warnings, metrics }: PanelView): string {
  const facts = [
    ...(more > 0
      ? [`The first ${metrics.length} of ${metrics.length + more} metrics; run.chart() draws any`]
      : []),
    ...(hidden > 0 ? [formatCount(hidden, "hidden metric")] : []),
    ...(rejected > 0 ? [`${formatCount(rejected, "value")} refused`] : []),
  ];
  const lines = [
    ...(facts.length > 0 ? [`<div style="${QUIET}">${facts.join(" · ")}</div>`] : []),
    ...warnings.map((warning) =>
      `<div style="font-size:90%"><span style="color:${STATES.crashed}">▲</span> ${
        escape(truncate(warning, 300))
      }</div>`
    ),
  ];
  return lines.join("\n");
}
