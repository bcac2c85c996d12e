import type { SaveRequest } from "../files/save_request.ts";
import type { MediaRequest } from "../record/media_job.ts";

/** How a chart is drawn; see `Run.chart`. */
export interface ChartOptions {
  /**
   * The metric on the x axis.
   *
   * @default {the step metric that was defined, or "_step"}
   */
  readonly x?: string;
  /**
   * Exponential smoothing from 0 (none) to below 1; the raw line stays visible.
   *
   * @default {0}
   */
  readonly smoothing?: number;
  /**
   * The scale of the y axis.
   *
   * @default {"linear"}
   */
  readonly scale?: "linear" | "log";
  /** In CSS pixels. @default {640} */
  readonly width?: number;
  /** In CSS pixels. @default {320} */
  readonly height?: number;
  /** Shown above the chart. */
  readonly title?: string;
}

/** Something to draw from a run's record. */
export type DrawRequest =
  | { readonly kind: "panel" }
  | { readonly kind: "summary" }
  /** In lines of so many characters at most. */
  | { readonly kind: "summaryText"; readonly width?: number | undefined }
  | { readonly kind: "cells" }
  /** One cell, by its execution number; a negative one counts from the end. */
  | { readonly kind: "cell"; readonly execution: number }
  | { readonly kind: "system" }
  | { readonly kind: "watching" }
  | { readonly kind: "chart"; readonly metrics: readonly string[]; readonly options: ChartOptions };

/** A drawing as HTML, and the same in words; `svg` for a single chart. */
export interface Drawn {
  readonly html: string;
  readonly text: string;
  readonly svg?: string;
}

/** What was delivered to a server, of a run that has ended. */
export interface RunDelivery {
  /** Whether the server has all of it, and knows that it has ended. */
  readonly complete: boolean;
  /** Rows that the server has. */
  readonly delivered: number;
  /** Rows that it has not. */
  readonly left: number;
  /** Files that it has not. */
  readonly filesLeft: number;
  /** Why something is left; null when nothing is known to be wrong. */
  readonly reason: string | null;
  /** The run's page on the server; null when it was never reached. */
  readonly url: string | null;
}

/** What goes along with a run and does for it what must not be done in the user's way. */
export interface RunCompanion {
  /** Handles what the background has to say. Called from `log()`, at most every 250 ms. */
  poll(): void;
  /**
   * Has media made in the background.
   *
   * @returns False when there is no background to do so.
   */
  make(request: MediaRequest, transfer: readonly ArrayBuffer[]): boolean;
  /** Has files copied in the background. */
  save(request: SaveRequest): void;
  /** Draws in the background. */
  draw(request: DrawRequest): Promise<Drawn>;
  /** Says who delivers what is left, when the process is about to end without waiting for it. */
  leaving(): void;
  /**
   * Shows the end of the run, and delivers what is left; resolves when that is done, within bounds.
   *
   * @returns What was delivered; null for a run that stays local.
   */
  finished(): Promise<RunDelivery | null>;
}
