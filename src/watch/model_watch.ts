import { reasonOf } from "../names/reason.ts";
import { RECORD, type Recordable } from "../record/recordable.ts";
import type { Json } from "../record/lines.ts";
import type { NamedValues, WatchedStep, Watcher } from "./protocol.ts";
import { type Reduced, reduceValues } from "./reduce.ts";

/** What of a model is recorded. */
export type WatchedKind = "gradients" | "parameters" | "all";

/** Options of `watch`. */
export interface WatchOptions {
  /**
   * What is recorded: histograms of the gradients, of the parameters, or of both; null for nothing
   * but the graph.
   *
   * @default {"gradients"}
   */
  readonly log?: WatchedKind | null;
  /**
   * Every how many training steps; the first one is recorded too.
   *
   * @default {100}
   */
  readonly logFreq?: number;
  /**
   * Whether the layers of the model are recorded, where its library tells them.
   *
   * @default {false}
   */
  readonly logGraph?: boolean;
  /** Stands before the names, to tell models apart: `gradients/<name>/<parameter>`. */
  readonly name?: string;
}

/** Where a {@linkcode ModelWatch} records to. */
export interface WatchSink {
  /** Records a part of the row that the next `log()` completes. */
  log(row: Readonly<Record<string, unknown>>): void;
  /** Warns once of each code. */
  warn(code: string, message: string): void;
}

/** As W&B has it. */
const MAX_BINS = 64;
const MIN_BINS = 8;
const DEFAULT_FREQUENCY = 100;

/** Watches one model: counts its steps, and records every so many of them. */
export class ModelWatch implements Watcher {
  readonly #sink: WatchSink;
  readonly #kind: WatchedKind | null;
  readonly #frequency: number;
  readonly #prefix: string;
  #steps = 0;
  #ended = false;

  /** @throws {TypeError} When an option cannot be. */
  constructor(sink: WatchSink, options: WatchOptions) {
    const { log = "gradients", logFreq = DEFAULT_FREQUENCY, name = "" } = options;
    if (log !== null && log !== "gradients" && log !== "parameters" && log !== "all") {
      throw new TypeError(
        `Cannot watch: log must be "gradients", "parameters", "all" or null, not ${
          JSON.stringify(log)
        }`,
      );
    }
    if (!(Number.isInteger(logFreq) && logFreq >= 1)) {
      throw new TypeError(
        `Cannot watch: logFreq must be a whole number from 1, not ${logFreq}`,
      );
    }
    this.#sink = sink;
    this.#kind = log;
    this.#frequency = logFreq;
    this.#prefix = name === "" ? "" : `${name}/`;
  }

  /** What is recorded, in words. */
  get description(): string {
    const every = this.#frequency === 1 ? "every step" : `every ${this.#frequency} steps`;
    if (this.#kind === null) return "Watching the graph";
    const kind = this.#kind === "all" ? "gradients and parameters" : this.#kind;
    return `${this.#ended ? "Watched" : "Watching"} ${kind}, ${every}`;
  }

  /** Training steps seen so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Counts a step, and records it when it is time. Never throws. */
  step(read: () => WatchedStep): void {
    if (this.#ended || this.#kind === null) return;
    if (this.#steps++ % this.#frequency !== 0) return;
    const row: Record<string, unknown> = {};
    try {
      const { gradients, parameters } = read();
      if (this.#kind !== "parameters") this.#reduce(row, "gradients", gradients);
      if (this.#kind !== "gradients") this.#reduce(row, "parameters", parameters);
    } catch (error) {
      this.warn(`Cannot read what is watched: ${messageOf(error)}`);
    }
    if (Object.keys(row).length > 0) this.#sink.log(row);
  }

  /** Says something once. */
  warn(message: string): void {
    this.#sink.warn(`watch:${message.slice(0, 60)}`, message);
  }

  /** Ends it: further steps are not counted. */
  end(): void {
    this.#ended = true;
  }

  #reduce(row: Record<string, unknown>, kind: string, values: NamedValues | undefined): void {
    for (const [name, source] of values ?? []) {
      const key = `${kind}/${this.#prefix}${name}`;
      let reduced: Reduced;
      try {
        reduced = reduceValues(typeof source === "function" ? source() : source, binsFor);
      } catch (error) {
        // Its code is the same for all, so that a whole model that is gone is said once.
        this.#sink.warn("watch:unreadable", `Cannot watch ${key}: ${messageOf(error)}`);
        continue;
      }
      const { nonFinite, size } = reduced;
      if (nonFinite > 0) {
        this.#sink.warn(
          "watch:nonfinite",
          `${nonFinite} of the ${size} values of ${key} are NaN or infinite`,
        );
      }
      if (reduced.counts.length > 0) row[key] = new WatchedHistogram(reduced);
    }
  }
}

/** Few values fall into few bins, else most of them would hold one or none (Rice's rule). */
function binsFor(size: number): number {
  return Math.min(MAX_BINS, Math.max(MIN_BINS, Math.ceil(2 * Math.cbrt(size))));
}

/** A histogram as W&B has it, with what its bins do not tell. */
class WatchedHistogram implements Recordable {
  readonly #reduced: Reduced;

  constructor(reduced: Reduced) {
    this.#reduced = reduced;
  }

  [RECORD](): Json {
    const { counts, edges, norm, nonFinite } = this.#reduced;
    return {
      _type: "histogram",
      values: [...counts],
      bins: [...edges],
      norm: Number.isFinite(norm) ? norm : String(norm),
      ...(nonFinite === 0 ? {} : { nonFinite }),
    };
  }
}

function messageOf(error: unknown): string {
  return reasonOf(error).slice(0, 300);
}
