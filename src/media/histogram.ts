import { reasonOf } from "../names/reason.ts";
import { binValues, type NumberArray } from "../record/bin_values.ts";
import { UnrecordableValue } from "../record/encode_value.ts";
import type { Json } from "../record/lines.ts";
import { RECORD } from "../record/recordable.ts";
import { JUPYTER_DISPLAY, show } from "./show.ts";

/** Options of {@linkcode Histogram}. */
export interface HistogramOptions {
  /**
   * How many bins of equal width, 1 to 512.
   *
   * @default {64}
   */
  readonly bins?: number;
}

/** A histogram that was counted already. */
export interface CountedBins {
  /** How often values fell into each bin. */
  readonly counts: ArrayLike<number>;
  /** The edges of the bins: one more than there are counts, in ascending order. */
  readonly edges: ArrayLike<number>;
}

/** W&B's limit. */
const MAX_BINS = 512;
const DEFAULT_BINS = 64;

/**
 * How values are spread. It counts when it is made, so that what comes after does not change it;
 * NaN and the infinities are left out.
 *
 * @example
 * ```ts
 * import { Histogram, init } from "@cellar/cellar";
 *
 * const run = await init({ project: "docs", mode: "disabled" });
 * run.log({ weights: new Histogram(new Float32Array([0.1, 0.2, 0.2, 0.9]), { bins: 10 }) });
 * run.log({ ages: new Histogram({ counts: [3, 5], edges: [0, 30, 60] }) });
 * await run.finish();
 * ```
 */
export class Histogram {
  /** How often values fall into each bin. */
  readonly counts: readonly number[];
  /** The edges of the bins; a value at an edge belongs to the bin above. */
  readonly edges: readonly number[];
  readonly #problem: string | undefined;

  /**
   * Counts the values.
   *
   * @param values Numbers in any array or tensor (`dataSync`), or bins that were counted already.
   * What cannot be a histogram is not recorded, with a warning when it is logged.
   */
  constructor(
    values: NumberArray | CountedBins | { dataSync(): NumberArray },
    options?: HistogramOptions,
  ) {
    const { counts, edges, problem } = count(values, options ?? {});
    this.counts = counts;
    this.edges = edges;
    this.#problem = problem;
  }

  /** @internal */
  [RECORD](): Json {
    if (this.#problem !== undefined) throw new UnrecordableValue(this.#problem);
    return { _type: "histogram", values: [...this.counts], bins: [...this.edges] };
  }

  /** Draws it at the end of a cell. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return show(this.#problem, async () => {
      const [{ histogram }, { imageTag }] = await Promise.all([
        import("../charts/histogram.ts"),
        import("../charts/image.ts"),
      ]);
      const drawing = histogram(this.counts, this.edges);
      return { html: imageTag(drawing), text: drawing.alt };
    });
  }
}

function count(
  values: NumberArray | CountedBins | { dataSync(): NumberArray },
  { bins = DEFAULT_BINS }: HistogramOptions,
): { counts: number[]; edges: number[]; problem?: string } {
  const refuse = (problem: string) => ({ counts: [], edges: [], problem });
  if (typeof values !== "object" || values === null) {
    return refuse(`a histogram is made of numbers, not of ${describe(values)}`);
  }
  if ("counts" in values) return counted(values, refuse);
  if (!(Number.isInteger(bins) && bins >= 1 && bins <= MAX_BINS)) {
    return refuse(`a histogram has 1 to ${MAX_BINS} bins, not ${bins}`);
  }
  try {
    const result = binValues("dataSync" in values ? values.dataSync() : values, bins);
    return result.counts.length > 0 ? result : refuse("its array has no finite element");
  } catch (error) {
    return refuse(`its values cannot be read: ${reasonOf(error)}`);
  }
}

function counted(
  { counts, edges }: CountedBins,
  refuse: (problem: string) => { counts: number[]; edges: number[]; problem?: string },
): { counts: number[]; edges: number[]; problem?: string } {
  if (edges.length !== counts.length + 1) {
    return refuse(`${counts.length} bins have ${counts.length + 1} edges, not ${edges.length}`);
  }
  if (counts.length < 1 || counts.length > MAX_BINS) {
    return refuse(`a histogram has 1 to ${MAX_BINS} bins, not ${counts.length}`);
  }
  const ascending = Array.from(edges).every((edge, i) =>
    Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]!)
  );
  if (!ascending) return refuse("the edges of a histogram are finite, and in ascending order");
  if (!Array.from(counts).every((n) => Number.isFinite(n) && n >= 0)) {
    return refuse("the counts of a histogram are finite, and not negative");
  }
  return { counts: Array.from(counts), edges: Array.from(edges) };
}

function describe(value: unknown): string {
  return value === null ? "null" : `a ${typeof value}`;
}
