import type { ChartDefinition, ChartSize } from "./chart_definition.ts";
import { columnOf, numberAt } from "./columns.ts";
import { harmless, truncate } from "./escape.ts";
import { formatCount, formatNumber } from "./format.ts";
import type { Frame } from "./frame.ts";
import { heatmap, type Shade } from "./heatmap.ts";
import { type Blocks, blocksOf, type Matrix } from "./matrix.ts";
import { CATEGORICAL } from "./palette.ts";
import type { Drawing } from "./types.ts";

const [BLUE, ORANGE] = CATEGORICAL as readonly [string, string];
/** What is not nothing is seen. */
const FAINTEST = 0.08;
/** Rows or columns of a matrix that is made from a table. */
const MAX_NAMES = 5_000;

/** Draws a table of row, column and value as a matrix. */
export function matrixChart(frame: Frame, definition: ChartDefinition, size: ChartSize): Drawing {
  const { preset, fields, strings } = definition;
  const confusion = preset.startsWith("wandb/confusion_matrix/");
  const [row, column, value] = confusion
    ? [fields["Actual"], fields["Predicted"], fields["nPredictions"]]
    : [fields["y_axis"], fields["x_axis"], fields["values"]];
  const matrix = matrixOf(frame, { row, column, value, square: confusion });
  const options = {
    ...size,
    title: strings["title"] ?? "",
    subtitle: strings["subtitle"] ?? "",
    // The columns of a heat map have no names of their own.
    rows: confusion ? row ?? "" : "",
    columns: confusion ? column ?? "" : "",
    numbers: !preset.startsWith("wandb/heatmap_no_text/"),
  };
  return confusion ? confusionChart(matrix, options) : valuesChart(matrix, options);
}

/** What stands around a matrix. */
export interface MatrixOptions extends ChartSize {
  readonly title: string;
  readonly subtitle: string;
  /** What the rows are. */
  readonly rows: string;
  /** What the columns are. */
  readonly columns: string;
  readonly numbers: boolean;
}

/**
 * Draws how often which class was taken for which: what is right in blue, what is wrong in orange,
 * each as strong as its share of the class that it really is.
 */
function confusionChart(matrix: Matrix, options: MatrixOptions): Drawing {
  const blocks = blocksOf(matrix, "sum");
  const { rows, columns, values } = blocks.matrix;
  const totals = rows.map((_name, i) => sumOf(values, i * columns.length, columns.length));
  const svg = heatmap(blocks.matrix, {
    ...sizeAndTexts(options, blocks),
    shade(value, i, j) {
      if (!(value > 0)) return undefined;
      const strength = FAINTEST + (1 - FAINTEST) * value / totals[i]!;
      return { color: rows[i] === columns[j] ? BLUE : ORANGE, strength };
    },
  });
  const total = totals.reduce((sum, one) => sum + one, 0);
  let right = 0;
  let worst = { count: 0, actual: "", predicted: "" };
  const n = matrix.columns.length;
  matrix.rows.forEach((actual, i) =>
    matrix.columns.forEach((predicted, j) => {
      const count = matrix.values[i * n + j]!;
      if (actual === predicted) right += count;
      else if (count > worst.count) worst = { count, actual, predicted };
    })
  );
  const alt = total === 0
    ? "Confusion matrix: no predictions."
    : `Confusion matrix of ${formatCount(matrix.rows.length)} classes and ${
      formatCount(total)
    } predictions, ${formatNumber(100 * right / total)} % of them right.` +
      (worst.count === 0
        ? ""
        : ` Most often ${label(worst.actual)} was taken for ${label(worst.predicted)} (${
          formatCount(worst.count)
        } times).`);
  return { svg, alt, width: options.width, height: options.height };
}

