import { formatCount } from "../charts/format.ts";
import type { ClassLabel } from "./classes.ts";
import { type Confusion, confusionOf } from "./confusion.ts";
import { CustomChart, partsOf, tableOf } from "./custom_chart.ts";

/** Options of {@linkcode confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /**
   * The name of each class. Labels are then these names, or their indices.
   *
   * @default {the labels themselves}
   */
  readonly classNames?: readonly string[];
  /** Shown above the chart. @default {"Confusion matrix"} */
  readonly title?: string;
}

/** What W&B shows of a table. */
const MAX_CELLS = 10_000;

/**
 * How often each class was taken for each other. Rows without a label or a prediction (NaN, null)
 * are left out, and counted in the chart.
 *
 * Of more than 100 classes the pairs that never happened are left out of the table, and where there
 * are still more than 10,000 the rarest; the chart says so.
 *
 * @param actual The class of each example: a number or a name.
 * @param predicted The predicted class of each, or its scores for all classes, of which the highest
 * counts.
 *
 * @example
 * ```ts
 * import { plot } from "@cellar/cellar";
 *
 * plot.confusionMatrix([0, 1, 2, 2], [0, 2, 2, 2], { classNames: ["ant", "bird", "cat"] });
 * plot.confusionMatrix([0, 1], [[0.9, 0.1], [0.6, 0.4]]);
 * ```
 */
export function confusionMatrix(
  actual: ArrayLike<ClassLabel | null | undefined>,
  predicted: ArrayLike<ClassLabel | null | undefined> | ArrayLike<ArrayLike<number>>,
  options: ConfusionMatrixOptions = {},
): CustomChart {
  return new CustomChart(() => {
    const { classNames, title = "Confusion matrix" } = options;
    const confusion = confusionOf(actual, predicted, classNames);
    const cells = cellsOf(confusion);
    const { names, leftOut } = confusion;
    const notes = [
      cells.leftOut > 0 ? `the ${formatCount(cells.actual.length)} most frequent pairs` : "",
      leftOut > 0 ? `${formatCount(leftOut)} without a label left out` : "",
    ].filter((note) => note !== "");
    const side = Math.min(560, 150 + 34 * names.length);
    return {
      definition: {
        preset: "wandb/confusion_matrix/v1",
        fields: { Actual: "Actual", Predicted: "Predicted", nPredictions: "nPredictions" },
        strings: { title, ...(notes.length === 0 ? {} : { subtitle: notes.join("; ") }) },
      },
      ...partsOf(
        tableOf({
          Actual: cells.actual,
          Predicted: cells.predicted,
          nPredictions: cells.counts,
        }),
      ),
      size: { width: Math.max(320, side + 60), height: Math.max(240, side) },
    };
  });
}

interface Cells {
  readonly actual: string[];
  readonly predicted: string[];
  readonly counts: number[];
  /** Pairs that happened, and are not among them. */
  readonly leftOut: number;
}

/** All pairs where they are few, else those that happened, the most frequent first to be kept. */
function cellsOf({ names, counts }: Confusion): Cells {
  const n = names.length;
  const cells: Cells & { leftOut: number } = { actual: [], predicted: [], counts: [], leftOut: 0 };
  const all = n * n <= MAX_CELLS;
  const least = all ? { count: -1, extra: 0 } : rarestKept(counts);
  let extra = least.extra;
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i]!;
    const tied = count === least.count && extra > 0;
    if (!all && !(count > least.count || tied)) {
      if (count > 0) cells.leftOut++;
      continue;
    }
    if (tied) extra--;
    cells.actual.push(names[Math.floor(i / n)]!);
    cells.predicted.push(names[i % n]!);
    cells.counts.push(count);
  }
  return cells;
}

/** The count of which only some cells are kept, and how many of them. */
function rarestKept(counts: Float64Array): { count: number; extra: number } {
  const sorted = counts.filter((count) => count > 0).sort().reverse();
  if (sorted.length <= MAX_CELLS) return { count: 0, extra: 0 };
  const count = sorted[MAX_CELLS - 1]!;
  return { count, extra: MAX_CELLS - sorted.findIndex((one) => one === count) };
}
