import * as Plot from "@observablehq/plot";
import { type Axis, textWidth } from "./axis.ts";
import { VirtualDocument, type VirtualElement } from "./document.ts";
import { harmless, truncate } from "./escape.ts";
import { layOutLegend, legendElement, type LegendItem } from "./legend.ts";
import { FONT, NEUTRAL } from "./palette.ts";
import { textElement, type TextPlace } from "./svg.ts";

/** The size of text in charts. */
export const FONT_SIZE = 11;
/** The distance of titles and legends from the edge. */
export const EDGE = 8;
const TITLE_SIZE = 13;
const LINE_HEIGHT = 16;
/** Charts lower than this have no line of their own for the name of the x axis. */
const TALL = 200;

/** Where the plotting area is in a chart. */
export type Place = Readonly<
  Record<"width" | "height" | "marginTop" | "marginBottom" | "marginLeft" | "marginRight", number>
>;

/** A chart of two axes, and what stands around them. */
export interface FigureOptions {
  readonly width: number;
  readonly height: number;
  readonly title?: string;
  /** Smaller, below the title. */
  readonly subtitle?: string;
  readonly xLabel: string;
  readonly yLabel?: string;
  /** Drawn where it has any. */
  readonly legend?: readonly LegendItem[];
  /** Makes the axes; `count` is for how many ticks there is room. */
  readonly xAxis: (count: number) => Axis;
  readonly yAxis: (count: number) => Axis;
  /** Room to the right of the plotting area in pixels. */
  readonly marginRight?: number;
  /** What is drawn in front of the axes. */
  readonly marks: readonly Plot.Markish[];
  /** Said in the middle instead of the axes. */
  readonly emptyText?: string;
  /** Adds texts that belong to a place on the axes. */
  readonly annotate?: (add: AddText, at: Projection) => void;
}

/** Adds a text to a chart. */
export type AddText = (text: string, place: TextPlace) => void;

/** From values to pixels. */
export interface Projection {
  /** Where the plotting area is. */
  readonly place: Place;
  /** What the x axis shows. */
  readonly xDomain: readonly [number, number];
  x(value: number): number;
  y(value: number): number;
}

/** Whether a chart of a height has room for texts beside the plotting area. */
export function isTall(height: number): boolean {
  return height >= TALL;
}

/** Draws a chart, as a standalone SVG document. */
export function figure(options: FigureOptions): string {
  const { width, height, title, subtitle, xLabel, yLabel, marks, emptyText } = options;
  const tall = isTall(height);
  const titleHeight = (title === undefined ? 0 : LINE_HEIGHT + 6) +
    (subtitle === undefined ? 0 : LINE_HEIGHT);
  const legend = options.legend === undefined
    ? undefined
    : layOutLegend(options.legend, width - 2 * EDGE, Math.max(1, Math.floor(height / 80)));
  const legendHeight = legend === undefined ? 0 : legend.rows * LINE_HEIGHT + 4;
  const marginTop = EDGE + titleHeight + legendHeight + (yLabel === undefined ? 0 : LINE_HEIGHT);
  const marginBottom = tall ? 38 : 20;
  const innerHeight = height - marginTop - marginBottom;
  const y = options.yAxis(Math.max(2, innerHeight / (tall ? 44 : 30)));
  const marginLeft = 10 +
    Math.ceil(Math.max(...y.labels.map((text) => textWidth(text, FONT_SIZE))));
  const marginRight = options.marginRight ?? 12;
  const right = width - marginRight;
  const x = options.xAxis((right - marginLeft) / 75);
  const place = { width, height, marginTop, marginBottom, marginLeft, marginRight };

  // In a low chart it shares its line with the ticks.
  const xName = fitted(xLabel, tall ? right - marginLeft : width / 3, FONT_SIZE);
  const empty = emptyText !== undefined;
  const svg = draw({
    ...place,
    x: { type: x.type, domain: x.domain, axis: null },
    y: { type: y.type, domain: y.domain, axis: null },
    marks: [
      empty ? null : yAxisMarks(y),
      empty ? null : xAxisMark(x, place, tall ? "" : xName),
      ...marks,
    ],
  });
  const add: AddText = (text, at) => svg.append(textElement(svg, text, { fill: NEUTRAL, ...at }));
  addTitle(add, options);
  if (legend !== undefined) {
    svg.append(legendElement(svg, legend, { x: EDGE, y: EDGE + titleHeight - 2 }));
  }
  if (yLabel !== undefined) {
    add(fitted(yLabel, width - 2 * EDGE, FONT_SIZE), { x: EDGE, y: marginTop - 8 });
  }
  add(xName, { x: right, y: height - 7, "text-anchor": "end" });
  options.annotate?.(add, {
    place,
    xDomain: x.domain,
    x: (value) => pixelX(value, x, place),
    y: (value) => pixelY(value, y, place),
  });
  if (empty) {
    const middle = { x: (marginLeft + right) / 2, y: marginTop + innerHeight / 2 + 4 };
    add(emptyText, { ...middle, "text-anchor": "middle" });
  }
  return standalone(svg);
}

