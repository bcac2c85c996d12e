import {
  areasInWords,
  countClasses,
  type CurveOptions,
  type Labels,
  type Scores,
  subtitleOf,
} from "./class_curves.ts";
import { CustomChart, partsOf, tableOf } from "./custom_chart.ts";
import { rocOf } from "./roc.ts";
import { thinnedCurve } from "./thin.ts";

/** What W&B shows of a table. */
const MAX_ROWS = 10_000;

/**
 * The receiver operating characteristic of each class against all others: how many of the class are
 * found at the price of how many false alarms. The area below each curve is said in the chart.
 *
 * Equal scores are one threshold. Examples without a label or a score are left out, and counted in
 * the chart; a class that none or all belong to has no curve.
 *
 * @param actual The class of each example: a number or a name.
 * @param scores The score of each example for the second of two classes, or its scores for all
 * classes, in the order of their numbers or names.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * plot.rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * plot.rocCurve(["cat", "dog"], [[0.8, 0.2], [0.3, 0.7]], { classesToPlot: ["dog"] });
 * ```
 */
export function rocCurve(actual: Labels, scores: Scores, options: CurveOptions = {}): CustomChart {
  return new CustomChart(() => {
    const { title = "ROC curve" } = options;
    const { classes, leftOut } = countClasses(actual, scores, options);
    const curves = classes.map(({ name, counts }) => ({ name, ...rocOf(counts) }))
      .filter(({ fpr }) => fpr.length > 0);
    const columns = { class: [] as string[], fpr: [] as number[], tpr: [] as number[] };
    for (const { name, fpr, tpr } of curves) {
      for (const i of thinnedCurve(fpr, tpr, Math.floor(MAX_ROWS / curves.length))) {
        columns.class.push(name);
        columns.fpr.push(fpr[i]!);
        columns.tpr.push(tpr[i]!);
      }
    }
    const areas = areasInWords("AUC", curves.map(({ name, area }) => [name, area] as const));
    return {
      definition: {
        preset: "wandb/area-under-curve/v0",
        fields: { x: "fpr", y: "tpr", class: "class" },
        strings: {
          title,
          "x-axis-title": "False positive rate",
          "y-axis-title": "True positive rate",
          ...subtitleOf(areas, leftOut),
        },
      },
      ...partsOf(tableOf(columns)),
      size: { width: 480, height: 400 },
    };
  });
}
