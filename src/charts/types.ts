/**
 * What the chart module is given. Everything here is plain data: no run, no notebook, no server.
 *
 * @module
 */

import type { StateInWords } from "./notebook_state.ts";
import type { Frame } from "./frame.ts";
import type { Picture } from "./picture.ts";

/**
 * A series that has been decimated: bucket `i` stands for `count[i]` points around `x[i]`, whose
 * mean is `mean[i]` and which lie between `low[i]` and `high[i]`. Where every bucket holds one
 * point, `mean`, `low` and `high` are equal and nothing was lost. A bucket without a finite value
 * has NaN in all three, and is drawn as a gap.
 */
export interface SeriesView {
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly count: Uint32Array;
  /** How many points the view stands for, the non-finite ones included. */
  readonly points: number;
  /** How many of them were NaN or infinite. */
  readonly nonFinite: number;
  /** The first finite value; NaN when there is none. */
  readonly first: number;
  /** The last value, which may be NaN or infinite. */
  readonly last: number;
  /** The smallest finite value; NaN when there is none. */
  readonly min: number;
  /** Where it was reached first; NaN when there is none. */
  readonly minX: number;
  /** The largest finite value; NaN when there is none. */
  readonly max: number;
  /** Where it was reached first; NaN when there is none. */
  readonly maxX: number;
}

/** A series with the name that a legend and a text alternative show. */
export interface NamedSeries {
  readonly name: string;
  readonly view: SeriesView;
}

/** One small multiple of a panel. */
export interface MetricView extends NamedSeries {
  /** What the x axis counts: `_step`, or the name of a step metric. */
  readonly xName: string;
}

/** A small chart of one series or of several that belong together. */
export interface ChartView {
  /** What it shows, with the unit. */
  readonly name: string;
  /** What the x axis counts, as in {@linkcode MetricView}. */
  readonly xName: string;
  readonly series: readonly NamedSeries[];
  /** What the vertical axis spans at the least. */
  readonly ySpan?: readonly [number, number];
}

/** The state of a run, as a reader sees it. */
export type RunState = "running" | "finished" | "failed" | "crashed";

/** What somebody should look at. */
export interface AlertView {
  readonly title: string;
  readonly text: string;
  readonly level: "INFO" | "WARN" | "ERROR";
}

/** The media that a metric had last. */
export interface MediaView {
  readonly name: string;
  /** The step of their row. */
  readonly step: number;
  /** Small images of them, as `data:` URLs. */
  readonly pictures: readonly Picture[];
  /** How many more there are. */
  readonly more: number;
  /** What they are, in words, where they are no images. */
  readonly words: string;
  /** The first rows of a table. */
  readonly table?: Frame;
  /** A text that was logged. */
  readonly text?: string;
}

/** Everything a panel shows. */
export interface PanelView {
  readonly name: string;
  readonly id: string;
  readonly project: string;
  readonly state: RunState;
  /** Seconds since the run began, or that it took. */
  readonly elapsed: number;
  /** The last step; null before the first row. */
  readonly step: number | null;
  /** How many rows were recorded. */
  readonly rows: number;
  /** Where the run is recorded. */
  readonly directory: string;
  /** The branch, the commit and whether files were changed; absent when they are unknown. */
  readonly git?: string;
  /** The metrics in the order in which they were first logged, hidden ones left out. */
  readonly metrics: readonly MetricView[];
  /** How many numeric metrics there are beyond `metrics`. */
  readonly more: number;
  /** How many metrics are hidden by their definition. */
  readonly hidden: number;
  /** Rows and values that were refused. */
  readonly rejected: number;
  /** The last ones, newest first. */
  readonly alerts?: readonly AlertView[];
  /** The last media of the metrics that have some. */
  readonly media?: readonly MediaView[];
  /** How many more metrics have media. */
  readonly moreMedia?: number;
  /** Charts that were logged, drawn already. */
  readonly charts?: readonly NamedDrawing[];
  /** Charts of the hardware, drawn folded. */
  readonly system: readonly ChartView[];
  /** What went wrong, oldest first; each is one sentence. */
  readonly warnings: readonly string[];
  /** Where the notebook and its results no longer agree. */
  readonly order?: StateInWords;
  /** How the delivery to a server stands, in a few words. */
  readonly sync?: string;
  /** The error that ended the run. */
  readonly error?: string;
}

/** Where in a drawing its data is, for who reads it with a pointer. */
export interface PlotArea {
  /** In the drawing's pixels, as the others. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** What the horizontal axis spans. */
  readonly x: readonly [number, number];
  readonly xScale: "linear" | "log";
}

/** A drawing, with a sentence that says the same to who cannot see it. */
export interface Drawing {
  /** A standalone SVG document (with `xmlns`). */
  readonly svg: string;
  /** One or two real sentences. */
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  /** Missing where there is nothing to point at. */
  readonly plot?: PlotArea;
}

/** A drawing of something that has a name. */
export interface NamedDrawing {
  readonly name: string;
  readonly drawing: Drawing;
}
