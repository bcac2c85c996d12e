import * as Plot from "@observablehq/plot";
import { LARGEST, textWidth, xAxis } from "./axis.ts";
import type { ChartDefinition, ChartSize } from "./chart_definition.ts";
import { columnOf, numberAt } from "./columns.ts";
import { harmless, truncate } from "./escape.ts";
import { type AddText, addTitle, draw, FONT_SIZE, standalone } from "./figure.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { Frame } from "./frame.ts";
import { NEUTRAL, seriesColor } from "./palette.ts";
import { textElement } from "./svg.ts";
import type { Drawing } from "./types.ts";

/** The least height of a bar with its gap in pixels. */
const MIN_BAR = 15;

/** Draws a bar for each row, in the order of the rows. The labels stand to the left, and are read. */
export function barChart(
  frame: Frame,
  { fields, strings }: ChartDefinition,
  { width, height }: ChartSize,
): Drawing {
  const label = columnOf(frame, fields["label"]);
  const value = columnOf(frame, fields["value"]);
  const { title = "" } = strings;
  const marginTop = title === "" ? 8 : 32;
  const room = Math.max(1, Math.floor((height - marginTop - 24) / MIN_BAR));
  const count = Math.min(frame.length, room);
  const bars = Array.from({ length: count }, (_, row) => ({
    row,
    text: harmless(truncate(String(label.at(row) ?? ""), 40), true),
    value: Math.max(-LARGEST, Math.min(LARGEST, numberAt(value, row))),
  }));
  const known = bars.filter((bar) => !Number.isNaN(bar.value));
  const low = known.reduce((least, bar) => Math.min(least, bar.value), 0);
  const high = known.reduce((most, bar) => Math.max(most, bar.value), low === 0 ? 1e-300 : 0);
  const widest = Math.max(0, ...bars.map(({ text }) => textWidth(text, FONT_SIZE)));
  const marginLeft = Math.ceil(Math.min(widest, width * 0.4)) + 12;
  const marginRight = 12 +
    Math.max(0, ...known.map((bar) => textWidth(formatNumber(bar.value), FONT_SIZE)));
  const marginBottom = 24;
  const x = xAxis(low, high, { type: "linear", count: (width - marginLeft) / 90 });
  const longest = Math.floor((marginLeft - 12) / (FONT_SIZE * 0.6));
  const svg = draw({
    width,
    height,
    marginTop,
    marginLeft,
    marginRight,
    marginBottom,
    x: { type: "linear", domain: [low, high], axis: null },
    y: { type: "band", domain: bars.map(({ row }) => row), padding: 0.25, axis: null },
    marks: [
      Plot.ruleX(x.ticks, { stroke: NEUTRAL, strokeOpacity: 0.2 }),
      Plot.barX(known, { x1: 0, x2: "value", y: "row", fill: seriesColor(0), fillOpacity: 0.85 }),
      Plot.text(bars, {
        y: "row",
        text: ({ text }: { text: string }) => truncate(text, longest),
        frameAnchor: "left",
        textAnchor: "end",
        dx: -6,
        fill: NEUTRAL,
      }),
      Plot.text(bars, {
        x: (bar: { value: number }) => Number.isNaN(bar.value) ? 0 : Math.max(0, bar.value),
        y: "row",
        text: (bar: { value: number }) => formatNumber(bar.value),
        textAnchor: "start",
        dx: 5,
        fill: NEUTRAL,
        fontWeight: 600,
      }),
    ],
  });
  const add: AddText = (text, at) => svg.append(textElement(svg, text, { fill: NEUTRAL, ...at }));
  addTitle(add, { width, ...(title === "" ? {} : { title }) });
  const more = frame.rowCount - count;
  const name = truncate(harmless(value.name, true), 60);
  const note = more > 0 ? `… and ${formatCount(more)} more · ${name}` : name;
  add(note, { x: width - 12, y: height - 7, "text-anchor": "end" });
  return { svg: standalone(svg), alt: alternative(bars, name, more), width, height };
}

function alternative(
  bars: readonly { text: string; value: number }[],
  name: string,
  more: number,
): string {
  if (bars.length === 0) return `${name}: nothing to draw.`;
  const parts = bars.slice(0, 8).map(({ text, value }) => `${text} ${formatNumber(value)}`);
  const rest = bars.length - parts.length + more;
  if (rest > 0) parts.push(`and ${formatCount(rest)} more`);
  return `${name} by ${formatCount(bars.length + more)} labels: ${parts.join(", ")}.`;
}
