/** How many of two classes have a score of at least each threshold. */
export interface ScoreCounts {
  /** The distinct scores, from the highest to the lowest. */
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Counts the true and the false positives at every threshold. Equal scores are one threshold,
 * whatever order they come in.
 *
 * @param positive Scores of what is of the class; no NaN. It is sorted in place.
 * @param negative Scores of what is not; no NaN. It is sorted in place.
 */
export function countScores(positive: Float64Array, negative: Float64Array): ScoreCounts {
  // Two sorts of plain numbers and a merge: several times as fast as sorting the pairs.
  positive.sort();
  negative.sort();
  const most = positive.length + negative.length;
  const thresholds = new Float64Array(most);
  const truePositives = new Float64Array(most);
  const falsePositives = new Float64Array(most);
  let p = positive.length;
  let n = negative.length;
  let count = 0;
  while (p > 0 || n > 0) {
    const score = Math.max(
      p > 0 ? positive[p - 1]! : -Infinity,
      n > 0 ? negative[n - 1]! : -Infinity,
    );
    while (p > 0 && positive[p - 1] === score) p--;
    while (n > 0 && negative[n - 1] === score) n--;
    thresholds[count] = score;
    truePositives[count] = positive.length - p;
    falsePositives[count] = negative.length - n;
    count++;
  }
  return {
    thresholds: thresholds.slice(0, count),
    truePositives: truePositives.slice(0, count),
    falsePositives: falsePositives.slice(0, count),
    positives: positive.length,
    negatives: negative.length,
  };
}
