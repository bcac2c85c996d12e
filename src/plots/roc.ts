import type { ScoreCounts } from "./score_counts.ts";

/** A receiver operating characteristic. */
export interface Roc {
  /** The rate of false positives, rising from 0 to 1; empty without a negative or a positive. */
  readonly fpr: Float64Array;
  /** The rate of true positives. */
  readonly tpr: Float64Array;
  /** The score from which on something counts as positive; it begins with Infinity. */
  readonly thresholds: Float64Array;
  /** The area below the curve, exactly; NaN without a negative or a positive. */
  readonly area: number;
}

/** The ROC curve of scores. Points on a straight line between two others are left out. */
export function rocOf(counts: ScoreCounts): Roc {
  const { thresholds, truePositives: tp, falsePositives: fp, positives, negatives } = counts;
  if (positives === 0 || negatives === 0) {
    const none = new Float64Array();
    return { fpr: none, tpr: none, thresholds: none, area: NaN };
  }
  const kept: number[] = [];
  const last = tp.length - 1;
  let doubled = 0;
  for (let i = 0; i <= last; i++) {
    const [tp0, fp0] = i === 0 ? [0, 0] : [tp[i - 1]!, fp[i - 1]!];
    doubled += (fp[i]! - fp0) * (tp[i]! + tp0);
    // What scikit-learn drops: where both counts go on as they did.
    const straight = i > 0 && i < last && tp[i + 1]! - tp[i]! === tp[i]! - tp0 &&
      fp[i + 1]! - fp[i]! === fp[i]! - fp0;
    if (!straight) kept.push(i);
  }
  const rate = (column: Float64Array, all: number) =>
    Float64Array.from([0, ...kept.map((i) => column[i]! / all)]);
  return {
    fpr: rate(fp, negatives),
    tpr: rate(tp, positives),
    thresholds: Float64Array.from([Infinity, ...kept.map((i) => thresholds[i]!)]),
    area: doubled / (2 * positives * negatives),
  };
}