/** Draws numbers in rows and columns; on both sides of zero in two colours. */
function valuesChart(matrix: Matrix, options: MatrixOptions): Drawing {
  const blocks = blocksOf(matrix, "mean");
  let low = Infinity;
  let high = -Infinity;
  let missing = 0;
  for (const value of blocks.matrix.values) {
    if (!Number.isFinite(value)) missing++;
    else [low, high] = [Math.min(low, value), Math.max(high, value)];
  }
  const empty = low > high;
  const shade = empty ? () => undefined : shadeOf(low, high);
  const ends = empty ? {} : {
    scale: {
      from: formatNumber(low),
      to: formatNumber(high),
      shades: Array.from({ length: 24 }, (_, i) => shade(low * (1 - i / 23) + high * (i / 23))!),
    },
  };
  const svg = heatmap(blocks.matrix, { ...sizeAndTexts(options, blocks), ...ends, shade });
  const { rows, columns } = matrix;
  const alt = `Heat map of ${formatCount(rows.length)} by ${formatCount(columns.length)} values` +
    (empty ? ": nothing to draw." : ` from ${formatNumber(low)} to ${formatNumber(high)}.`) +
    (missing === 0 || empty ? "" : ` ${formatCount(missing)} are not finite.`);
  return { svg, alt, width: options.width, height: options.height };
}

function shadeOf(low: number, high: number): (value: number) => Shade | undefined {
  const diverging = low < 0 && high > 0;
  // Half of it: the whole of the largest numbers is not one.
  const span = diverging ? Math.max(-low, high) : high / 2 - low / 2;
  return (value) => {
    if (!Number.isFinite(value)) return undefined;
    const share = diverging ? Math.abs(value) / span : span > 0 ? (value / 2 - low / 2) / span : 1;
    const color = diverging && value < 0 ? ORANGE : BLUE;
    return { color, strength: FAINTEST + (1 - FAINTEST) * share };
  };
}

function sizeAndTexts(options: MatrixOptions, { height, width }: Blocks) {
  const { title, rows, columns, numbers } = options;
  const blocked = height > 1 || width > 1
    ? `each square stands for ${formatCount(height)} × ${formatCount(width)}`
    : "";
  const subtitle = [options.subtitle, blocked].filter((part) => part !== "").join("; ");
  return {
    width: options.width,
    height: options.height,
    ...(title === "" ? {} : { title }),
    ...(subtitle === "" ? {} : { subtitle }),
    xLabel: columns,
    yLabel: rows,
    numbers,
  };
}

interface MatrixColumns {
  readonly row: string | null | undefined;
  readonly column: string | null | undefined;
  readonly value: string | null | undefined;
  /** Whether rows and columns are the same. */
  readonly square: boolean;
}

function matrixOf(frame: Frame, { row, column, value, square }: MatrixColumns): Matrix {
  const [rowColumn, columnColumn] = [columnOf(frame, row), columnOf(frame, column)];
  const valueColumn = columnOf(frame, value);
  const rows = new Map<string, number>();
  const columns = square ? rows : new Map<string, number>();
  const indexIn = (map: Map<string, number>, name: unknown) => {
    const key = String(name ?? "");
    let index = map.get(key);
    if (index === undefined && map.size < MAX_NAMES) map.set(key, index = map.size);
    return index;
  };
  // Rows come in the order of the classes; what was only ever predicted comes after them.
  for (let i = 0; i < frame.length; i++) indexIn(rows, rowColumn.at(i));
  const cells: [number, number, number][] = [];
  for (let i = 0; i < frame.length; i++) {
    const at = indexIn(rows, rowColumn.at(i));
    const to = indexIn(columns, columnColumn.at(i));
    if (at !== undefined && to !== undefined) cells.push([at, to, numberAt(valueColumn, i)]);
  }
  const values = new Float64Array(rows.size * columns.size).fill(square ? 0 : NaN);
  for (const [at, to, number] of cells) values[at * columns.size + to] = number;
  return { rows: [...rows.keys()], columns: [...columns.keys()], values };
}

function sumOf(values: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i++) sum += values[i]! || 0;
  return sum;
}

function label(name: string): string {
  return harmless(truncate(name, 60), true);
}
