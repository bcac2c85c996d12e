import {
  areasInWords,
  countClasses,
  type CurveOptions,
  type Labels,
  type Scores,
  subtitleOf,
} from "./class_curves.ts";
import { CustomChart, partsOf, tableOf } from "./custom_chart.ts";
import { interpolate, precisionRecallOf } from "./precision_recall.ts";

/** Options of {@linkcode prCurve}. */
export interface PrCurveOptions extends CurveOptions {
  /**
   * How many points of each curve are recorded, evenly spaced in recall; 2 at least.
   *
   * @default {21}
   */
  readonly interpSize?: number;
}

/**
 * Precision against recall of each class against all others: the best precision that is reached
 * with at least each recall. The average precision, of all thresholds, is said in the chart.
 *
 * Equal scores are one threshold. Examples without a label or a score are left out, and counted in
 * the chart; a class that nothing belongs to has no curve.
 *
 * @param actual The class of each example: a number or a name.
 * @param scores The score of each example for the second of two classes, or its scores for all
 * classes, in the order of their numbers or names.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * plot.prCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], { labels: ["ham", "spam"] });
 * ```
 */
export function prCurve(actual: Labels, scores: Scores, options: PrCurveOptions = {}): CustomChart {
  return new CustomChart(() => {
    const { title = "Precision-recall curve", interpSize = 21 } = options;
    if (!(Number.isInteger(interpSize) && interpSize >= 2 && interpSize <= 10_000)) {
      throw new RangeError(
        `Cannot draw a curve: interpSize must be a whole number from 2 to 10000, not ${interpSize}`,
      );
    }
    const { classes, leftOut } = countClasses(actual, scores, options);
    const columns = {
      class: [] as string[],
      precision: [] as number[],
      recall: [] as number[],
    };
    const averages: [string, number][] = [];
    for (const { name, counts } of classes) {
      const curve = precisionRecallOf(counts);
      if (curve.recall.length === 0) continue;
      averages.push([name, curve.average]);
      const { precision, recall } = interpolate(curve, interpSize);
      for (let i = 0; i < recall.length; i++) {
        columns.class.push(name);
        columns.precision.push(precision[i]!);
        columns.recall.push(recall[i]!);
      }
    }
    return {
      definition: {
        preset: "wandb/area-under-curve/v0",
        fields: { x: "recall", y: "precision", class: "class" },
        strings: {
          title,
          "x-axis-title": "Recall",
          "y-axis-title": "Precision",
          ...subtitleOf(areasInWords("average precision", averages), leftOut),
        },
      },
      ...partsOf(tableOf(columns)),
      size: { width: 480, height: 400 },
    };
  });
}
