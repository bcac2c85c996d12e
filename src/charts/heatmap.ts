import { textWidth } from "./axis.ts";
import { VirtualDocument, type VirtualElement } from "./document.ts";
import { harmless, truncate } from "./escape.ts";
import { type AddText, addTitle, EDGE, FONT_SIZE, standalone } from "./figure.ts";
import { formatNumber } from "./format.ts";
import type { Matrix } from "./matrix.ts";
import { NEUTRAL } from "./palette.ts";
import { svgElement, textElement } from "./svg.ts";

/** How a square of a matrix is filled. */
export interface Shade {
  readonly color: string;
  /** 0..1; images do not know their background, so strength is opacity. */
  readonly strength: number;
}

/** Options of {@linkcode heatmap}. */
export interface HeatmapOptions {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  readonly title?: string;
  readonly subtitle?: string;
  /** What the columns are; may be empty. */
  readonly xLabel: string;
  /** What the rows are; may be empty. */
  readonly yLabel: string;
  /** How a value is shaded; undefined leaves its square empty. */
  readonly shade: (value: number, row: number, column: number) => Shade | undefined;
  /** Whether numbers are written into squares that are large enough. */
  readonly numbers: boolean;
  /** The ends of a scale of colours, left and right of it. */
  readonly scale?: {
    readonly from: string;
    readonly to: string;
    readonly shades: readonly Shade[];
  };
}

const LEVELS = 24;

/** Draws a matrix as squares, the first row at the top. */
export function heatmap(
  { rows, columns, values }: Matrix,
  options: HeatmapOptions,
): string {
  const { width, height, title, subtitle, xLabel, yLabel } = options;
  const svg = new VirtualDocument().createElement("svg");
  const box = { width, height, viewBox: `0 0 ${width} ${height}` };
  for (const [name, value] of Object.entries(box)) svg.setAttribute(name, value);
  const add: AddText = (text, at) => svg.append(textElement(svg, text, { fill: NEUTRAL, ...at }));
  addTitle(add, options);

  const top = EDGE + (title === undefined ? 0 : 22) + (subtitle === undefined ? 0 : 16) + 18;
  const left = EDGE + 6 + Math.min(widest(rows), width * 0.28);
  const right = width - EDGE;
  const step = (right - left) / Math.max(1, columns.length);
  const upright = widest(columns) > step - 4;
  const below = (upright ? Math.min(widest(columns), height * 0.22) : 14) + 20;
  const bottom = height - below;
  const rise = (bottom - top) / Math.max(1, rows.length);

  if (yLabel !== "") add(cut(`${yLabel} ↓`, width / 2), { x: EDGE, y: top - 7 });
  if (xLabel !== "") {
    add(cut(`${xLabel} →`, width / 2), { x: right, y: height - 6, "text-anchor": "end" });
  }
  if (options.scale !== undefined) scaleOf(svg, add, options.scale, { right, y: top - 16 });

  const paths = new Map<string, string>();
  const texts: VirtualElement[] = [];
  // Squares with numbers are so large that they have a gap.
  const numbers = options.numbers && step >= 20 && rise >= 13 &&
    rows.length * columns.length <= 900;
  const gap = step > 18 && rise > 12 ? 1 : 0;
  const keyAt = (i: number, j: number) => {
    const shade = options.shade(values[i * columns.length + j]!, i, j);
    return shade === undefined ? "" : `${shade.color} ${levelOf(shade)}`;
  };
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0, end = 1; j < columns.length; j = end, end++) {
      const key = keyAt(i, j);
      // Squares that touch and are alike are one piece.
      while (gap === 0 && end < columns.length && keyAt(i, end) === key) end++;
      if (key === "") continue;
      const [x, y] = [round(left + j * step), round(top + i * rise)];
      const [w, h] = [round(left + end * step - x - gap), round(top + (i + 1) * rise - y - gap)];
      paths.set(key, `${paths.get(key) ?? ""}M${x},${y}h${w}v${h}h${-w}z`);
      const value = values[i * columns.length + j]!;
      const text = formatNumber(value);
      if (!numbers || textWidth(text, 10) > step - 2) continue;
      const shade = options.shade(value, i, j)!;
      texts.push(numberIn(svg, text, { x: x + step / 2, y: y + rise / 2 + 3.5 }, shade));
    }
  }
  for (const [key, d] of paths) {
    const [fill = "", level = ""] = key.split(" ");
    const opacity = Math.round(100 * Number(level) / LEVELS) / 100;
    // Squares that touch must not show a seam.
    const crisp = { "shape-rendering": "crispEdges" };
    svg.append(svgElement(svg, "path", { d, fill, "fill-opacity": opacity, ...crisp }));
  }
  svg.append(...texts);
  svg.append(svgElement(svg, "rect", {
    x: left,
    y: top,
    width: right - left,
    height: bottom - top,
    fill: "none",
    stroke: NEUTRAL,
    "stroke-opacity": 0.35,
  }));
  rows.forEach((name, i) => {
    if (!shown(i, rise)) return;
    const y = top + (i + 0.5) * rise + 4;
    add(cut(name, left - EDGE - 6), { x: left - 6, y, "text-anchor": "end" });
  });
  columns.forEach((name, j) => {
    const x = left + (j + 0.5) * step;
    if (!upright) return add(cut(name, step), { x, y: bottom + 14, "text-anchor": "middle" });
    if (!shown(j, step)) return;
    const text = textElement(svg, cut(name, below - 18), {
      x: x + 4,
      y: bottom + 6,
      "text-anchor": "end",
      fill: NEUTRAL,
    });
    text.setAttribute("transform", `rotate(-90 ${round(x + 4)} ${round(bottom + 6)})`);
    svg.append(text);
  });
  return standalone(svg);
}

