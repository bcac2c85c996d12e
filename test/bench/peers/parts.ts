/** A range of rows, the last one not included. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** Rows in parts of so many. */
export function parts(rows: number, most: number): Part[] {
  const made: Part[] = [];
  for (let from = 0; from < rows; from += most) {
    made.push({ from, to: Math.min(rows, from + most) });
  }
  return made;
}
