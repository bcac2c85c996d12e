/**
 * A key of the history or of the events of a run, with what is known of its values. Nested keys are
 * joined with dots.
 */
export interface SeriesInfo {
  /** Its number in the store. */
  readonly series: number;
  readonly run: number;
  readonly stream: "history" | "events";
  readonly key: string;
  /**
   * What the values are: `number` (booleans among them, as 0 and 1), `string`, `list`, `object`, or
   * the `_type` of a media value or histogram, such as `image-file`. A key with values of several
   * kinds has a series for each.
   *
   * Only series of numbers have values; the others say which lines hold one.
   */
  readonly kind: string;
  readonly count: number;
  /** How many of them are NaN or infinite; minimum, maximum and sum leave them out. */
  readonly nonFinite: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** The lowest x: `_step` of history, `_timestamp` (seconds) of events. */
  readonly xMin: number;
  readonly xMax: number;
  /** Whether x never falls from one line to the next. */
  readonly sorted: boolean;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number;
  /** Null when it is not finite: then the line itself says what it was. */
  readonly first: number | null;
  readonly last: number | null;
  /** Whether the values never fall. */
  readonly monotonic: boolean;
}

/** What a chunk of up to 1,024 consecutive points of a series adds up to. */
export interface ChunkStats {
  readonly series: number;
  readonly firstLine: number;
  readonly lastLine: number;
  readonly xMin: number;
  readonly xMax: number;
  readonly sorted: boolean;
  readonly count: number;
  readonly nonFinite: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number;
  readonly first: number | null;
  readonly last: number | null;
}

/** Points of a series, by line number. The three arrays are of one length. */
export interface Points {
  readonly lines: Float64Array<ArrayBuffer>;
  /** `_step` of history, `_timestamp` (seconds) of events; the line number where it has none. */
  readonly x: Float64Array<ArrayBuffer>;
  /** Empty for series that are not numbers. */
  readonly values: Float64Array<ArrayBuffer>;
}

/** Which points; both ends of both ranges belong to it. */
export interface SeriesRange {
  readonly xFrom?: number;
  readonly xTo?: number;
  readonly lineFrom?: number;
  readonly lineTo?: number;
}

/**
 * Series of numbers. Series of different keys of a run are joined by line number: that is how
 * `_timestamp`, or any key, becomes the x of another. `_runtime` is not kept (clients corrupt it):
 * it is `_timestamp` less that of the first row. `_step` is the x, and has no series of its own.
 */
export interface SeriesStore {
  /** All series of a run, by key. */
  list(run: number, stream: "history" | "events"): Promise<SeriesInfo[]>;

  /** Series of numbers of some keys of some runs. */
  find(
    runs: readonly number[],
    stream: "history" | "events",
    keys: readonly string[],
  ): Promise<SeriesInfo[]>;

  /** Chunks that overlap the range, by series and line; without reading their points. */
  chunks(series: readonly number[], range?: SeriesRange): Promise<ChunkStats[]>;

  /** The points in the range, by line. */
  points(series: number, range?: SeriesRange): Promise<Points>;
}
