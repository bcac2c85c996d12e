import { decimate } from "./decimate.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { formatCount } from "./format.ts";
import { toFrame } from "./frame.ts";
import { imageTag } from "./image.ts";
import { lineChart } from "./line_chart.ts";
import { type Distribution, ridgeline } from "./ridgeline.ts";
import { htmlTable } from "./table.ts";
import type { NamedSeries } from "./types.ts";

/** How the values of one gradient or parameter were spread as the steps went on. */
export interface WatchedTensor {
  /** As in `dense/kernel`. */
  readonly name: string;
  /** In the order of their steps. */
  readonly distributions: readonly Distribution[];
  /** The norm at each step that was recorded. */
  readonly norms: readonly (readonly [step: number, norm: number])[];
}

/** What was watched. */
export interface WatchingView {
  readonly gradients: readonly WatchedTensor[];
  readonly parameters: readonly WatchedTensor[];
  /** The layers of each model that has a graph. */
  readonly graphs: readonly (readonly LayerRow[])[];
}

/** A layer of a model. */
export interface LayerRow {
  readonly layer: string;
  readonly type: string;
  readonly "output shape": string;
  readonly parameters: number | undefined;
  readonly "connected to": string;
}

/** Ridgelines of each kind; further ones are counted. */
const MAX_TENSORS = 12;
/** Lines of norms that can be told apart. */
const MAX_NORMS = 7;
const TILE = { width: 300, height: 190 };

/**
 * What was watched as one HTML fragment: the norms of the gradients and of the parameters, how each
 * was spread, and the layers. It has no script, style sheet or SVG element.
 */
export function watching({ gradients, parameters, graphs }: WatchingView): string {
  const parts = [
    section("Gradients", gradients, 0),
    section("Parameters", parameters, 2),
    ...graphs.map((rows, index) =>
      htmlTable(toFrame(rows), {
        caption: graphs.length === 1 ? "Layers" : `Layers of model ${index + 1}`,
        maxRows: 200,
      })
    ),
  ].filter((part) => part !== "");
  if (parts.length === 0) return `<div style="opacity:.7">nothing was watched yet</div>`;
  return `<div style="font-size:13px;line-height:1.5">${parts.join("")}</div>`;
}

/** The same in words. */
export function watchingText({ gradients, parameters, graphs }: WatchingView): string {
  const counted = (n: number, noun: string) => `${formatCount(n)} ${noun}${n === 1 ? "" : "s"}`;
  const parts = [
    gradients.length > 0 ? counted(gradients.length, "gradient") : "",
    parameters.length > 0 ? counted(parameters.length, "parameter") : "",
    graphs.length > 0 ? counted(graphs.length, "graph") : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "Nothing was watched yet" : `Watched: ${parts.join(", ")}`;
}

function section(title: string, tensors: readonly WatchedTensor[], colorIndex: number): string {
  if (tensors.length === 0) return "";
  const shown = tensors.slice(0, MAX_TENSORS);
  const tiles = [
    imageTag(lineChart(normSeries(tensors), {
      width: 2 * TILE.width + 12,
      height: 240,
      yScale: "log",
      title: `Norms of the ${title.toLowerCase()}`,
    })),
    ...shown.map(({ name, distributions }) =>
      imageTag(ridgeline(distributions, { ...TILE, name, colorIndex }))
    ),
  ];
  const more = tensors.length - shown.length;
  const names = tensors.slice(shown.length, shown.length + 8).map(({ name }) =>
    escapeHtml(harmless(truncate(name, 60), true))
  );
  return `<div style="font-weight:600;margin-top:8px">${title}</div>` +
    `<div>${tiles.map(tile).join("")}</div>` +
    (more === 0
      ? ""
      : `<div style="opacity:.7;font-size:12px">${formatCount(more)} more: ${names.join(", ")}${
        more > names.length ? ", …" : ""
      }</div>`);
}

function tile(image: string): string {
  return `<div style="display:inline-block;vertical-align:top;margin:4px 12px 4px 0">${image}</div>`;
}

/** The norm of all together, and of the first few alone. */
function normSeries(tensors: readonly WatchedTensor[]): NamedSeries[] {
  const squares = new Map<number, number>();
  for (const { norms } of tensors) {
    for (const [step, norm] of norms) squares.set(step, (squares.get(step) ?? 0) + norm ** 2);
  }
  const steps = [...squares.keys()].sort((a, b) => a - b);
  const all = { name: "all", view: decimate(steps, steps.map((s) => Math.sqrt(squares.get(s)!))) };
  if (tensors.length === 1) return [{ ...all, name: tensors[0]!.name }];
  return [
    all,
    ...tensors.slice(0, MAX_NORMS).map(({ name, norms }) => ({
      name,
      view: decimate(norms.map(([step]) => step), norms.map(([, norm]) => norm)),
    })),
  ];
}
