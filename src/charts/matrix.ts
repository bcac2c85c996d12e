/** Numbers in rows and columns with names. */
export interface Matrix {
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  /** `values[row * columns.length + column]`; NaN where there is none. */
  readonly values: Float64Array;
}

/** A matrix that has been made small enough to be drawn. */
export interface Blocks {
  readonly matrix: Matrix;
  /** How many rows of the matrix a row of the blocks stands for. */
  readonly height: number;
  /** How many columns a column stands for. */
  readonly width: number;
}

/** More rows or columns than this are no wider than a few pixels each. */
const MOST = 72;

/** Adds up, or averages, what lies beside each other until there are at most 72 rows and columns. */
export function blocksOf(matrix: Matrix, by: "sum" | "mean"): Blocks {
  const { rows, columns, values } = matrix;
  const height = Math.max(1, Math.ceil(rows.length / MOST));
  const width = Math.max(1, Math.ceil(columns.length / MOST));
  if (height === 1 && width === 1) return { matrix, height, width };
  const rowNames = namesOf(rows, height);
  const columnNames = namesOf(columns, width);
  const sums = new Float64Array(rowNames.length * columnNames.length);
  const counts = new Float64Array(sums.length);
  for (let i = 0; i < rows.length; i++) {
    const to = Math.floor(i / height) * columnNames.length;
    for (let j = 0; j < columns.length; j++) {
      const value = values[i * columns.length + j]!;
      if (Number.isNaN(value)) continue;
      const block = to + Math.floor(j / width);
      sums[block]! += value;
      counts[block]!++;
    }
  }
  const blocks = sums.map((sum, i) =>
    counts[i] === 0 ? NaN : by === "sum" ? sum : sum / counts[i]!
  );
  return { matrix: { rows: rowNames, columns: columnNames, values: blocks }, height, width };
}

function namesOf(names: readonly string[], size: number): string[] {
  if (size === 1) return [...names];
  const blocks: string[] = [];
  for (let i = 0; i < names.length; i += size) {
    blocks.push(`${names[i]} – ${names[Math.min(names.length, i + size) - 1]}`);
  }
  return blocks;
}
