import { seriesColor } from "./palette.ts";
import { describeChart } from "./describe_chart.ts";
import { mergeView } from "./merge_view.ts";
import type { Drawing, SeriesView } from "./types.ts";

const BLOCKS = "▁▂▃▄▅▆▇█";
const MIDDLE = "▄";

/**
 * A series as a line of block characters: gaps are spaces, and a constant series stays in the middle.
 *
 * @param view The series.
 * @param width The most characters.
 *
 * @example
 * ```ts
 * sparklineText(decimate([0, 1, 2], [1, 5, 3])); // "▁█▅"
 * ```
 */
export function sparklineText(view: SeriesView, width = 20): string {
  const { mean } = mergeView(view, width);
  const [low, high] = range(mean);
  return Array.from(mean, (value) => {
    if (Number.isNaN(value)) return " ";
    if (!(high > low)) return MIDDLE;
    return BLOCKS[Math.min(7, Math.floor(share(value, low, high) * 8))]!;
  }).join("");
}

/** Options of {@linkcode sparkline}. */
export interface SparklineOptions {
  /**
   * In pixels.
   *
   * @default {120}
   */
  readonly width?: number;
  /**
   * In pixels.
   *
   * @default {24}
   */
  readonly height?: number;
  /**
   * What the series is called in the text alternative.
   *
   * @default {"values"}
   */
  readonly name?: string;
}

/** A series as a line without axes, as high as a line of text. */
export function sparkline(view: SeriesView, options: SparklineOptions = {}): Drawing {
  const { width = 120, height = 24, name = "values" } = options;
  const { mean, low, high } = mergeView(view, Math.max(2, Math.round(width)));
  const bottom = range(low)[0];
  const top = range(high)[1];
  const n = mean.length;
  const edge = 3;
  const x = (i: number) => n === 1 ? width / 2 : edge + (i / (n - 1)) * (width - 2 * edge);
  const y = (value: number) => {
    const up = top > bottom ? share(value, bottom, top) : 0.5;
    return height - edge - up * (height - 2 * edge);
  };
  const color = seriesColor(0);
  let svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}">`;
  for (const [from, until] of runs(mean)) {
    const at = Array.from({ length: until - from }, (_, i) => from + i);
    const band = [
      ...at.map((i) => `${tenth(x(i))},${tenth(y(high[i]!))}`),
      ...at.reverse().map((i) => `${tenth(x(i))},${tenth(y(low[i]!))}`),
    ];
    const line = at.reverse().map((i) => `${tenth(x(i))},${tenth(y(mean[i]!))}`);
    if (at.some((i) => low[i]! < high[i]!)) {
      svg += `<path d="M${band.join("L")}Z" fill="${color}" fill-opacity="0.22"/>`;
    }
    if (line.length === 1) {
      svg += `<circle cx="${line[0]!.split(",")[0]}" cy="${line[0]!.split(",")[1]}" r="1.5" ` +
        `fill="${color}"/>`;
    } else {
      svg += `<path d="M${line.join("L")}" fill="none" stroke="${color}" stroke-width="1.4" ` +
        `stroke-linejoin="round" stroke-linecap="round"/>`;
    }
  }
  svg += `</svg>`;
  return { svg, alt: describeChart([{ name, view }], "step"), width, height };
}

/** The stretches without a gap, as `[from, until)`. */
function* runs(values: Float64Array): Generator<[number, number]> {
  let from = -1;
  for (let i = 0; i <= values.length; i++) {
    const there = i < values.length && !Number.isNaN(values[i]!);
    if (there && from < 0) from = i;
    if (!there && from >= 0) {
      yield [from, i];
      from = -1;
    }
  }
}

function range(values: Float64Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Halved first, so that a difference of huge numbers stays finite. */
function share(value: number, low: number, high: number): number {
  return (value / 2 - low / 2) / (high / 2 - low / 2);
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}
