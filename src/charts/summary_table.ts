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
/** The widest line where a terminal does not say its own. */
const MAX_WIDTH = 100;
const SPARKLINE = 20;
const MAX_VALUE = 30;
/** What a name keeps before the columns beside it are given up. */
const NAME = 20;
/** A long name is broken before columns of numbers go out of sight. */
const NAME_CELL = "text-align:left;font-weight:400;min-width:120px;overflow-wrap:anywhere";
/** What `defineMetric` keeps of a metric. */
const STATISTICS: ReadonlySet<string> = new Set(["min", "max", "mean", "last", "first", "best"]);
const BORDER = "1px solid rgba(128,128,128,.3)";
/** A row without a sparkline is as tall as the others. */
const CELL = "height:20px;padding:3px 10px;border:0";

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
    const image = row.view === undefined
      ? ""
      : imageTag(sparkline(row.view, { name: row.name }), { shrinks: false });
    const numbers = [valueText(row.value), min, max, points].map((text) =>
      `<td style="${CELL};text-align:right;font-variant-numeric:tabular-nums">${
        escapeHtml(text)
      }</td>`
    );
    return `<tr><th scope="row"${title} style="${CELL};${NAME_CELL}">${name}</th>` +
      `<td style="${CELL};text-align:left">${image}</td>${numbers.join("")}</tr>`;
  });
  const more = rows.length - shown.length;
  return `<div style="overflow-x:auto"><table style="border-collapse:collapse;border:0;` +
    `margin:4px 0;font-size:13px;line-height:1.4"><thead><tr>${head}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table>` +
    (more > 0 ? `<div style="opacity:.7">… and ${formatCount(more)} more</div>` : "") + `</div>`;
}

/**
 * A summary as lines of text.
 *
 * @param width The widest line. In a narrow terminal the sparkline and the value stay.
 */
export function summaryText(
  rows: readonly SummaryRow[],
  { width = MAX_WIDTH }: { readonly width?: number } = {},
): string {
  const shown = rows.slice(0, MAX_ROWS);
  if (shown.length === 0) return "";
  const numbers = shown.map(numbersOf);
  const column = (head: string, cells: readonly string[]) => aligned([head, ...cells], "right");
  const value = column("value", shown.map((row) => truncate(valueText(row.value), MAX_VALUE)));
  const min = column("min", numbers.map(({ min }) => min));
  const max = column("max", numbers.map(({ max }) => max));
  const points = column("points", numbers.map(({ points }) => points));
  const sparklines = (length: number) =>
    aligned(
      ["", ...shown.map(({ view }) => view === undefined ? "" : sparklineText(view, length))],
      "left",
    );
  const full = sparklines(SPARKLINE);
  const layouts = [
    [full, value, min, max, points],
    [full, value, min, max],
    [full, value],
    [sparklines(SPARKLINE / 2), value],
    [value],
  ];
  const roomBeside = (columns: readonly (readonly string[])[]) =>
    columns.reduce((left, [cell = ""]) => left - 2 - cell.length, Math.min(width, MAX_WIDTH));
  const wanted = Math.min(NAME, Math.max(...shown.map(({ name }) => name.length)));
  const columns = layouts.find((layout) => roomBeside(layout) >= wanted) ?? layouts.at(-1)!;
  const room = Math.max(8, roomBeside(columns));
  const names = aligned(
    ["metric", ...shown.map(({ name }) => harmless(truncate(name, room), true))],
    "left",
  );
  const lines = names.map((name, i) =>
    [name, ...columns.map((cells) => cells[i]!)].join("  ").trimEnd()
  );
  if (rows.length > shown.length) {
    lines.push(`… and ${formatCount(rows.length - shown.length)} more`);
  }
  return lines.join("\n");
}

/** A value; of a metric that keeps its lowest, say, "min 0.2" instead of `{min: 0.2}`. */
function valueText(value: unknown): string {
  const kept = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const statistics = kept.length > 0 &&
    kept.every(([name, number]) => STATISTICS.has(name) && typeof number === "number");
  return statistics
    ? kept.map(([name, number]) => `${name} ${formatNumber(number)}`).join(", ")
    : cellText(value);
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
