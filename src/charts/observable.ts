import * as Plot from "@observablehq/plot";
import { reasonOf } from "../names/reason.ts";
import type { VirtualElement } from "./document.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { draw, standalone } from "./figure.ts";
import { imageTag } from "./image.ts";
import { NEUTRAL } from "./palette.ts";

/** A mark as data: the name of Plot's function, what it draws, and its options. */
export interface MarkData {
  readonly mark: string;
  readonly data?: unknown;
  readonly [option: string]: unknown;
}

/** A chart of Plot as an image, and what stands around it. */
export interface ObservableDrawing {
  readonly html: string;
  readonly text: string;
  readonly svg: string;
}

/** Marks that can be named. Those that load images, or need a canvas, are not among them. */
const MARKS: ReadonlySet<string> = new Set([
  ...["area", "areaX", "areaY", "arrow", "axisX", "axisY", "barX", "barY", "boxX", "boxY"],
  ...[
    "cell",
    "cellX",
    "cellY",
    "contour",
    "delaunayLink",
    "delaunayMesh",
    "density",
    "differenceX",
  ],
  ...["differenceY", "dot", "dotX", "dotY", "frame", "gridX", "gridY", "hexagon", "hull", "line"],
  ...["lineX", "lineY", "linearRegressionX", "linearRegressionY", "link", "rect", "rectX", "rectY"],
  ...["ruleX", "ruleY", "spike", "text", "textX", "textY", "tickX", "tickY", "tree", "vector"],
  ...["vectorX", "vectorY", "voronoi", "voronoiMesh", "waffleX", "waffleY"],
]);
const MAX_LEGEND = 24;
/** A notebook with larger images is slow to open. */
const MAX_LENGTH = 5_000_000;

/**
 * Draws a chart of Observable Plot without a browser.
 *
 * @param spec Options of `Plot.plot`, a mark, or a function that is given Plot and gives one of
 * them. Marks may be data: `{ mark: "dot", data, x: "a", y: "b" }`.
 * @throws {TypeError} When it is none of these, or Plot cannot draw it.
 */
export function drawObservable(spec: unknown): ObservableDrawing {
  const options = optionsOf(typeof spec === "function" ? explained(() => spec(Plot)) : spec);
  const marks = (options.marks ?? []).flat(Infinity as 1).map(markOf);
  const { title, subtitle, caption } = options as Record<string, unknown>;
  const svg = explained(() => draw({ ...withoutLegends(options), marks }));
  if (svg.tagName !== "svg") throw new TypeError("Cannot draw a chart: Plot gave no SVG");
  const [width, height] = ["width", "height"].map((name) => Number(svg.getAttribute(name)));
  // An image knows no colour of the text around it.
  svg.setAttribute("color", NEUTRAL);
  const legend = legendOf(svg);
  const text = altOf(options as Record<string, unknown>);
  const drawn = standalone(svg);
  if (drawn.length > MAX_LENGTH) {
    throw new RangeError(
      `Cannot draw a chart: it would have ${Math.round(drawn.length / 1e6)} MB; draw fewer marks`,
    );
  }
  const image = imageTag({ svg: drawn, alt: text, width: width!, height: height! });
  const html = [
    block(title, "font-weight:600;font-size:14px"),
    block(subtitle, "opacity:.8"),
    legend,
    image,
    block(caption, "opacity:.8;font-size:12px"),
  ].join("");
  return { html: `<div>${html}</div>`, text, svg: drawn };
}

/** Plot draws legends as HTML, for which there is no document here. */
function withoutLegends(options: Plot.PlotOptions): Plot.PlotOptions {
  const without = (scale: Plot.ScaleOptions | undefined) =>
    scale === undefined ? {} : { ...scale, legend: false };
  const { color, opacity, symbol } = options as Record<string, Plot.ScaleOptions | undefined>;
  return {
    ...options,
    ...(color === undefined ? {} : { color: without(color) }),
    ...(opacity === undefined ? {} : { opacity: without(opacity) }),
    ...(symbol === undefined ? {} : { symbol: without(symbol) }),
  };
}

/** What Plot's errors mean here, where there is no browser. */
function explained<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const message = reasonOf(error);
    if (/documentElement|document is not defined/.test(message)) {
      throw new TypeError(
        "Cannot draw a chart: Plot.plot() needs a browser; give its options instead",
      );
    }
    if (/getContext|createImageData/.test(message)) {
      throw new TypeError("Cannot draw a chart: rasters and images need a browser");
    }
    throw new TypeError(`Cannot draw a chart: ${message}`);
  }
}

function optionsOf(value: unknown): Plot.PlotOptions {
  // Some of Plot's functions give several marks.
  if (Array.isArray(value)) return { marks: value };
  if (typeof value !== "object" || value === null) {
    throw new TypeError(
      `Cannot draw a chart: options of Plot are needed, not ${
        value === null ? "null" : typeof value
      }`,
    );
  }
  return isMark(value) || "mark" in value
    ? { marks: [value as Plot.Markish] }
    : value as Plot.PlotOptions;
}

function markOf(mark: unknown): Plot.Markish {
  if (typeof mark !== "object" || mark === null || isMark(mark)) return mark as Plot.Markish;
  const { mark: name, data, ...options } = mark as MarkData;
  if (typeof name !== "string" || !MARKS.has(name)) {
    throw new TypeError(
      `Cannot draw a chart: ${JSON.stringify(String(name).slice(0, 40))} is no mark of Plot`,
    );
  }
  const make = (Plot as unknown as Record<string, (...args: unknown[]) => Plot.Markish>)[name]!;
  return data === undefined ? make(options) : make(data, options);
}

/** A mark of whichever copy of Plot. */
function isMark(value: object): boolean {
  return "render" in value && typeof value.render === "function";
}

/** Colours by name, as Plot's own legend shows them; Plot draws it as HTML, which needs a browser. */
function legendOf(svg: VirtualElement): string {
  const { scale } = svg as unknown as {
    readonly scale?: (name: string) => Plot.Scale | undefined;
  };
  const color = scale?.("color");
  if (color === undefined || color.type !== "ordinal" && color.type !== "categorical") return "";
  const domain = Array.from(color.domain ?? []) as unknown[];
  const items = domain.slice(0, MAX_LEGEND).map((value) =>
    `<span style="margin-right:12px;white-space:nowrap"><span aria-hidden="true" style="color:${
      escapeHtml(String(color.apply(value)))
    }">■</span> ${line(value, 60)}</span>`
  );
  const more = domain.length - items.length;
  return `<div style="font-size:12px">${items.join(" ")}${more > 0 ? ` + ${more} more` : ""}</div>`;
}

function altOf({ title, subtitle, caption, ariaLabel, ariaDescription }: Record<string, unknown>) {
  const said = [ariaLabel, title, subtitle, ariaDescription, caption]
    .filter((part): part is string => typeof part === "string" && part !== "");
  return said.length === 0
    ? "A chart."
    : said.map((part) => harmless(truncate(part, 300), true).replace(/[.\s]*$/, ".")).join(" ");
}

function block(text: unknown, style: string): string {
  return typeof text === "string" && text !== ""
    ? `<div style="${style}">${line(text, 500)}</div>`
    : "";
}

function line(text: unknown, length: number): string {
  return escapeHtml(harmless(truncate(String(text), length), true));
}
