import { NEUTRAL, seriesColor, seriesDash } from "./palette.ts";
import type { VirtualElement } from "./document.ts";
import { harmless, truncate } from "./escape.ts";
import { formatCount } from "./format.ts";
import { textWidth } from "./axis.ts";
import { svgElement, textElement, type TextPlace } from "./svg.ts";

/** A name that a legend explains, and what is said of it. */
export interface LegendItem {
  readonly name: string;
  /** Stands behind the name; may be empty. */
  readonly value: string;
}

/** Where one entry of a legend stands; `index` is undefined for the count of those left out. */
interface Entry {
  readonly text: string;
  readonly value: string;
  readonly index: number | undefined;
  readonly x: number;
  readonly row: number;
}

/** A legend, laid out in rows. */
export interface Legend {
  readonly entries: readonly Entry[];
  readonly rows: number;
}

const FONT_SIZE = 11;
const SWATCH = 20;
const GAP = 16;
const ROW = 16;

/**
 * Lays out a legend: a swatch, the name and the value of each item, as many as fit in the rows.
 * Values give way to names.
 */
export function layOutLegend(
  items: readonly LegendItem[],
  width: number,
  maxRows: number,
): Legend {
  const whole = layOut(items, width, maxRows);
  if (isWhole(whole)) return whole;
  const names = layOut(items.map(({ name }) => ({ name, value: "" })), width, maxRows);
  return isWhole(names) ? names : whole;
}

function isWhole({ entries }: Legend): boolean {
  return entries.every(({ index }) => index !== undefined);
}

function layOut(items: readonly LegendItem[], width: number, maxRows: number): Legend {
  const entries: Entry[] = [];
  const longest = Math.max(8, Math.floor((width * 0.6) / (FONT_SIZE * 0.6)));
  let x = 0;
  let row = 0;
  for (const [index, { name, value }] of items.entries()) {
    const text = truncate(harmless(name, true), longest);
    const taken = SWATCH + textWidth(`${text} ${value}`, FONT_SIZE) + GAP;
    // The last row keeps some room for how many are left out.
    const reserve = row === maxRows - 1 && index < items.length - 1 ? 60 : 0;
    if (x > 0 && x + taken - GAP + reserve > width) {
      if (row === maxRows - 1) {
        const left = items.length - index;
        entries.push({ text: `+ ${formatCount(left)} more`, value: "", index: undefined, x, row });
        break;
      }
      x = 0;
      row++;
    }
    entries.push({ text, value, index, x, row });
    x += taken;
  }
  return { entries, rows: row + 1 };
}

/** Draws a legend with its top left corner at a place. */
export function legendElement(
  parent: VirtualElement,
  { entries }: Legend,
  { x: left, y: top }: TextPlace,
): VirtualElement {
  const group = svgElement(parent, "g", { "aria-hidden": "true" });
  for (const { text, value, index, x, row } of entries) {
    const y = top + row * ROW + 11;
    if (index === undefined) {
      group.append(textElement(parent, text, { x: left + x, y, fill: NEUTRAL }));
      continue;
    }
    const dash = seriesDash(index);
    group.append(svgElement(parent, "line", {
      x1: left + x,
      x2: left + x + 14,
      y1: y - 4,
      y2: y - 4,
      stroke: seriesColor(index),
      "stroke-width": 2.5,
      ...(dash === undefined ? {} : { "stroke-dasharray": dash }),
    }));
    const place = { x: left + x + SWATCH, y, fill: NEUTRAL };
    const label = textElement(parent, value === "" ? text : `${text} `, place);
    if (value !== "") {
      const bold = svgElement(parent, "tspan", { "font-weight": 600, fill: seriesColor(index) });
      bold.textContent = value;
      label.append(bold);
    }
    group.append(label);
  }
  return group;
}
