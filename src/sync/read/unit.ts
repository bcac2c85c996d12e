/** What is sent as one line of a stream of the server: it has a place in the file, and a number. */
export interface RecordedUnit {
  /** Its JSON as it was recorded. */
  readonly text: string;
  /** The byte at which it begins. */
  readonly begin: number;
  /** The byte after what was read of it. */
  readonly end: number;
  /** The byte at which the unit after it begins. */
  readonly next: number;
  /** Whether nothing can be added to it any more. */
  readonly closed: boolean;
  /** Whether it is not whole yet: a part of it is still being made. */
  readonly held: boolean;
}

/** Reads a file from a byte on, which must be the beginning of a unit. */
export type UnitReader = (path: string, offset: number) => Generator<RecordedUnit>;
