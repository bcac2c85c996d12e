import { seriesColor } from "../charts/palette.ts";
import type { Pixels, PointsJob } from "../record/media_job.ts";

/** Twice what is shown, for dense screens. */
const WIDTH = 960;
const MAX_HEIGHT = 720;
const MARGIN = 12;
/** From where it is looked at: from the front, to the right, and from above. */
const AZIMUTH = 35 * Math.PI / 180;
const ELEVATION = 30 * Math.PI / 180;
const MAX_DOT = 10;

type Rgb = readonly [red: number, green: number, blue: number];

/** A cloud of points seen from the side and above, on nothing; null when no point is finite. */
export function pointPixels({ data, columns }: PointsJob): Pixels | null {
  const view = projected({ data, columns });
  if (view === null) return null;
  const { across, up, far, box } = view;
  const [left, right, bottom, top] = box;
  const [spanX, spanY] = [right - left || 1, top - bottom || 1];
  const scale = Math.min((WIDTH - 2 * MARGIN) / spanX, (MAX_HEIGHT - 2 * MARGIN) / spanY);
  const width = WIDTH;
  const height = Math.ceil(spanY * scale) + 2 * MARGIN;
  const inset = (width - spanX * scale) / 2;
  const dot = Math.round(
    Math.min(MAX_DOT, Math.max(2, 0.6 * Math.sqrt(width * height / across.length))),
  );
  const rgba = new Uint8Array(4 * width * height);
  // What is nearer hides what is behind it.
  const nearest = new Float32Array(width * height).fill(Infinity);
  const colorOf = colors({ data, columns });
  for (let i = 0; i < across.length; i++) {
    if (!Number.isFinite(across[i]! + up[i]!)) continue;
    const x0 = Math.round(inset + (across[i]! - left) * scale - dot / 2);
    const y0 = Math.round(MARGIN + (top - up[i]!) * scale - dot / 2);
    const color = colorOf(i);
    for (let y = Math.max(0, y0); y < Math.min(height, y0 + dot); y++) {
      for (let x = Math.max(0, x0); x < Math.min(width, x0 + dot); x++) {
        const at = y * width + x;
        if (far[i]! >= nearest[at]!) continue;
        nearest[at] = far[i]!;
        rgba.set(color, 4 * at);
        rgba[4 * at + 3] = 255;
      }
    }
  }
  return { data: rgba, width, height, channels: 4 };
}

function projected({ data, columns }: Pick<PointsJob, "data" | "columns">) {
  const count = Math.floor(data.length / columns);
  const across = new Float64Array(count);
  const up = new Float64Array(count);
  const far = new Float64Array(count);
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [data[i * columns]!, data[i * columns + 1]!, data[i * columns + 2]!];
    const back = x * Math.sin(AZIMUTH) + y * Math.cos(AZIMUTH);
    const u = across[i] = x * Math.cos(AZIMUTH) - y * Math.sin(AZIMUTH);
    const v = up[i] = z * Math.cos(ELEVATION) + back * Math.sin(ELEVATION);
    far[i] = back * Math.cos(ELEVATION) - z * Math.sin(ELEVATION);
    if (!Number.isFinite(u + v)) continue;
    [left, right] = [Math.min(left, u), Math.max(right, u)];
    [bottom, top] = [Math.min(bottom, v), Math.max(top, v)];
  }
  return left > right ? null : { across, up, far, box: [left, right, bottom, top] as const };
}

/** The colours that points say, or by their category; else from blue below to orange above. */
function colors({ data, columns }: Pick<PointsJob, "data" | "columns">): (i: number) => Rgb {
  if (columns === 6) {
    return (i) => [data[i * 6 + 3]!, data[i * 6 + 4]!, data[i * 6 + 5]!];
  }
  if (columns === 4) return (i) => rgbOf(seriesColor(categoryOf(data[i * 4 + 3]!)));
  let [low, high] = [Infinity, -Infinity];
  for (let at = 2; at < data.length; at += columns) {
    if (Number.isFinite(data[at])) {
      [low, high] = [Math.min(low, data[at]!), Math.max(high, data[at]!)];
    }
  }
  const [below, above] = [rgbOf(seriesColor(0)), rgbOf(seriesColor(1))];
  return (i) => {
    const share = (data[i * columns + 2]! - low) / (high - low) || 0;
    const mix = (channel: 0 | 1 | 2) => below[channel] + share * (above[channel] - below[channel]);
    return [mix(0), mix(1), mix(2)];
  };
}

function categoryOf(value: number): number {
  return Number.isFinite(value) ? Math.abs(Math.trunc(value)) : 0;
}

function rgbOf(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
