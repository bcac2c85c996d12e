import type { CellHardware, CellMetric, CellStatus, CellSummary } from "../cells/types.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { counted, formatBytes, formatCount, formatDuration, formatNumber } from "./format.ts";
import { imageTag } from "./image.ts";
import { firstLine, stateDetails, type StateInWords } from "./notebook_state.ts";
import { STATES } from "./palette.ts";
import { sparkline, sparklineText } from "./sparkline.ts";
import { aligned } from "./table.ts";
import type { SeriesView } from "./types.ts";

/** A cell in the table. */
export interface CellRow {
  readonly summary: CellSummary;
  /** The series of a metric within the cell. */
  readonly view: (metric: string) => SeriesView | undefined;
}

const MAX_CELLS = 200;
const MAX_METRICS = 4;
const SPARKLINE = 60;
const BORDER = "1px solid rgba(128,128,128,.3)";
const CELL = "padding:4px 7px;border:0;text-align:left;vertical-align:top";
const MONO = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12px";
const NUMBERS = "font-variant-numeric:tabular-nums;white-space:nowrap";

/** How each status looks. */
export const STATUS: Readonly<
  Record<CellStatus, { readonly sign: string; readonly color: string }>
> = {
  ok: { sign: "✓", color: STATES.finished },
  error: { sign: "✗", color: STATES.failed },
  running: { sign: "●", color: STATES.running },
  unfinished: { sign: "◌", color: STATES.crashed },
  unknown: { sign: "·", color: "inherit" },
};

/** That a cell's record is not whole. */
export const GAP = "outputs may be missing";

/** What a table has no column for, where no cell has it. */
interface Column {
  readonly name: string;
  readonly side?: "right";
  /** HTML. */
  readonly of: (row: CellRow) => string;
}

const COLUMNS: readonly Column[] = [
  { name: "#", side: "right", of: ({ summary }) => executionText(summary) },
  { name: "code", of: ({ summary }) => codeHtml(summary) },
  { name: "status", of: ({ summary }) => statusHtml(summary) },
  { name: "time", side: "right", of: ({ summary }) => timeHtml(summary) },
  { name: "steps", side: "right", of: ({ summary }) => stepsText(summary) },
  { name: "metrics", of: metricsHtml },
];

/** What each cell did, as an HTML table. */
export function cellTable(rows: readonly CellRow[], state: StateInWords): string {
  if (rows.length === 0) return `<div style="opacity:.7">No cell is recorded</div>`;
  const shown = rows.slice(-MAX_CELLS);
  const cells = COLUMNS.map(({ of }) => shown.map(of));
  const columns = COLUMNS.flatMap((column, i) =>
    cells[i]!.some((html) => html !== "") ? [{ ...column, cells: cells[i]! }] : []
  );
  const head = columns.map(({ name, side = "left" }) =>
    `<th scope="col" style="${CELL};border-bottom:${BORDER};font-weight:600;text-align:${side}">` +
    `${name}</th>`
  ).join("");
  const body = shown.map((row, i) => {
    const kernel = row.summary.kernel;
    const anew = i > 0 && shown[i - 1]!.summary.kernel !== kernel
      ? `<tr><td colspan="${columns.length}" style="${CELL};opacity:.7;border-top:${BORDER}">` +
        `the kernel was started again</td></tr>`
      : "";
    return `${anew}<tr>` + columns.map(({ side = "left", cells }) =>
      `<td style="${CELL};text-align:${side}${side === "right" ? `;${NUMBERS}` : ""}">` +
      `${cells[i]}</td>`
    ).join("") + "</tr>";
  });
  const more = rows.length - shown.length;
  return `<div style="font-size:13px;line-height:1.5"><div style="overflow-x:auto">` +
    (more > 0 ? `<div style="opacity:.7">${counted(more, "earlier cell")}</div>` : "") +
    `<table style="border-collapse:collapse;border:0;margin:4px 0;font-size:13px;line-height:1.4">` +
    `<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table></div>` +
    `${stateDetails(state)}</div>`;
}

/** The same as lines of text. */
export function cellTableText(rows: readonly CellRow[], state: StateInWords): string {
  if (rows.length === 0) return "No cell is recorded";
  const shown = rows.slice(-MAX_CELLS).map(({ summary, view }) => ({ summary, view }));
  const column = (name: string, side: "left" | "right", of: (row: CellRow) => string) =>
    aligned([name, ...shown.map(of)], side);
  const columns = [
    column("#", "right", ({ summary }) => executionText(summary)),
    column("status", "left", ({ summary }) => summary.status),
    column("time", "right", ({ summary }) => durationText(summary)),
    column("steps", "right", ({ summary }) => stepsText(summary)),
    column(
      "code",
      "left",
      ({ summary }) => harmless(truncate(firstLine(summary.source), 40), true),
    ),
    column("metrics", "left", ({ summary, view }) =>
      summary.metrics.slice(0, 2).map((metric) => {
        const seen = view(metric.name);
        const spark = seen === undefined ? "" : ` ${sparklineText(seen, 8)}`;
        return `${harmless(truncate(metric.name, 20), true)} ${formatNumber(metric.last)}${spark}`;
      }).join(", ")),
  ];
  const lines = columns[0]!.map((_, i) => columns.map((cells) => cells[i]!).join("  ").trimEnd());
  return [...lines, ...(state.line === "" ? [] : [state.line])].join("\n");
}

function executionText({ execution }: CellSummary): string {
  return execution === null ? "" : `[${execution}]`;
}

