import { drawChart } from "./draw_chart.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { formatNumber } from "./format.ts";
import { imageTag } from "./image.ts";
import type { ChartView, NamedDrawing } from "./types.ts";

/** Options of {@linkcode tiles}. */
export interface TileOptions {
  /**
   * The width of each chart in pixels.
   *
   * @default {216}
   */
  readonly chartWidth?: number;
  /**
   * The height of each chart in pixels.
   *
   * @default {104}
   */
  readonly chartHeight?: number;
}

const MAX_NAME = 32;
/** Three charts fit into the narrowest cells, four into usual ones. */
const PLACE = "display:inline-block;vertical-align:top;max-width:100%;margin:4px 12px 2px 0";

/** Small charts side by side, as many in a row as there is room for. */
export function tiles(charts: readonly ChartView[], options: TileOptions = {}): string {
  return `<div>${charts.map((chart) => tile(chart, options)).join("")}</div>`;
}

/**
 * The name stands to the left and the value to the right, also where floats are taken away. Several
 * series have their values in the chart's legend.
 */
function tile(chart: ChartView, options: TileOptions): string {
  const { chartWidth = 216, chartHeight = 104 } = options;
  const drawing = drawChart(chart, { width: chartWidth, height: chartHeight });
  const { name, series: [first, ...others] } = chart;
  const last = first === undefined || others.length > 0 || first.view.points === 0
    ? ""
    : formatNumber(first.view.last);
  const title = name.length > MAX_NAME ? ` title="${line(name, 500)}"` : "";
  return `<div style="${PLACE};width:${chartWidth}px"><div style="padding:0 12px 0 0;` +
    `white-space:nowrap;overflow:hidden;text-overflow:ellipsis">` +
    `<strong style="float:right;padding-left:8px">${last}</strong>` +
    `<span${title}>${grouped(line(name, MAX_NAME))}</span></div>${imageTag(drawing)}</div>`;
}

/** What the names of a group have in common stands back. */
function grouped(html: string): string {
  return html.replace(/^([^\s/]+\/)(?=\S)/, `<span style="opacity:.6">$1</span>`);
}

function line(text: string, length: number): string {
  return escapeHtml(harmless(truncate(text, length), true));
}

/** Charts that were drawn already, side by side under their names. */
export function drawingTiles(charts: readonly NamedDrawing[]): string {
  if (charts.length === 0) return "";
  const all = charts.map(({ name, drawing }) => {
    const title = name.length > 48 ? ` title="${line(name, 500)}"` : "";
    return `<div style="${PLACE};width:${drawing.width}px"><div style="white-space:nowrap;` +
      `overflow:hidden"><span${title}>${line(name, 48)}</span></div>${imageTag(drawing)}</div>`;
  });
  return `<div style="margin-top:4px">${all.join("")}</div>`;
}