/** Lets Plot draw without a browser. */
export function draw(options: Plot.PlotOptions): VirtualElement {
  return Plot.plot({
    ...options,
    document: new VirtualDocument() as unknown as NonNullable<Plot.PlotOptions["document"]>,
    figure: false,
  }) as unknown as VirtualElement;
}

/** Writes a title and a subtitle at the top. */
export function addTitle(
  add: AddText,
  { title, subtitle, width }: Pick<FigureOptions, "title" | "subtitle" | "width">,
): void {
  let y = EDGE + 12;
  if (title !== undefined) {
    const style = { "font-size": TITLE_SIZE, "font-weight": 600 };
    add(fitted(title, width - 2 * EDGE, TITLE_SIZE), { x: EDGE, y, ...style });
    y += LINE_HEIGHT + 2;
  }
  if (subtitle !== undefined) {
    add(fitted(subtitle, width - 2 * EDGE, FONT_SIZE), { x: EDGE, y });
  }
}

/** A text on one line, cut to a width in pixels. */
function fitted(text: string, width: number, fontSize: number): string {
  return truncate(harmless(text, true), Math.max(4, Math.floor(width / (fontSize * 0.6))));
}

/**
 * The SVG as a document. Plot's style sheet is left out, and with it the class that it is for: in a
 * page with many charts both would meet.
 */
export function standalone(svg: VirtualElement): string {
  for (const child of svg.children) if (child.tagName === "style") svg.removeChild(child);
  svg.removeAttribute("class");
  svg.setAttribute("fill", NEUTRAL);
  svg.setAttribute("font-family", FONT);
  svg.setAttribute("font-size", FONT_SIZE);
  return svg.toString();
}

/** Refuses a size that cannot be drawn. */
export function checkSize(name: string, value: number, smallest: number): void {
  if (!(value >= smallest && value <= 10_000)) {
    throw new RangeError(`Cannot draw a chart: ${name} must be ${smallest} to 10000, not ${value}`);
  }
}

function yAxisMarks({ ticks, labels }: Axis): Plot.Markish[] {
  return [
    Plot.ruleY(ticks, { stroke: NEUTRAL, strokeOpacity: 0.25 }),
    Plot.text(ticks, {
      y: (tick: number) => tick,
      text: labels,
      frameAnchor: "left",
      textAnchor: "end",
      dx: -6,
      fill: NEUTRAL,
    }),
  ];
}

/** The labels of the x axis, without those that would meet its name or the edge. */
function xAxisMark(x: Axis, place: Place, name: string): Plot.Markish {
  const right = place.width - place.marginRight;
  const nameWidth = name === "" ? -Infinity : textWidth(name, FONT_SIZE) + 8;
  const shown = x.ticks.map((_tick, index) => index).filter((index) => {
    const half = textWidth(x.labels[index]!, FONT_SIZE) / 2;
    const at = pixelX(x.ticks[index]!, x, place);
    return at + half <= Math.min(place.width - 2, right - nameWidth) && at - half >= 2;
  });
  return Plot.text(shown, {
    x: (index: number) => x.ticks[index]!,
    text: (index: number) => x.labels[index]!,
    frameAnchor: "bottom",
    dy: 13,
    fill: NEUTRAL,
  });
}

function pixelX(value: number, axis: Axis, { width, marginLeft, marginRight }: Place): number {
  return marginLeft + share(value, axis) * (width - marginLeft - marginRight);
}

function pixelY(value: number, axis: Axis, { height, marginTop, marginBottom }: Place): number {
  return height - marginBottom - share(value, axis) * (height - marginTop - marginBottom);
}

function share(value: number, { type, domain: [low, high] }: Axis): number {
  return type === "log"
    ? (Math.log(Math.max(value, low)) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (value - low) / (high - low);
}
