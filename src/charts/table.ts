import { cellWriter } from "./cell_text.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { formatCount } from "./format.ts";
import { type PictureOptions, pictureTag } from "./picture.ts";
import type { Column, Frame } from "./frame.ts";

/** Options of {@linkcode htmlTable} and {@linkcode textTable}. */
export interface TableOptions {
  /**
   * Rows shown; the rest is counted.
   *
   * @default {50}
   */
  readonly maxRows?: number;
  /**
   * Columns shown; the rest is counted.
   *
   * @default {50}
   */
  readonly maxColumns?: number;
  /** Shown above the table. */
  readonly caption?: string;
  /**
   * How large images in its cells are.
   *
   * @default {between 40 and 64 pixels}
   */
  readonly thumbnail?: PictureOptions;
}

const THUMBNAIL: PictureOptions = { maxSize: 64, minSize: 40, labels: false };
const MAX_NAME = 80;
const MAX_TEXT_CELL = 32;
const BORDER = "1px solid rgba(128,128,128,.3)";
const CELL = "padding:3px 10px;border:0";
/** JupyterLab aligns and stripes tables; this says what is meant. */
const TABLE = "border-collapse:collapse;border:0;margin:4px 0;font-size:13px;line-height:1.4";

/**
 * A frame as an HTML table that takes the colours of the page around it, without styles or scripts
 * of its own.
 */
export function htmlTable(frame: Frame, options: TableOptions = {}): string {
  const { shown, rows, more } = cut(frame, options);
  const { caption, thumbnail = THUMBNAIL } = options;
  const head = shown.map((column) =>
    `<th scope="col" title="${escapeHtml(`${truncate(column.name, 500)} (${column.type})`)}" ` +
    `style="${CELL};border-bottom:${BORDER};text-align:${align(column)};font-weight:600;` +
    `white-space:nowrap">${escapeHtml(harmless(truncate(column.name, MAX_NAME), true))}</th>`
  );
  const writers = shown.map((column) => cellWriter(column, rows));
  let body = "";
  for (let i = 0; i < rows; i++) {
    body += "<tr>";
    for (const [j, column] of shown.entries()) {
      const picture = column.picture?.(i);
      const text = picture === undefined
        ? escapeHtml(writers[j]!(column.at(i)))
        : pictureTag(picture, thumbnail);
      body += `<td style="${CELL};text-align:${align(column)};` +
        `${
          column.type === "number" ? "font-variant-numeric:tabular-nums;white-space:nowrap" : ""
        }">` +
        `${text}</td>`;
    }
    body += "</tr>";
  }
  return `<div style="overflow-x:auto"><table style="${TABLE}">` +
    (caption === undefined
      ? ""
      : `<caption style="text-align:left;font-weight:600;padding:4px 10px">${
        escapeHtml(truncate(caption, 500))
      }</caption>`) +
    `<thead><tr>${head.join("")}</tr></thead><tbody>${body}</tbody></table>` +
    (more === "" ? "" : `<div style="opacity:.7;font-size:12px;padding:2px 10px">${more}</div>`) +
    `</div>`;
}

/** A frame as lines of text for a terminal, numbers to the right. */
export function textTable(frame: Frame, options: TableOptions = {}): string {
  const { shown, rows, more } = cut(frame, options);
  const columns = shown.map((column) => {
    const write = cellWriter(column, rows);
    const cells = [harmless(truncate(column.name, MAX_TEXT_CELL), true)];
    for (let i = 0; i < rows; i++) cells.push(truncate(write(column.at(i)), MAX_TEXT_CELL));
    return aligned(cells, align(column));
  });
  const lines = Array.from(
    { length: shown.length === 0 ? 0 : rows + 1 },
    (_, i) => columns.map((cells) => cells[i]!).join("  ").trimEnd(),
  );
  if (options.caption !== undefined) lines.unshift(harmless(truncate(options.caption, 200), true));
  if (more !== "") lines.push(more);
  return lines.join("\n");
}

/** Pads texts to the width of the longest. */
export function aligned(cells: readonly string[], side: "left" | "right"): string[] {
  const width = Math.max(...cells.map((cell) => [...cell].length));
  return cells.map((cell) => {
    const padding = " ".repeat(width - [...cell].length);
    return side === "right" ? padding + cell : cell + padding;
  });
}

function cut(
  frame: Frame,
  { maxRows = 50, maxColumns = 50 }: TableOptions,
): { shown: readonly Column[]; rows: number; more: string } {
  const shown = frame.columns.slice(0, maxColumns);
  const rows = Math.max(0, Math.min(frame.length, Math.floor(maxRows))) || 0;
  const moreRows = frame.rowCount - rows;
  const moreColumns = frame.columnCount - shown.length;
  const parts = [
    moreRows > 0 ? `${formatCount(moreRows)} more row${moreRows === 1 ? "" : "s"}` : "",
    moreColumns > 0 ? `${formatCount(moreColumns)} more column${moreColumns === 1 ? "" : "s"}` : "",
  ].filter((part) => part !== "");
  const none = rows === 0 && moreRows <= 0 ? "no rows" : "";
  return { shown, rows, more: parts.length > 0 ? `… and ${parts.join(", ")}` : none };
}

function align(column: Column): "left" | "right" {
  return column.type === "number" ? "right" : "left";
}
