import { formatCount } from "./format.ts";

const NAMES: { readonly [type: string]: string } = {
  "image-file": "image",
  "images/separated": "images",
  "audio-file": "sound",
  "audio": "sounds",
  "video-file": "video",
  "videos": "videos",
  "html-file": "HTML",
  "html": "HTML",
  "object3D-file": "3D object",
  "object3D": "3D objects",
  "plotly-file": "Plotly figure",
  "graph-file": "graph",
  "table-file": "table",
  "incremental-table-file": "table",
  "histogram": "histogram",
};

/** A recorded medium in a few words; undefined for what is none. */
export function mediaWords(value: object): string | undefined {
  const { _type: type, count, width, height, nrows, ncols, values, bins } = value as {
    readonly [key: string]: unknown;
  };
  const name = typeof type === "string" && Object.hasOwn(NAMES, type) ? NAMES[type] : undefined;
  if (name === undefined) return undefined;
  if (name === "histogram") return histogramWords(values, bins);
  if (typeof nrows === "number" && typeof ncols === "number") {
    return `table of ${formatCount(nrows)} × ${formatCount(ncols)}`;
  }
  const several = typeof count === "number" ? `${formatCount(count)} ` : "";
  const size = typeof width === "number" && typeof height === "number"
    ? ` of ${formatCount(width)} × ${formatCount(height)}`
    : "";
  return several + name + size;
}

function histogramWords(values: unknown, bins: unknown): string {
  if (!Array.isArray(values) || !Array.isArray(bins)) return "histogram";
  const total = values.reduce((sum: number, count) => sum + (Number(count) || 0), 0);
  return `histogram of ${formatCount(total)}`;
}
