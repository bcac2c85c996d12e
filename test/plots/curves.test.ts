import { describe, expect, test } from "vitest";
import { interpolate, precisionRecallOf } from "../../src/plots/precision_recall.ts";
import { rocOf } from "../../src/plots/roc.ts";
import { countScores } from "../../src/plots/score_counts.ts";
import published from "./published/scikit_learn.json" with { type: "json" };

function counted(labels: readonly number[], scores: readonly number[], positive = 1) {
  const of = (wanted: boolean) =>
    Float64Array.from(scores.filter((_score, i) => (labels[i] === positive) === wanted));
  return countScores(of(true), of(false));
}

/** The example of scikit-learn's documentation of roc_curve and of precision_recall_curve. */
const DOCUMENTED = counted([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);

function expectClose(actual: ArrayLike<number>, expected: readonly number[]) {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, 12);
}

describe("rocOf()", () => {
  test("rocOf() gives what the documentation of scikit-learn shows", () => {
    const { fpr, tpr, thresholds, area } = rocOf(DOCUMENTED);
    expect([...fpr]).toEqual([0, 0, 0.5, 0.5, 1]);
    expect([...tpr]).toEqual([0, 0.5, 0.5, 1, 1]);
    expect([...thresholds]).toEqual([Infinity, 0.8, 0.4, 0.35, 0.1]);
    expect(area).toBe(0.75);
  });

  test("rocOf() gives what scikit-learn computes from sixty scores with many ties", () => {
    const { labels, scores, fpr, tpr, thresholds, auc } = published.ties;
    const roc = rocOf(counted(labels, scores));
    expectClose(roc.fpr, fpr);
    expectClose(roc.tpr, tpr);
    expect([...roc.thresholds]).toEqual(thresholds.map(Number));
    expect(roc.area).toBeCloseTo(auc, 12);
  });

  test("rocOf() does not depend on the order of equal scores", () => {
    const area = (labels: number[]) => rocOf(counted(labels, [0.5, 0.5, 0.5, 0.5])).area;
    expect([area([1, 1, 0, 0]), area([0, 0, 1, 1]), area([0, 1, 0, 1])]).toEqual([0.5, 0.5, 0.5]);
  });

  test("rocOf() is exact for scores that part the classes, and that turn them round", () => {
    expect(rocOf(counted([0, 0, 1, 1], [1, 2, 3, 4])).area).toBe(1);
    expect(rocOf(counted([1, 1, 0, 0], [1, 2, 3, 4])).area).toBe(0);
  });

  test("rocOf() has no curve and no area for one class, or nothing", () => {
    for (const counts of [counted([1, 1], [0.1, 0.2]), counted([0], [0.1]), counted([], [])]) {
      const { fpr, area } = rocOf(counts);
      expect(fpr.length).toBe(0);
      expect(area).toBeNaN();
    }
  });

  test("rocOf() takes infinite scores", () => {
    const { area, thresholds } = rocOf(counted([0, 1, 0, 1], [-Infinity, Infinity, 0, 0.5]));
    expect(area).toBe(1);
    expect(thresholds[1]).toBe(Infinity);
  });
});

describe("precisionRecallOf()", () => {
  test("precisionRecallOf() gives what the documentation of scikit-learn shows", () => {
    const { precision, recall, thresholds, average } = precisionRecallOf(DOCUMENTED);
    // There the thresholds rise; here they fall.
    expectClose(precision.toReversed(), [0.5, 2 / 3, 0.5, 1, 1]);
    expect([...recall.toReversed()]).toEqual([1, 1, 0.5, 0.5, 0]);
    expect([...thresholds.toReversed()]).toEqual([0.1, 0.35, 0.4, 0.8, Infinity]);
    // Documented for average_precision_score as 0.83.
    expect(average).toBeCloseTo(0.8333333, 6);
  });

  test("precisionRecallOf() gives what scikit-learn computes from scores with many ties", () => {
    const { labels, scores, precision, recall, ap } = published.ties;
    const curve = precisionRecallOf(counted(labels, scores));
    expectClose(curve.precision.toReversed(), precision);
    expectClose(curve.recall.toReversed(), recall);
    expect(curve.average).toBeCloseTo(ap, 12);
  });

  test("precisionRecallOf() is 1 throughout where all are positive, and nothing without any", () => {
    const all = precisionRecallOf(counted([1, 1, 1], [0.2, 0.4, 0.9]));
    expect([...all.precision]).toEqual([1, 1, 1, 1]);
    expect(all.average).toBe(1);
    expect(precisionRecallOf(counted([0, 0], [0.2, 0.4])).average).toBeNaN();
    expect(precisionRecallOf(counted([], [])).recall.length).toBe(0);
  });
});

describe("interpolate()", () => {
  test("interpolate() gives the best precision that is reached with each recall", () => {
    const { recall, precision } = interpolate(precisionRecallOf(DOCUMENTED), 5);
    expect([...recall]).toEqual([1, 0.75, 0.5, 0.25, 0]);
    expectClose(precision, [2 / 3, 2 / 3, 1, 1, 1]);
  });

  test("interpolate() never rises with the recall", () => {
    const { labels, scores } = published.ties;
    const { precision } = interpolate(precisionRecallOf(counted(labels, scores)), 101);
    for (let i = 1; i < precision.length; i++) {
      expect(precision[i]).toBeGreaterThanOrEqual(precision[i - 1]!);
    }
  });
});
