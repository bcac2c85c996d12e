import type { MetricLine } from "../record/lines.ts";
import { Metric } from "./metric.ts";

/** Metrics beyond this many are recorded, but not summarized: memory must not grow for ever. */
export const MAX_METRICS = 100_000;

/** The metrics of a run by name, and the definitions that apply to them. */
export class Metrics {
  readonly #metrics = new Map<string, Metric>();
  readonly #exact = new Map<string, MetricLine>();
  readonly #globs: MetricLine[] = [];

  /** How many metrics there are. */
  get size(): number {
    return this.#metrics.size;
  }

  /** The metrics in the order in which they were first logged. */
  [Symbol.iterator](): IterableIterator<Metric> {
    return this.#metrics.values();
  }

  /** A metric that was logged before. */
  get(name: string): Metric | undefined {
    return this.#metrics.get(name);
  }

  /** The metric of that name, made when it is new. */
  obtain(name: string): Metric {
    let metric = this.#metrics.get(name);
    if (metric === undefined) {
      metric = new Metric(name);
      metric.definition = this.definitionOf(name);
      if (this.#metrics.size < MAX_METRICS) this.#metrics.set(name, metric);
    }
    return metric;
  }

  /** Defines a metric or a glob; a later definition adds to an earlier one of the same name. */
  define(line: MetricLine): void {
    if (line.name.endsWith("*")) {
      const i = this.#globs.findIndex((glob) => glob.name === line.name);
      if (i === -1) this.#globs.push(line);
      else this.#globs[i] = { ...this.#globs[i], ...line };
    } else {
      this.#exact.set(line.name, { ...this.#exact.get(line.name), ...line });
    }
    for (const metric of this) metric.definition = this.definitionOf(metric.name);
  }

  /** The definition for a name: an exact one, or else the longest glob that fits. */
  definitionOf(name: string): MetricLine | null {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    let found: MetricLine | null = null;
    for (const glob of this.#globs) {
      const fits = name.startsWith(glob.name.slice(0, -1));
      if (fits && (found === null || glob.name.length > found.name.length)) found = glob;
    }
    return found;
  }

  /** The definitions in the order in which they were made. */
  definitions(): MetricLine[] {
    return [...this.#exact.values(), ...this.#globs];
  }
}