/** Shades are drawn in levels, each as one path. */
function levelOf({ strength }: Shade): number {
  return Math.max(1, Math.round(strength * LEVELS));
}

/** A number that can be read on any shade: a halo of the square's own colour is behind it. */
function numberIn(
  svg: VirtualElement,
  text: string,
  place: { readonly x: number; readonly y: number },
  { color, strength }: Shade,
): VirtualElement {
  const faint = strength < 0.4;
  const element = textElement(svg, text, {
    ...place,
    "text-anchor": "middle",
    "font-size": 10,
    "font-weight": faint && strength > 0.12 ? 600 : 400,
    fill: faint ? NEUTRAL : "#fff",
  });
  if (!faint) {
    const halo = { stroke: color, "stroke-width": 2, "paint-order": "stroke" };
    for (const [name, value] of Object.entries(halo)) element.setAttribute(name, value);
    element.setAttribute("stroke-linejoin", "round");
  }
  return element;
}

function scaleOf(
  svg: VirtualElement,
  add: AddText,
  { from, to, shades }: NonNullable<HeatmapOptions["scale"]>,
  { right, y }: { readonly right: number; readonly y: number },
): void {
  add(to, { x: right, y: y + 8, "text-anchor": "end" });
  const end = right - textWidth(to, FONT_SIZE) - 4;
  const size = 84 / shades.length;
  shades.forEach(({ color, strength }, i) => {
    const x = end - (shades.length - i) * size;
    const place = { x: round(x), y, width: round(size), height: 9 };
    svg.append(svgElement(svg, "rect", { ...place, fill: color, "fill-opacity": strength }));
  });
  add(from, { x: end - 84 - 4, y: y + 8, "text-anchor": "end" });
}

/** Whether there is room for a label; where there is not, every few of them have one. */
function shown(index: number, size: number): boolean {
  return index % Math.ceil((FONT_SIZE + 1) / size) === 0;
}

function widest(names: readonly string[]): number {
  return names.reduce((most, name) => Math.max(most, textWidth(name, FONT_SIZE)), 8);
}

function cut(text: string, width: number): string {
  return truncate(harmless(text, true), Math.max(1, Math.floor(width / (FONT_SIZE * 0.58))));
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
