/**
 * How far a stream was delivered. Unit `row` of the file is line `line` of the server's stream, the
 * next unit is the next line, and so on: whatever is sent again lands where it was before.
 */
export interface Place {
  /** Units that the server has taken, and that nothing can be added to. */
  readonly row: number;
  /** The number that the next unit has on the server. */
  readonly line: number;
  /** The first unit since which the two have run side by side. */
  readonly from: number;
  /** The byte of the file at which the next unit begins. */
  readonly offset: number;
}

/** The beginning of a file, for a stream of which the server holds nothing. */
export const BEGINNING: Place = { row: 0, line: 0, from: 0, offset: 0 };

/** The place some units on. */
export function advance(place: Place, units: number, offset: number): Place {
  return { ...place, row: place.row + units, line: place.line + units, offset };
}
