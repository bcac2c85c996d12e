import { cellText } from "./cell_text.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { formatCount, formatNumber } from "./format.ts";
import { imageTag } from "./image.ts";
import { sparkline, sparklineText } from "./sparkline.ts";
import { aligned } from "./table.ts";
import type { SeriesView } from "./types.ts";

/** A metric in a summary. */
export interface SummaryRow {
  readonly name: string;
  /** How it went; nothing for what is in the summary without having been logged. */
  readonly view?: SeriesView;
  readonly value: unknown;
}

const MAX_ROWS = 200;
/** The widest line in a terminal. */
const MAX_WIDTH = 100;
const SPARKLINE = 20;
const BORDER = "1px solid rgba(128,128,128,.3)";
const CELL = "padding:3px 10px;border:0";

/** A summary as an HTML table with a sparkline for each metric. */
export function summaryTable(rows: readonly SummaryRow[]): string {
  if (rows.length === 0) return `<div style="opacity:.7">Nothing in the summary yet</div>`;
  const heads = ["metric", "", "value", "min", "max", "points"];
  const head = heads.map((name, i) =>
    `<th scope="col" style="${CELL};border-bottom:${BORDER};font-weight:600;text-align:${
      i < 2 ? "left" : "right"
    }">${name}</th>`
  ).join("");
  const shown = rows.slice(0, MAX_ROWS);
  const body = shown.map((row) => {
    const { min, max, points } = numbersOf(row);
    const name = escapeHtml(harmless(truncate(row.name, 80), true));
    const title = row.name.length > 80 ? ` title="${escapeHtml(truncate(row.name, 500))}"` : "";
    const image = row.view === undefined ? "" : imageTag(sparkline(row.view, { name: row.name }));
    const numbers = [cellText(row.value), min, max, points].map((text) =>
      `<td style="${CELL};text-align:right;font-variant-numeric:tabular-nums">${
        escapeHtml(text)
      }</td>`
    );
    return `<tr><th scope="row"${title} style="${CELL};text-align:left;font-weight:400">${name}</th>` +
      `<td style="${CELL};text-align:left">${image}</td>${numbers.join("")}</tr>`;
  });
  const more = rows.length - shown.length;
  return `<div style="overflow-x:auto"><table style="border-collapse:collapse;border:0;` +
    `margin:4px 0;font-size:13px;line-height:1.4"><thead><tr>${head}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table>` +
    (more > 0 ? `<div style="opacity:.7">… and ${formatCount(more)} more</div>` : "") + `</div>`;
}

/** A summary as lines of text, at most 100 characters wide. */
export function summaryText(rows: readonly SummaryRow[]): string {
  const shown = rows.slice(0, MAX_ROWS);
  if (shown.length === 0) return "";
  const numbers = shown.map(numbersOf);
  const columns = [
    aligned(["value", ...shown.map(({ value }) => truncate(cellText(value), 24))], "right"),
    aligned(["min", ...numbers.map(({ min }) => min)], "right"),
    aligned(["max", ...numbers.map(({ max }) => max)], "right"),
    aligned(["points", ...numbers.map(({ points }) => points)], "right"),
  ];
  const sparklines = aligned(
    ["", ...shown.map(({ view }) => view === undefined ? "" : sparklineText(view, SPARKLINE))],
    "left",
  );
  const taken = [sparklines, ...columns].reduce((sum, [cell = ""]) => sum + 2 + cell.length, 0);
  const room = Math.max(8, MAX_WIDTH - taken);
  const names = aligned(
    ["metric", ...shown.map(({ name }) => harmless(truncate(name, room), true))],
    "left",
  );
  const lines = names.map((name, i) =>
    [name, sparklines[i]!, ...columns.map((cells) => cells[i]!)].join("  ").trimEnd()
  );
  if (rows.length > shown.length) {
    lines.push(`… and ${formatCount(rows.length - shown.length)} more`);
  }
  return lines.join("\n");
}

function numbersOf({ view }: SummaryRow): { min: string; max: string; points: string } {
  if (view === undefined) return { min: "", max: "", points: "" };
  const points = formatCount(view.points);
  // The lowest of NaN and infinite values would be NaN, which is said of the value already.
  if (view.nonFinite === view.points) return { min: "", max: "", points };
  return {
    min: formatNumber(view.min),
    max: formatNumber(view.max),
    points,
  };
}