function codeHtml(cell: CellSummary): string {
  const { source, transpiled, consoleLines, gap } = cell;
  const title = escapeHtml(truncate(source, 1_000));
  const notes = [
    transpiled ? "as compiled: it ran before the recording" : "",
    consoleLines === 0 ? "" : `printed ${counted(consoleLines, "line")}`,
    gap ? GAP : "",
  ].filter((note) => note !== "");
  return `<div style="max-width:170px"><div title="${title}" style="${MONO};white-space:nowrap;` +
    `overflow:hidden;text-overflow:ellipsis">${oneLine(firstLine(source), 80)}</div>` +
    `${notes.map((note) => small(note)).join("")}</div>`;
}

function statusHtml({ status, error, warnings, disorder, startedAt }: CellSummary): string {
  const { sign, color } = STATUS[status];
  const said = status === "unknown" && startedAt === null ? "ran before" : status;
  return `<span style="color:${color};white-space:nowrap"><span aria-hidden="true">${sign}</span> ` +
    `${said}</span>` + [
    error === null ? "" : small(oneLine(error, 60)),
    ...disorder.map((what) => small(`⇅ ${what}`)),
    warnings.length === 0 ? "" : small(
      `<span style="color:${STATES.crashed}">▲ ${counted(warnings.length, "warning")}</span>`,
    ),
  ].join("");
}

/** How long it took, and of what. */
function timeHtml(summary: CellSummary): string {
  const hardware = hardwareLines(summary.hardware);
  return durationText(summary) + hardware.map((line) => small(line)).join("");
}

/** A line of its own in small type. */
function small(html: string): string {
  return `<div style="font-size:11px;opacity:.75;max-width:180px;overflow:hidden;` +
    `text-overflow:ellipsis;white-space:nowrap">${html}</div>`;
}

function metricsHtml({ summary, view }: CellRow): string {
  const { metrics, media, histograms } = summary;
  const lines = metrics.slice(0, MAX_METRICS).map((metric) => metricHtml(metric, view));
  const more = metrics.length - lines.length;
  if (more > 0) lines.push(`<div style="opacity:.7">… and ${formatCount(more)} more</div>`);
  const others = [
    media === 0 ? "" : counted(media, "medium", "media"),
    histograms === 0 ? "" : counted(histograms, "histogram"),
  ].filter((words) => words !== "").join(" · ");
  if (others !== "") lines.push(`<div style="opacity:.7">${others}</div>`);
  return lines.join("");
}

function metricHtml(metric: CellMetric, view: CellRow["view"]): string {
  const { name, last, change, points } = metric;
  const seen = view(name);
  const image = seen === undefined || points < 2
    ? ""
    : `${imageTag(sparkline(seen, { name, width: SPARKLINE, height: 18 }), { shrinks: false })} `;
  const moved = changeText(change);
  // What does not fit into the column goes on below the name, not below the sparkline.
  const hanging = image === ""
    ? ""
    : `;padding-left:${SPARKLINE + 4}px;text-indent:-${SPARKLINE + 4}px`;
  return `<div style="overflow-wrap:break-word${hanging}">${image}<span>${
    oneLine(name, 32)
  }</span> <strong style="${NUMBERS}">${formatNumber(last)}</strong>` +
    (moved === "" || points < 2
      ? ""
      : ` <span style="opacity:.7;white-space:nowrap">${moved}</span>`) +
    `</div>`;
}

/** How a metric changed within a cell: "+0.3", "−12". */
function changeText(change: number): string {
  if (!Number.isFinite(change) || change === 0) return "";
  return change > 0 ? `+${formatNumber(change)}` : formatNumber(change);
}

/** What was sampled of the hardware, one fact a line. */
export function hardwareLines(hardware: CellHardware | null): string[] {
  if (hardware === null) return [];
  const { cpuSeconds, gpuSeconds, meanGpu, peakGpu } = hardware;
  const { peakMemory, peakGpuMemory, energy } = hardware;
  const fact = (name: string, value: string) =>
    `<span style="white-space:nowrap"><span style="opacity:.7">${name}</span> ${value}</span>`;
  return [
    cpuSeconds === undefined || cpuSeconds < 0.05 ? "" : fact("CPU", formatDuration(cpuSeconds)),
    gpuSeconds === undefined ? "" : fact("GPU", formatDuration(gpuSeconds)),
    meanGpu === undefined || peakGpu === undefined
      ? ""
      : fact("GPU in use", `${Math.round(meanGpu)} %, peak ${Math.round(peakGpu)} %`),
    peakMemory === undefined ? "" : fact("memory", formatBytes(peakMemory)),
    peakGpuMemory === undefined ? "" : fact("GPU memory", formatBytes(peakGpuMemory)),
    energy === undefined ? "" : fact("energy", `${formatNumber(energy)} J`),
  ].filter((line) => line !== "");
}

/** How long a cell took. */
export function durationText({ seconds }: CellSummary): string {
  if (seconds === null) return "";
  return seconds < 0.1 ? `${Math.round(seconds * 1000)} ms` : formatDuration(seconds);
}

/** The steps that a cell logged. */
export function stepsText({ steps }: CellSummary): string {
  if (steps === null) return "";
  const { first, last } = steps;
  return first === last ? formatCount(first) : `${formatCount(first)}–${formatCount(last)}`;
}

function oneLine(text: string, length: number): string {
  return escapeHtml(harmless(truncate(text, length), true));
}
