import type { ScoreCounts } from "./score_counts.ts";

/** Precision against recall. */
export interface PrecisionRecall {
  /** Rising with the threshold's fall, from 0 to 1; empty without a positive. */
  readonly recall: Float64Array;
  /** It begins with 1, where nothing counts as positive. */
  readonly precision: Float64Array;
  /** The threshold of each point; it begins with Infinity. */
  readonly thresholds: Float64Array;
  /** The mean precision, weighted by the rise of the recall; NaN without a positive. */
  readonly average: number;
}

/** Precision and recall of scores at each threshold at which one of them changes. */
export function precisionRecallOf(counts: ScoreCounts): PrecisionRecall {
  const { thresholds, truePositives: tp, falsePositives: fp, positives } = counts;
  if (positives === 0) {
    const none = new Float64Array();
    return { recall: none, precision: none, thresholds: none, average: NaN };
  }
  const length = tp.length + 1;
  const recall = new Float64Array(length);
  const precision = new Float64Array(length);
  const at = new Float64Array(length);
  precision[0] = 1;
  at[0] = Infinity;
  let average = 0;
  for (let i = 0; i < tp.length; i++) {
    recall[i + 1] = tp[i]! / positives;
    precision[i + 1] = tp[i]! / (tp[i]! + fp[i]!);
    at[i + 1] = thresholds[i]!;
    average += (recall[i + 1]! - recall[i]!) * precision[i + 1]!;
  }
  return { recall, precision, thresholds: at, average };
}

/**
 * The best precision that is reached with at least each recall: a curve that never rises.
 *
 * @param count Points, evenly spaced in recall from 1 down to 0.
 */
export function interpolate(
  { recall, precision }: PrecisionRecall,
  count: number,
): { recall: Float64Array; precision: Float64Array } {
  const best = precision.slice();
  for (let i = best.length - 2; i >= 0; i--) best[i] = Math.max(best[i]!, best[i + 1]!);
  const to = new Float64Array(count);
  const values = new Float64Array(count);
  let i = recall.length - 1;
  for (let j = 0; j < count; j++) {
    to[j] = count === 1 ? 1 : 1 - j / (count - 1);
    // The lowest point whose recall is not below.
    while (i > 0 && recall[i - 1]! >= to[j]!) i--;
    values[j] = best[i] ?? NaN;
  }
  return { recall: to, precision: values };
}
