/** One value of a metric at one time. */
export interface Sample {
  /** Seconds. */
  readonly time: number;
  /** In the metric's unit. */
  readonly value: number;
}

/** A span of time, in the samples' seconds. */
export interface Span {
  /** Where it begins. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/** Options of {@linkcode energy}, {@linkcode mean} and {@linkcode peak}. */
export interface BridgeOptions {
  /**
   * Seconds between two samples up to which a straight line between them is believed.
   *
   * @default 45, three of the sampler's longest intervals
   */
  readonly maxGap?: number;
}

/** What samples tell of a span. */
export interface SpanSummary {
  /** The area under the line through the samples: joules, where the values are watts. */
  readonly integral: number;
  /** Seconds of the span that samples speak for. */
  readonly covered: number;
  /** `undefined` when no sample speaks for the span. */
  readonly mean: number | undefined;
  /** `undefined` when no sample speaks for the span. */
  readonly peak: number | undefined;
}

/**
 * Sums up a sampled metric over a span, which need not begin or end at a sample: in between a
 * straight line is assumed, and over gaps nothing.
 *
 * @param samples By time, the oldest first; values that are no finite numbers are left out.
 *
 * @example
 * ```ts
 * import { summarizeSpan } from "./energy.ts";
 *
 * const watts = [{ time: 0, value: 100 }, { time: 2, value: 300 }, { time: 4, value: 300 }];
 * summarizeSpan(watts, { start: 1, end: 4, maxGap: 6 });
 * // { integral: 850, covered: 3, mean: 283.3…, peak: 300 }
 * ```
 */
export function summarizeSpan(
  samples: readonly Sample[],
  { start, end, maxGap = 45 }: Span & BridgeOptions,
): SpanSummary {
  const points = samples.filter(({ time, value }) =>
    Number.isFinite(time) && Number.isFinite(value)
  );
  let integral = 0;
  let covered = 0;
  let peak = -Infinity;
  let inside = 0;
  let sum = 0;
  for (const [i, point] of points.entries()) {
    if (point.time >= start && point.time <= end) {
      peak = Math.max(peak, point.value);
      inside++;
      sum += point.value;
    }
    const next = points[i + 1];
    if (next === undefined) break;
    const distance = next.time - point.time;
    if (!(distance > 0 && distance <= maxGap)) continue;
    const from = Math.max(start, point.time);
    const to = Math.min(end, next.time);
    if (!(to > from)) continue;
    const at = (time: number): number =>
      point.value + ((next.value - point.value) * (time - point.time)) / distance;
    integral += ((at(from) + at(to)) / 2) * (to - from);
    covered += to - from;
    peak = Math.max(peak, at(from), at(to));
  }
  const found = peak !== -Infinity;
  return {
    integral,
    covered,
    mean: covered > 0 ? integral / covered : inside > 0 ? sum / inside : undefined,
    peak: found ? peak : undefined,
  };
}

/** Joules of a span, from samples of power in watts; `undefined` when none speaks for it. */
export function energy(
  power: readonly Sample[],
  span: Span & BridgeOptions,
): number | undefined {
  const { integral, covered } = summarizeSpan(power, span);
  return covered > 0 ? integral : undefined;
}

/** The mean over a span, weighted by time; `undefined` when no sample speaks for it. */
export function mean(samples: readonly Sample[], span: Span & BridgeOptions): number | undefined {
  return summarizeSpan(samples, span).mean;
}

/** The highest value in a span; `undefined` when no sample speaks for it. */
export function peak(samples: readonly Sample[], span: Span & BridgeOptions): number | undefined {
  return summarizeSpan(samples, span).peak;
}
