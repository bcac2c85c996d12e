import { formatCount, formatNumber } from "../charts/format.ts";
import { type Classes, classesOf, type ClassLabel, isClassLabel } from "./classes.ts";
import { scoredClasses } from "./confusion.ts";
import { countScores, type ScoreCounts } from "./score_counts.ts";

/** The class of each example. */
export type Labels = ArrayLike<ClassLabel | null | undefined>;

/** The score of each example for the second of two classes, or its scores for all classes. */
export type Scores = ArrayLike<number> | ArrayLike<ArrayLike<number>>;

/** Options of `plot.rocCurve` and `plot.prCurve`. */
export interface CurveOptions {
  /**
   * The name of each class. Labels are then these names, or their indices.
   *
   * @default {the labels themselves}
   */
  readonly labels?: readonly string[];
  /**
   * The classes that are drawn.
   *
   * @default {all, where each has scores}
   */
  readonly classesToPlot?: readonly ClassLabel[];
  /** Shown above the chart. */
  readonly title?: string;
}

/** The counts of one class against all others. */
export interface ClassCounts {
  readonly name: string;
  readonly counts: ScoreCounts;
}

/** What curves are drawn from. */
export interface AllCounts {
  readonly classes: readonly ClassCounts[];
  /** Examples without a label or a score. */
  readonly leftOut: number;
}

/**
 * Counts for each class how scores tell it from the others.
 *
 * @throws {RangeError} When lengths differ, or it is not clear which class a score is for.
 */
export function countClasses(actual: Labels, scores: Scores, options: CurveOptions): AllCounts {
  if (actual.length !== scores.length) {
    throw new RangeError(
      `Cannot draw a curve of ${actual.length} labels and ${scores.length} scores: ` +
        `each label needs one`,
    );
  }
  const single = typeof scores[0] !== "object";
  const classes = single
    ? pairOf(actual, options.labels)
    : scoredClasses(actual, scores as ArrayLike<ArrayLike<number>>, options.labels);
  const scoreOf = single
    ? (i: number) => (scores as ArrayLike<number>)[i]!
    : (i: number, of: number) => (scores as ArrayLike<ArrayLike<number>>)[i]![of]!;
  const wanted = options.classesToPlot === undefined
    ? undefined
    : new Set(options.classesToPlot.map((label) => classes.indexOf(label)));
  const drawn = classes.names.map((_name, index) => index).filter((index) =>
    single ? index === 1 : wanted === undefined || wanted.has(index)
  );
  const examples: Example[] = [];
  for (let i = 0; i < actual.length; i++) {
    const label = actual[i];
    const index = isClassLabel(label) ? classes.indexOf(label) : undefined;
    const known = index !== undefined && drawn.every((of) => !Number.isNaN(+scoreOf(i, of)));
    if (known) examples.push({ index, row: i });
  }
  return {
    classes: drawn.map((of) => ({
      name: classes.names[of]!,
      counts: countsOf(examples, of, scoreOf),
    })),
    leftOut: actual.length - examples.length,
  };
}

interface Example {
  /** Of its class. */
  readonly index: number;
  readonly row: number;
}

/** How the areas below curves are told, the first few. */
export function areasInWords(what: string, areas: readonly (readonly [string, number])[]): string {
  const [first] = areas;
  if (first === undefined) return "";
  if (areas.length === 1) return `${what} ${formatNumber(first[1])}`;
  const parts = areas.slice(0, 5).map(([name, area]) => `${formatNumber(area)} (${name})`);
  const more = areas.length - parts.length;
  return `${what} ${parts.join(", ")}${more > 0 ? ` and ${formatCount(more)} more` : ""}`;
}

/** What a chart says below its title. */
export function subtitleOf(areas: string, leftOut: number): { subtitle: string } | object {
  const notes = [
    areas,
    leftOut > 0 ? `${formatCount(leftOut)} without a label or a score left out` : "",
  ].filter((note) => note !== "");
  return notes.length === 0 ? {} : { subtitle: notes.join("; ") };
}

function countsOf(
  examples: readonly Example[],
  of: number,
  scoreOf: (row: number, of: number) => number,
): ScoreCounts {
  const positives = examples.reduce((sum, { index }) => sum + (index === of ? 1 : 0), 0);
  const positive = new Float64Array(positives);
  const negative = new Float64Array(examples.length - positives);
  let [p, n] = [0, 0];
  for (const { index, row } of examples) {
    if (index === of) positive[p++] = scoreOf(row, of);
    else negative[n++] = scoreOf(row, of);
  }
  return countScores(positive, negative);
}

/** Two classes, of which the second is the one that has scores. */
function pairOf(actual: Labels, names: readonly string[] | undefined): Classes {
  const { labels } = classesOf([actual], names);
  if (names === undefined && labels.every((label) => label === 0 || label === 1)) {
    return classesOf([[0, 1]]);
  }
  if (labels.length === 2) return classesOf([actual], names);
  throw new RangeError(
    `Cannot draw a curve: a single score tells two classes apart, and there are ${labels.length}`,
  );
}
