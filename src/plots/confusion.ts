import { type Classes, classesOf, type ClassLabel, isClassLabel } from "./classes.ts";

/** How often each class was taken for each other. */
export interface Confusion {
  /** The names of the classes, by index. */
  readonly names: readonly string[];
  /** `counts[actual * names.length + predicted]`. */
  readonly counts: Float64Array;
  /** Predictions that were counted. */
  readonly total: number;
  /** Pairs without a label or a prediction. */
  readonly leftOut: number;
}

/** More classes than this would take gigabytes for the pairs of them. */
const MAX_CLASSES = 5_000;

/**
 * Counts which class was taken for which.
 *
 * @param predicted The predicted classes, or the scores of each class, whose highest counts.
 * @throws {RangeError} When the lengths differ, there are too many classes, or a label is none of
 * the named ones.
 */
export function confusionOf(
  actual: ArrayLike<unknown>,
  predicted: ArrayLike<unknown>,
  names?: readonly string[],
): Confusion {
  if (actual.length !== predicted.length) {
    throw new RangeError(
      `Cannot compare ${actual.length} labels with ${predicted.length} predictions: ` +
        `each label needs one`,
    );
  }
  const scored = typeof predicted[0] === "object" && predicted[0] !== null;
  const winners = scored ? highest(predicted as ArrayLike<ArrayLike<number>>) : undefined;
  const classes = winners === undefined
    ? classesOf([actual, predicted], names)
    : scoredClasses(actual, predicted as ArrayLike<ArrayLike<number>>, names);
  const n = classes.names.length;
  if (n > MAX_CLASSES) {
    throw new RangeError(
      `Cannot draw a confusion matrix of ${n} classes: ${MAX_CLASSES} are the most`,
    );
  }
  const counts = new Float64Array(n * n);
  const indexOf = fastIndex(classes);
  let leftOut = 0;
  for (let i = 0; i < actual.length; i++) {
    const row = indexOf(actual[i]);
    const column = winners === undefined ? indexOf(predicted[i]) : winners[i]!;
    if (row === undefined || column === undefined || column < 0) leftOut++;
    else counts[row * n + column]!++;
  }
  return { names: classes.names, counts, total: actual.length - leftOut, leftOut };
}

/** The class that each column of scores stands for. */
export function scoredClasses(
  actual: ArrayLike<unknown>,
  scores: ArrayLike<ArrayLike<number>>,
  names?: readonly string[],
): Classes {
  const columns = widest(scores);
  const present = classesOf([actual]);
  if (names !== undefined) {
    if (names.length !== columns) {
      throw new RangeError(
        `Cannot name the classes: there are ${columns} scores for each, and ${names.length} names`,
      );
    }
    return classesOf([actual], names);
  }
  const areIndices = present.labels.every((label) =>
    typeof label === "number" && Number.isInteger(label) && label >= 0 && label < columns
  );
  if (areIndices) {
    return classesOf([Array.from({ length: columns }, (_, index) => index)]);
  }
  if (present.labels.length === columns) return present;
  throw new RangeError(
    `Cannot tell which class each of ${columns} scores is for: there are ` +
      `${present.labels.length} different labels. Name the classes`,
  );
}

/** The index of the highest score of each row, the first of equal ones; −1 without any. */
function highest(rows: ArrayLike<ArrayLike<number>>): Int32Array {
  const winners = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    let winner = -1;
    for (let j = 0; j < row.length; j++) {
      const score = row[j]!;
      if (!Number.isNaN(score) && (winner < 0 || score > row[winner]!)) winner = j;
    }
    winners[i] = winner;
  }
  return winners;
}

function widest(rows: ArrayLike<ArrayLike<number>>): number {
  let most = 0;
  for (let i = 0; i < rows.length; i++) most = Math.max(most, rows[i]!.length);
  return most;
}

/** Labels that are their own indices, as they mostly are, need no map. */
function fastIndex(classes: Classes): (label: unknown) => number | undefined {
  const plain = classes.labels.every((label: ClassLabel, index) => label === index);
  if (!plain) return (label) => isClassLabel(label) ? classes.indexOf(label) : undefined;
  const n = classes.labels.length;
  return (label) =>
    typeof label === "number" && label >= 0 && label < n && label === (label | 0)
      ? label
      : classes.indexOf(label);
}
