import { decimate } from "../../charts/decimate.ts";
import { mergeView } from "../../charts/merge_view.ts";
import type { SeriesView } from "../../charts/types.ts";
import type { Points, SeriesInfo, SeriesStore } from "../store/store.ts";
import type { Domain, SeriesAxis } from "./axis.ts";
import { concatViews, type PlacedChunk, viewOfChunks } from "./pieces.ts";

/** What part of a series, and how fine. */
export interface SeriesViewOptions extends Domain {
  /** Pixels: the most buckets in the view. */
  readonly width: number;
}

/**
 * A chunk that spans at most this many pixels is drawn by what it adds up to: a chart of a thousand
 * pixels reads the points of some 170 chunks at the most.
 */
const NARROW = 6;

/**
 * Reads a series for a chart: of what lies within a few pixels the sums of its chunks alone, of all
 * else the points. So it reads about as much as the chart can show, however long the series is, and
 * the lowest and the highest value are always among it.
 */
export async function readSeriesView(
  store: SeriesStore,
  { series }: Pick<SeriesInfo, "series">,
  axis: SeriesAxis,
  options: SeriesViewOptions,
): Promise<SeriesView> {
  const { from, to, width } = options;
  const stats = await store.chunks([series], axis.range);
  const chunks = stats.map((stats): PlacedChunk => ({ stats, ...axis.place(stats) }));
  const left = chunks.reduce((least, { left }) => Math.min(least, left), Infinity);
  const right = chunks.reduce((most, { right }) => Math.max(most, right), -Infinity);
  const pixel = (Math.min(right, to) - Math.max(left, from)) / width;
  const { lineFrom = 0, lineTo = Infinity } = axis.range;
  const few = stats.reduce((sum, { count }) => sum + count, 0) <= width;
  let started = false;
  const isWhole = ({ stats, left, right }: PlacedChunk, i: number) => {
    const narrow = !few && right - left <= NARROW * pixel && left >= from && right <= to &&
      stats.firstLine >= lineFrom && stats.lastLine <= lineTo;
    // Where the first or the last value is not finite, only the points tell what it is.
    const ends = (started || stats.first !== null) &&
      (i < chunks.length - 1 || stats.last !== null);
    if (stats.nonFinite < stats.count) started = true;
    return narrow && ends;
  };
  const whole = chunks.map(isWhole);

  const views: SeriesView[] = [];
  for (let i = 0, end = 0; i < chunks.length; i = end) {
    end = i + 1;
    while (end < chunks.length && whole[end] === whole[i]) end++;
    const group = chunks.slice(i, end);
    if (whole[i]) views.push(viewOfChunks(group));
    else views.push(await readPoints(store, group, axis, { from, to, width, pixel }));
  }
  const view = concatViews(views);
  const placed = await placeExtremes(store, view, axis, chunks.filter((_chunk, i) => whole[i]));
  return mergeView(placed, width);
}

async function readPoints(
  store: SeriesStore,
  chunks: readonly PlacedChunk[],
  axis: SeriesAxis,
  { from, to, width, pixel }: SeriesViewOptions & { readonly pixel: number },
): Promise<SeriesView> {
  // Whole chunks, which the store need not cut.
  const points = await store.points(chunks[0]!.stats.series, {
    lineFrom: chunks[0]!.stats.firstLine,
    lineTo: chunks.at(-1)!.stats.lastLine,
  });
  const [x, y] = inside(points, axis, { from, to });
  const left = Math.max(from, chunks[0]!.left);
  const right = Math.min(to, chunks.at(-1)!.right);
  // Its share of the chart; a series that goes back and forth has the whole.
  const share = Math.ceil((right - left) / pixel) + 1;
  const buckets = share >= 1 && share < width ? share : width;
  return decimate(x, y, { buckets });
}

/** The places and the values of the points in the domain, and in the lines that are asked for. */
function inside(
  points: Points,
  axis: SeriesAxis,
  { from, to }: Domain,
): [Float64Array, Float64Array] {
  const { lines, values } = points;
  const { lineFrom = 0, lineTo = Infinity } = axis.range;
  const x = axis.positions(points);
  const isInside = (i: number) =>
    x[i]! >= from && x[i]! <= to && lines[i]! >= lineFrom && lines[i]! <= lineTo;
  let first = 0;
  let end = x.length;
  while (first < end && !isInside(first)) first++;
  while (end > first && !isInside(end - 1)) end--;
  let kept = 0;
  for (let i = first; i < end; i++) if (isInside(i)) kept++;
  if (kept === end - first) return [x.subarray(first, end), values.subarray(first, end)];
  const xs = new Float64Array(kept);
  const ys = new Float64Array(kept);
  for (let i = first, at = 0; i < end; i++) {
    if (!isInside(i)) continue;
    xs[at] = x[i]!;
    ys[at++] = values[i]!;
  }
  return [xs, ys];
}

/** Where the extremes are that only chunks know of: their points tell. */
async function placeExtremes(
  store: SeriesStore,
  view: SeriesView,
  axis: SeriesAxis,
  chunks: readonly PlacedChunk[],
): Promise<SeriesView> {
  const find = async (value: number, of: "min" | "max", known: number) => {
    const chunk = chunks.find(({ stats, left, right }) =>
      stats[of] === value && known === left + (right - left) / 2
    );
    if (chunk === undefined) return known;
    const { series, firstLine, lastLine } = chunk.stats;
    const points = await store.points(series, { lineFrom: firstLine, lineTo: lastLine });
    return axis.positions(points)[points.values.indexOf(value)] ?? known;
  };
  return {
    ...view,
    minX: await find(view.min, "min", view.minX),
    maxX: await find(view.max, "max", view.maxX),
  };
}
