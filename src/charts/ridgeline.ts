import * as Plot from "@observablehq/plot";
import { textWidth, xAxis } from "./axis.ts";
import { harmless, truncate } from "./escape.ts";
import { type AddText, addTitle, draw, FONT_SIZE, standalone } from "./figure.ts";
import { formatCount, formatNumber } from "./format.ts";
import { NEUTRAL, seriesColor } from "./palette.ts";
import { textElement } from "./svg.ts";
import type { Drawing } from "./types.ts";

/** How values were spread at one step. */
export interface Distribution {
  readonly step: number;
  readonly counts: readonly number[];
  /** One more than `counts`, rising. */
  readonly edges: readonly number[];
}

/** Options of {@linkcode ridgeline}. */
export interface RidgelineOptions {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** What is spread. */
  readonly name: string;
  /** @default {0} */
  readonly colorIndex?: number;
}

/** Ridges in a chart: more lie on top of each other. */
const MAX_RIDGES = 24;
/** How far a ridge rises into those behind it, in distances between ridges. */
const OVERLAP = 3.2;

/**
 * Draws how a distribution changes: a ridge for each step, the oldest at the back. Each is as high
 * as the others, and rises with the square root of the density, so that its tails can be seen; its
 * width is on the axis.
 */
export function ridgeline(
  distributions: readonly Distribution[],
  { width, height, name, colorIndex = 0 }: RidgelineOptions,
): Drawing {
  const known = distributions.filter(({ counts, edges }) =>
    counts.length > 0 && edges.length === counts.length + 1
  );
  const ridges = thinned(known, MAX_RIDGES);
  const low = ridges.reduce((least, { edges }) => Math.min(least, edges[0]!), Infinity);
  const high = ridges.reduce((most, { edges }) => Math.max(most, edges.at(-1)!), -Infinity);
  const empty = !(low <= high);
  const color = seriesColor(colorIndex);
  const marginLeft = 8;
  const labels = ridges.map(({ step }) => formatNumber(step));
  const marginRight = 14 + Math.max(0, ...labels.map((text) => textWidth(text, FONT_SIZE)));
  const [marginTop, marginBottom] = [26, 22];
  const gap = (height - marginTop - marginBottom - 4) / (Math.max(1, ridges.length) - 1 + OVERLAP);
  const x = xAxis(empty ? 0 : low, empty ? 1 : high, {
    type: "linear",
    count: (width - marginLeft - marginRight) / 70,
  });
  const base = (index: number) => height - marginBottom - 2 - (ridges.length - 1 - index) * gap;
  const svg = draw({
    width,
    height,
    marginTop,
    marginLeft,
    marginRight,
    marginBottom,
    x: { type: "linear", domain: x.domain, axis: null },
    y: { type: "identity", axis: null },
    marks: empty ? [] : [
      Plot.ruleX(x.ticks, { stroke: NEUTRAL, strokeOpacity: 0.2 }),
      ridges.map((ridge, index) => {
        const outline = outlineOf(ridge);
        // The newest is what one looks for.
        const age = ridges.length === 1 ? 1 : index / (ridges.length - 1);
        return Plot.line(outline, {
          x: ([value]: Point) => value,
          y: ([, share]: Point) => base(index) - share * gap * OVERLAP,
          fill: color,
          fillOpacity: 0.1 + 0.25 * age,
          stroke: color,
          strokeOpacity: 0.35 + 0.65 * age,
          strokeWidth: 1 + 0.4 * age,
          strokeLinejoin: "round",
        });
      }),
      Plot.text(x.ticks, {
        x: (tick: number) => tick,
        text: x.labels,
        frameAnchor: "bottom",
        dy: 13,
        fill: NEUTRAL,
      }),
    ],
  });
  const add: AddText = (text, at) => svg.append(textElement(svg, text, { fill: NEUTRAL, ...at }));
  addTitle((text, at) => add(text, { ...at, "font-size": 11 }), { title: name, width });
  const shown = ridges.length < 3 ? ridges.keys() : [0, ridges.length >> 1, ridges.length - 1];
  for (const index of shown) {
    add(labels[index]!, { x: width - marginRight + 8, y: base(index) + 3 });
  }
  if (empty) add("nothing to draw", { x: width / 2, y: height / 2, "text-anchor": "middle" });
  return { svg: standalone(svg), alt: alternative(name, known), width, height };
}

type Point = readonly [value: number, share: number];

/** The density over a distribution's range, the highest as 1, down to nothing at both ends. */
function outlineOf({ counts, edges }: Distribution): Point[] {
  const densities = counts.map((count, i) => count / (edges[i + 1]! - edges[i]!));
  const most = Math.max(...densities) || 1;
  const points = densities.map((density, i): Point => [
    (edges[i]! + edges[i + 1]!) / 2,
    Math.sqrt(density / most),
  ]);
  return [[edges[0]!, 0], ...points, [edges.at(-1)!, 0]];
}

/** At most so many, evenly, the first and the last among them. */
function thinned<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from(
    { length: most },
    (_, i) => all[Math.round(i * (all.length - 1) / (most - 1))]!,
  );
}

function alternative(name: string, known: readonly Distribution[]): string {
  const label = harmless(truncate(name, 80), true);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined) return `${label}: nothing to draw.`;
  const range = ({ edges, step }: Distribution) =>
    `${formatNumber(edges[0]!)} to ${formatNumber(edges.at(-1)!)} at step ${formatNumber(step)}`;
  return `How ${label} is spread at ${formatCount(known.length)} steps: from ${range(first)}` +
    (known.length === 1 ? "." : `, from ${range(last)}.`);
}
