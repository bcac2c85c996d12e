import { describeChart } from "./describe_chart.ts";
import { LINES } from "./palette.ts";
import { coarsen } from "./decimate.ts";
import type { Drawing, NamedSeries, SeriesView } from "./types.ts";

const BLOCKS = "▁▂▃▄▅▆▇█";

/** A series as a row of block characters; gaps are spaces, a constant stands at half height. */
export function sparklineText(view: SeriesView, width = 20): string {
  const { mean } = coarsen(view, width);
  let [low, high] = [Infinity, -Infinity];
  for (const value of mean) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return Array.from(mean, (value) => {
    if (Number.isNaN(value)) return " ";
    const share = high > low ? (value - low) / (high - low) : 0.5;
    return BLOCKS[Math.min(BLOCKS.length - 1, Math.floor(share * BLOCKS.length))]!;
  }).join("");
}

/** A series as a small line without axes. */
export function sparkline(series: NamedSeries, { width = 120, height = 24 } = {}): Drawing {
  const view = coarsen(series.view, width);
  const [x0, x1] = [view.x.at(0) ?? 0, view.x.at(-1) ?? 0];
  const scaleX = (x: number) => 1 + (x1 > x0 ? (x - x0) / (x1 - x0) : 0.5) * (width - 2);
  const { min, max } = view;
  const scaleY = (y: number) =>
    height - 2 - (max > min ? (y - min) / (max - min) : 0.5) * (height - 4);
  const round = (n: number) => Math.round(n * 10) / 10;
  let path = "";
  let band = "";
  let pen = false;
  view.mean.forEach((y, i) => {
    if (Number.isNaN(y)) {
      pen = false;
      return;
    }
    const x = round(scaleX(view.x[i]!));
    path += `${pen ? "L" : "M"}${x},${round(scaleY(y))}`;
    pen = true;
    const [low, high] = [view.low[i]!, view.high[i]!];
    if (low < high) band += `M${x},${round(scaleY(low))}V${round(scaleY(high))}`;
  });
  // A single point is a line of no length, which round caps make a dot.
  const style = `fill="none" stroke="${LINES[0]}" stroke-linecap="round" stroke-linejoin="round"`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}"><path d="${band}" ${style} stroke-opacity="0.3"/>` +
    `<path d="${path}${path.includes("L") ? "" : "h0"}" ${style} stroke-width="1.5"/></svg>`;
  return { svg, alt: describeChart([series]), width, height };
}
