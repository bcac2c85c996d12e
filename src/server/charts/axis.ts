import type { ChunkStats, Points, SeriesRange } from "../store/store.ts";

/** Where the points of a series stand on the horizontal axis of a chart. */
export interface SeriesAxis {
  /** Which points can be in the part of the axis that is asked for. */
  readonly range: SeriesRange;
  /** What a chunk spans. */
  place(chunk: ChunkStats): { readonly left: number; readonly right: number };
  /** Where each of the points is; NaN where it has no place. */
  positions(points: Points): Float64Array;
}

/** The part of an axis that is asked for; both ends belong to it. */
export interface Domain {
  readonly from: number;
  readonly to: number;
}

/** Lines that belong to what is asked for; both ends do. */
export interface LineSpan {
  readonly lineFrom: number;
  readonly lineTo: number;
}

/**
 * The x that a series has by itself: the step of history, the time of events.
 *
 * @param origin What is taken from each x, for an axis of seconds since the beginning.
 */
export function ownAxis(
  { from, to }: Domain,
  { lineFrom, lineTo }: LineSpan,
  origin = 0,
): SeriesAxis {
  return {
    range: {
      ...(from > -Infinity ? { xFrom: from + origin } : {}),
      ...(to < Infinity ? { xTo: to + origin } : {}),
      ...(lineFrom > 0 ? { lineFrom } : {}),
      ...(lineTo < Infinity ? { lineTo } : {}),
    },
    place: ({ xMin, xMax }) => ({ left: xMin - origin, right: xMax - origin }),
    positions: ({ x }) => origin === 0 ? x : x.map((value) => value - origin),
  };
}
