/** What is sent as one line of a stream of the server: it has a place in the file, and a number. */
export interface RecordedUnit {
  /** Its JSON as it was recorded. */
  readonly text: string;
  /** The byte at which it begins, and the one after its end. */
  readonly begin: number;
  readonly end: number;
  /** Whether nothing can be added to it any more. */
  readonly closed: boolean;
}

/** Reads a file from a byte on, which must be the beginning of a unit. */
export type UnitReader = (path: string, offset: number) => Generator<RecordedUnit>;
