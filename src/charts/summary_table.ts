import { escape, truncate } from "./escape.ts";
import { formatCount, formatNumber } from "./format.ts";
import { imageTag } from "./image.ts";
import { sparkline, sparklineText } from "./sparkline.ts";
import type { SeriesView } from "./types.ts";

/** A metric of a summary. */
export interface SummaryRow {
  readonly name: string;
  /** What the summary holds. */
  readonly value: unknown;
  /** Its course; absent for what was only assigned. */
  readonly view?: SeriesView;
}

const MAX_ROWS = 200;
const RULE = "1px solid rgba(128,128,128,0.3)";
const CELL = "padding:3px 14px 3px 0;vertical-align:middle";
const NUMBER = `${CELL};text-align:right;font-variant-numeric:tabular-nums`;

/** A summary as an HTML table: a sparkline, the lowest, the highest and the summary value. */
export function summaryTable(rows: readonly SummaryRow[]): string {
  if (rows.length === 0) return `<p style="opacity:0.7">The summary is empty</p>`;
  const head = ["metric", "", "min", "max", "summary"].map((title, i) =>
    `<th scope="col" style="${i < 2 ? `${CELL};text-align:left` : NUMBER};border-bottom:${RULE};` +
    `font-weight:600">${title}</th>`
  );
  const body = rows.slice(0, MAX_ROWS).map(({ name, value, view }) => {
    const charted = view !== undefined && view.points > 1;
    const cells = [
      `<th scope="row" style="${CELL};text-align:left;font-weight:normal">${
        escape(truncate(name, 80))
      }</th>`,
      `<td style="${CELL}">${charted ? imageTag(sparkline({ name, view })) : ""}</td>`,
      `<td style="${NUMBER}">${charted ? formatNumber(view.min) : ""}</td>`,
      `<td style="${NUMBER}">${charted ? formatNumber(view.max) : ""}</td>`,
      `<td style="${NUMBER};font-weight:600">${escape(formatValue(value, 60))}</td>`,
    ];
    return `<tr>${cells.join("")}</tr>`;
  });
  const rest = rows.length > MAX_ROWS
    ? `<div style="opacity:0.7">and ${formatCount(rows.length - MAX_ROWS, "more metric")}</div>`
    : "";
  return `<div><table style="border-collapse:collapse;margin:0"><thead><tr>${
    head.join("")
  }</tr></thead><tbody>${body.join("")}</tbody></table>${rest}</div>`;
}

/** A summary in words: a line a metric, with its course in block characters. */
export function summaryText(rows: readonly SummaryRow[]): string {
  const shown = rows.slice(0, MAX_ROWS);
  const width = Math.min(32, Math.max(0, ...shown.map(({ name }) => name.length)));
  const lines = shown.map(({ name, value, view }) => {
    const course = view === undefined || view.points < 2 ? "" : sparklineText(view);
    const range = course === "" ? "" : `  ${formatNumber(view!.min)} … ${formatNumber(view!.max)}`;
    const label = truncate(name, width).padEnd(width);
    return `  ${label}  ${course.padEnd(20)}  ${formatValue(value, 40).padStart(10)}${range}`
      .trimEnd();
  });
  if (rows.length > MAX_ROWS) lines.push(`  and ${rows.length - MAX_ROWS} more metrics`);
  return lines.join("\n");
}

function formatValue(value: unknown, length: number): string {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "object" && value !== null) {
    if ("_type" in value) return String(value._type);
    const text = Array.isArray(value) ? formatList(value) : Object.entries(value)
      .map(([key, item]) => `${key} ${formatValue(item, length)}`).join(", ");
    return truncate(text, length);
  }
  // A terminal must not obey what somebody logged.
  // deno-lint-ignore no-control-regex -- escape sequences are made of these
  return truncate(String(value).replace(/[\x00-\x1f\x7f-\x9f]/g, "\ufffd"), length);
}

function formatList(values: readonly unknown[]): string {
  return `[${values.slice(0, 8).map((item) => formatValue(item, 20)).join(", ")}${
    values.length > 8 ? ", …" : ""
  }]`;
}
