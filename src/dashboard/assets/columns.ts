/// <reference lib="dom" />

/** Where in a drawing its data is, as the server wrote it beside the drawing. */
export interface Area {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: readonly [number, number];
  readonly xScale: "linear" | "log";
  /** What each x was divided by before it was drawn. */
  readonly divisor: number;
}

/** What a chart shows, as the chart queries answer it. */
export interface Columns {
  readonly x: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
  readonly low?: readonly (number | null)[];
  readonly high?: readonly (number | null)[];
}

/** Where the data of a drawing is; null for a drawing without any. */
export function areaOf(plot: Element): Area | null {
  const text = plot.getAttribute("data-area");
  return text === null ? null : JSON.parse(text) as Area;
}

interface Known {
  readonly about: string;
  readonly time: number;
  readonly columns: Promise<Columns | null>;
}

const known = new WeakMap<Element, Known>();
/** Milliseconds for which columns of a chart that grows are taken as they are. */
const FRESH = 2_000;

/** The numbers behind a drawing, asked for when somebody points at it. */
export function columnsOf(plot: Element): Promise<Columns | null> {
  const about = plot.getAttribute("data-area") ?? "";
  const before = known.get(plot);
  if (before !== undefined && before.about === about && Date.now() - before.time < FRESH) {
    return before.columns;
  }
  const columns = fetchColumns(plot);
  known.set(plot, { about, time: Date.now(), columns });
  return columns;
}

async function fetchColumns(plot: Element): Promise<Columns | null> {
  const area = areaOf(plot);
  const run = document.querySelector("[data-run]")?.getAttribute("data-run");
  const key = plot.getAttribute("data-key");
  if (area === null || run == null || key === null) return null;
  const query = new URLSearchParams({ run, key, x: plot.getAttribute("data-x") ?? "_step" });
  query.set("width", String(Math.round(area.right - area.left)));
  query.set("from", String(area.x[0] * area.divisor));
  query.set("to", String(area.x[1] * area.divisor));
  const response = await fetch(`${base()}/api/charts?${query}`);
  if (!response.ok) return null;
  const { series } = await response.json() as { readonly series: readonly Columns[] };
  return series[0] ?? null;
}

/** The path that a proxy gives the server: the scripts come from below it. */
function base(): string {
  return new URL(import.meta.url).pathname.replace(/\/-\/assets\/.*$/, "");
}

/** Where on the axis a pixel of the drawing is. */
export function valueAt({ left, right, x: [low, high], xScale }: Area, pixel: number): number {
  const share = Math.min(1, Math.max(0, (pixel - left) / (right - left)));
  return xScale === "log" ? low * (high / low) ** share : low + share * (high - low);
}

/** At which pixel of the drawing a value of the axis is. */
export function pixelAt({ left, right, x: [low, high], xScale }: Area, value: number): number {
  const share = xScale === "log"
    ? Math.log(value / low) / Math.log(high / low)
    : (value - low) / (high - low);
  return left + share * (right - left);
}

/** The index of the value that is nearest; -1 when there is none. */
export function nearest(values: readonly (number | null)[], wanted: number): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value == null) continue;
    if (best < 0 || Math.abs(value - wanted) < Math.abs(values[best]! - wanted)) best = i;
  }
  return best;
}
