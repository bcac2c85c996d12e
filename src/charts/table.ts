import { escape, truncate } from "./escape.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { Column, Frame } from "./frame.ts";

/** How a table is shown. */
export interface TableLayout {
  /** @default {50} */
  readonly maxRows?: number;
  /** @default {50} */
  readonly maxColumns?: number;
  /** Shown above it. */
  readonly caption?: string;
}

const MAX_CELL = 200;
const RULE = "1px solid rgba(128,128,128,0.3)";
const CELL = "padding:3px 12px 3px 0;vertical-align:top;white-space:pre-wrap";

/** A frame as an HTML table that takes its colours from the page. */
export function htmlTable(frame: Frame, layout: TableLayout = {}): string {
  const { caption } = layout;
  const { columns, rows, notes } = cut(frame, layout);
  const head = columns.map(({ column, align }) =>
    `<th scope="col" title="${column.type}" style="${CELL};text-align:${align};` +
    `border-bottom:${RULE};font-weight:600">${escape(truncate(column.name, 100))}</th>`
  );
  const body = rows.map((row) => {
    const cells = columns.map(({ texts, align }) =>
      `<td style="${CELL};text-align:${align};font-variant-numeric:tabular-nums">${
        escape(texts[row]!)
      }</td>`
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  const title = caption === undefined
    ? ""
    : `<caption style="text-align:left;font-weight:600;padding:4px 0">${escape(caption)}</caption>`;
  const foot = notes.map((note) => `<div style="opacity:0.7;font-size:90%">${note}</div>`);
  return `<div><table style="border-collapse:collapse;margin:0">${title}<thead><tr>${
    head.join("")
  }</tr></thead><tbody>${body.join("")}</tbody></table>${foot.join("")}</div>`;
}

/** A frame as text with aligned columns. */
export function textTable(frame: Frame, layout: TableLayout = {}): string {
  const { columns, rows, notes } = cut(frame, layout);
  const widths = columns.map(({ column, texts }) =>
    Math.min(40, Math.max(column.name.length, ...texts.map((text) => text.length)))
  );
  const line = (cells: string[]) =>
    cells.map((cell, i) => {
      const text = truncate(cell.replaceAll("\n", " "), widths[i]!);
      return columns[i]!.align === "right" ? text.padStart(widths[i]!) : text.padEnd(widths[i]!);
    }).join("  ").trimEnd();
  return [
    ...(layout.caption === undefined ? [] : [layout.caption]),
    line(columns.map(({ column }) => column.name)),
    ...rows.map((row) => line(columns.map(({ texts }) => texts[row]!))),
    ...notes,
  ].join("\n");
}

/** The part of a frame that is shown, as text, and what is said about the rest. */
function cut(frame: Frame, { maxRows = 50, maxColumns = 50 }: TableLayout) {
  const rows = Array.from({ length: Math.min(frame.length, maxRows) }, (_, i) => i);
  const columns = frame.columns.slice(0, maxColumns).map((column) => ({
    column,
    align: column.type === "number" ? "right" : "left",
    texts: formatColumn(column, rows.length),
  }));
  const moreColumns = frame.columns.length - columns.length + frame.omitted;
  const notes = [
    ...(frame.length > rows.length
      ? [`and ${formatCount(frame.length - rows.length, "more row")}`]
      : []),
    ...(moreColumns > 0 ? [`and ${formatCount(moreColumns, "more column")}`] : []),
    ...(frame.length === 0 ? ["no rows"] : []),
  ];
  return { rows, columns, notes };
}

function formatColumn(column: Column, rows: number): string[] {
  const values = Array.from({ length: rows }, (_, row) => column.at(row));
  const decimals = column.type === "number" ? commonDecimals(values) : undefined;
  return values.map((value) => formatCell(value, decimals));
}

/** Decimals that all numbers of a column share, so that their points stand below each other. */
function commonDecimals(values: readonly unknown[]): number | undefined {
  let decimals = 0;
  for (const value of values) {
    if (typeof value !== "number" || !Number.isFinite(value) || value === 0) continue;
    const size = Math.abs(value);
    if (size >= 1e9 || size < 1e-6) return undefined;
    const shown = Number(value.toPrecision(4));
    decimals = Math.max(decimals, (String(shown).split(".")[1] ?? "").length);
  }
  return Math.min(decimals, 6);
}

function formatCell(value: unknown, decimals?: number): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") {
    return decimals === undefined || !Number.isFinite(value)
      ? formatNumber(value)
      : value.toLocaleString("en-US", {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      }).replace("-", "−");
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  }
  if (typeof value === "object") return truncate(toText(value), MAX_CELL);
  return truncate(String(value), MAX_CELL);
}

function toText(value: object): string {
  try {
    return JSON.stringify(value, (_, item) => typeof item === "bigint" ? item.toString() : item) ??
      String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
