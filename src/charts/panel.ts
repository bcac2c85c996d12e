import { escapeHtml, harmless, truncate } from "./escape.ts";
import { counted, formatCount, formatDuration, formatNumber } from "./format.ts";
import { stateDetails } from "./notebook_state.ts";
import { STATES } from "./palette.ts";
import { alertBlocks } from "./alerts.ts";
import { mediaStrip } from "./media_strip.ts";
import { drawingTiles, type TileOptions, tiles } from "./tiles.ts";
import type { ChartView, MetricView, PanelView } from "./types.ts";

/** Options of {@linkcode panel}. */
export type PanelOptions = TileOptions;

const QUIET = "opacity:.7;font-size:12px";
const MAX_WARNINGS = 20;

/**
 * A run as one HTML fragment: how it stands, and a small chart for each metric. It has no script, no
 * style sheet and no SVG element, which notebooks that are not trusted would remove, and its text
 * takes the colour of the page.
 *
 * @example
 * ```ts
 * const html = panel(view, { chartWidth: 340, chartHeight: 160 });
 * ```
 */
export function panel(view: PanelView, options: PanelOptions = {}): string {
  const { metrics, charts = [], system, rows, error, order } = view;
  const parts = [
    header(view),
    error === undefined ? "" : errorBlock(error),
    ...alertBlocks(view.alerts ?? []),
    rows === 0 && metrics.length === 0
      ? `<div style="opacity:.7;padding:8px 0">${
        view.state === "running" ? "waiting for the first row" : "no rows were logged"
      }</div>`
      : "",
    tiles(inGroups(metrics).map(chartOf), options),
    drawingTiles(charts),
    mediaStrip(view.media ?? [], view.moreMedia),
    counts(view),
    ...warnings(view.warnings),
    system.length === 0
      ? ""
      : `<details style="margin-top:6px"><summary style="${QUIET};cursor:pointer">hardware` +
        `</summary>${tiles(system, options)}</details>`,
    order === undefined ? "" : stateDetails(order),
    origin(view),
  ];
  return `<div style="font-size:13px;line-height:1.5">${parts.join("")}</div>`;
}

/** Where the code was, where the record is, and how it stands with the server. */
function origin({ git = "", directory, sync = "" }: PanelView): string {
  const lines = [git, directory, sync].filter((text) => text !== "").map((text) => line(text, 500));
  if (lines.length === 0) return "";
  return `<div style="opacity:.7;font-size:11px;margin-top:6px;overflow-wrap:break-word">${
    lines.join(" · ")
  }</div>`;
}

function header({ name, id, project, state, elapsed, step, rows }: PanelView): string {
  const facts = [
    line(project, 60),
    formatDuration(elapsed),
    step === null ? "" : `step ${formatNumber(step)}`,
    counted(rows, "row"),
  ].filter((fact) => fact !== "");
  const color = STATES[state];
  return `<div title="${line(id, 100)}"><strong style="font-size:14px">${
    line(name, 80)
  }</strong> ` +
    `<span style="color:${color};padding:0 4px"><span aria-hidden="true">●</span> ${state}</span>` +
    ` <span style="opacity:.7">${facts.join(" · ")}</span></div>`;
}

function chartOf({ name, xName, view }: MetricView): ChartView {
  return { name, xName, series: [{ name, view }] };
}

/** The metrics whose names have the part before the first `/` in common side by side. */
function inGroups(metrics: readonly MetricView[]): MetricView[] {
  const groups = Map.groupBy(metrics, ({ name }) => {
    const slash = name.indexOf("/");
    return slash > 0 ? name.slice(0, slash) : "";
  });
  return [...groups.values()].flat();
}

function counts({ metrics, more, hidden, rejected }: PanelView): string {
  const all = metrics.length + more;
  const facts = [
    more > 0
      ? `${formatCount(metrics.length)} of ${formatCount(all)} metrics shown; ` +
        `<code>run.chart([...])</code> draws any other`
      : "",
    hidden > 0 ? `${counted(hidden, "metric")} hidden` : "",
    rejected > 0 ? `${counted(rejected, "value")} rejected` : "",
  ].filter((fact) => fact !== "");
  return facts.length === 0 ? "" : `<div style="${QUIET}">${facts.join(" · ")}</div>`;
}

function errorBlock(error: string): string {
  return `<div style="border-left:3px solid ${STATES.failed};padding:2px 8px;margin:6px 0;` +
    `white-space:pre-wrap;overflow-wrap:break-word">${escapeHtml(truncate(error, 2_000))}</div>`;
}

function warnings(all: readonly string[]): string[] {
  const lines = all.slice(0, MAX_WARNINGS).map((warning) =>
    `<div style="font-size:12px;overflow-wrap:break-word"><span style="color:${STATES.crashed}">` +
    `<span aria-hidden="true">▲</span> warning</span> ${line(warning, 500)}</div>`
  );
  if (all.length > lines.length) {
    lines.push(
      `<div style="${QUIET}">… and ${counted(all.length - MAX_WARNINGS, "warning")}</div>`,
    );
  }
  return lines;
}

function line(text: string, length: number): string {
  return escapeHtml(harmless(truncate(text, length), true));
}
