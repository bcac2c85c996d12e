import type { ChunkStats, Points, SeriesInfo, SeriesStore } from "../store/store.ts";
import type { Domain, LineSpan, SeriesAxis } from "./axis.ts";

/** What the axis is made with. */
export interface JoinedAxisOptions extends Domain, LineSpan {
  /** What is taken from each value. */
  readonly origin: number;
  /** The width of the chart in pixels. */
  readonly width: number;
}

/** A chunk that spans at most this many pixels need not be read for where its points are. */
const NARROW = 2;
/** Points of a series that goes back and forth are read up to here; beyond, its chunks tell. */
const MOST_POINTS = 2_000_000;

/** Values that are known, by line; after each it goes on with its slope until the next. */
interface Knots {
  readonly lines: Float64Array;
  readonly values: Float64Array;
  /** Value per line. */
  readonly slopes: Float64Array;
}

/**
 * The values of another series of the run as the x axis: a point stands at the last value at or
 * before its line, and one before the first value has no place.
 *
 * Where values never fall, what lies within two pixels of the chart is interpolated between the ends
 * of a chunk; all else is exact.
 */
export async function joinedAxis(
  store: SeriesStore,
  info: SeriesInfo,
  options: JoinedAxisOptions,
): Promise<SeriesAxis> {
  const { lineFrom, lineTo, origin, width } = options;
  const from = options.from + origin;
  const to = options.to + origin;
  const all = await store.chunks([info.series]);
  const rising = info.monotonic && info.nonFinite === 0;
  const rough = !rising && total(all) > MOST_POINTS;
  // The chunk before the domain holds the value that counts until the domain's first line.
  const first = rising ? Math.max(0, all.findLastIndex(({ max }) => max! < from)) : 0;
  const beyond = rising ? all.findIndex(({ min }) => min! > to) : -1;
  const used = all.slice(first, beyond < 0 ? undefined : beyond);
  const pixel = rising
    ? (Math.min(to, used.at(-1)?.max ?? NaN) - Math.max(from, used[0]?.min ?? NaN)) / width
    : NaN;
  // Few chunks are soon read, and exact.
  const narrow = used.length > width / 4 ? NARROW * pixel : -1;
  const knots = await readKnots(store, used, ({ min, max }) => rough || max! - min! <= narrow);

  const low = Math.max(lineFrom, used[0]?.firstLine ?? 0);
  const high = Math.min(lineTo, beyond < 0 ? Infinity : all[beyond]!.firstLine - 1);
  return {
    range: {
      ...(low > 0 ? { lineFrom: low } : {}),
      ...(high < Infinity ? { lineTo: high } : {}),
    },
    place({ firstLine, lastLine }) {
      // Without an order, the ends of a chunk say nothing of what lies between them.
      if (!rising && !rough) return { left: -Infinity, right: Infinity };
      const left = valueAt(knots, firstLine) - origin;
      const right = valueAt(knots, lastLine) - origin;
      return Number.isNaN(left) ? { left: -Infinity, right } : { left, right };
    },
    positions: (points) => positionsOf(points, knots, origin),
  };
}

async function readKnots(
  store: SeriesStore,
  chunks: readonly ChunkStats[],
  isNarrow: (chunk: ChunkStats) => boolean,
): Promise<Knots> {
  const parts: Knots[] = [];
  for (let i = 0, end = 0; i < chunks.length; i = end) {
    const chunk = chunks[i]!;
    end = i + 1;
    if (isNarrow(chunk)) {
      parts.push(sloped(chunk));
      continue;
    }
    while (end < chunks.length && !isNarrow(chunks[end]!)) end++;
    const range = { lineFrom: chunk.firstLine, lineTo: chunks[end - 1]!.lastLine };
    const { lines, values } = await store.points(chunk.series, range);
    parts.push({ lines, values, slopes: new Float64Array(lines.length) });
  }
  return joinKnots(parts);
}

/** A chunk as a straight line from its first value to its last, or as its mean. */
function sloped(chunk: ChunkStats): Knots {
  const { firstLine, lastLine, first, last, min, max, sum, count, nonFinite } = chunk;
  if (first === null || last === null || first !== min || last !== max || lastLine === firstLine) {
    const mean = sum / (count - nonFinite);
    return {
      lines: Float64Array.of(firstLine),
      values: Float64Array.of(mean),
      slopes: Float64Array.of(0),
    };
  }
  return {
    lines: Float64Array.of(firstLine, lastLine),
    values: Float64Array.of(first, last),
    slopes: Float64Array.of((last - first) / (lastLine - firstLine), 0),
  };
}

function joinKnots(parts: readonly Knots[]): Knots {
  if (parts.length === 1) return parts[0]!;
  const length = parts.reduce((sum, { lines }) => sum + lines.length, 0);
  const joined = {
    lines: new Float64Array(length),
    values: new Float64Array(length),
    slopes: new Float64Array(length),
  };
  let at = 0;
  for (const { lines, values, slopes } of parts) {
    joined.lines.set(lines, at);
    joined.values.set(values, at);
    joined.slopes.set(slopes, at);
    at += lines.length;
  }
  return joined;
}

/** The index of the last knot at or before a line; -1 before the first. */
function knotBefore({ lines }: Knots, line: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]! <= line) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function valueAt(knots: Knots, line: number): number {
  const knot = knotBefore(knots, line);
  return knot < 0 ? NaN : knots.values[knot]! + knots.slopes[knot]! * (line - knots.lines[knot]!);
}

/** Both are in the order of their lines. */
function positionsOf(points: Points, knots: Knots, origin: number): Float64Array {
  const { lines, values, slopes } = knots;
  const positions = new Float64Array(points.lines.length);
  let knot = knotBefore(knots, points.lines[0] ?? 0);
  for (let i = 0; i < positions.length; i++) {
    const line = points.lines[i]!;
    while (knot + 1 < lines.length && lines[knot + 1]! <= line) knot++;
    positions[i] = knot < 0 ? NaN : values[knot]! + slopes[knot]! * (line - lines[knot]!) - origin;
  }
  return positions;
}

function total(chunks: readonly ChunkStats[]): number {
  return chunks.reduce((sum, { count }) => sum + count, 0);
}
