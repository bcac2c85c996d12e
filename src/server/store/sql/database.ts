/** What is bound to a statement. */
export type SqlValue = null | number | string | Uint8Array;

/**
 * Values as every database keeps them: texts end at a NUL where SQLite reads them, and PostgreSQL
 * takes none, so that it is replaced as other letters are that cannot be kept.
 */
export function keepable(values: SqlValue[]): SqlValue[] {
  if (!values.some(holdsNul)) return values;
  return values.map((value) => holdsNul(value) ? value.replaceAll("\0", "\ufffd") : value);
}

function holdsNul(value: SqlValue): value is string {
  return typeof value === "string" && value.includes("\0");
}

/** Runs statements with `?` for what is bound. */
export interface Queries {
  all<T extends object>(sql: string, ...values: SqlValue[]): Promise<T[]>;
  first<T extends object>(sql: string, ...values: SqlValue[]): Promise<T | undefined>;
  /** @returns How many rows it changed. */
  run(sql: string, ...values: SqlValue[]): Promise<number>;
}

/** The few places where databases differ. */
export interface Dialect {
  /** Types of columns: a key that the database counts up and never gives twice, and bytes. */
  readonly id: string;
  readonly bytes: string;
  /** An expression: does the text match the regular expression that is bound here? */
  matches(text: string): string;
}

/**
 * The seam between the store and a database. Statements outside of a transaction see what was
 * committed; transactions come one after the other.
 */
export interface Database extends Queries {
  readonly dialect: Dialect;

  /** Commits what `work` does, or nothing of it when it throws. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;

  /** Bytes on disk. */
  size(): Promise<number>;

  /** Gives up to so many bytes of deleted rows back to the file system. */
  reclaim(bytes: number): Promise<void>;

  /** Writes a consistent copy to a file that does not exist. */
  backup(path: string): Promise<void>;

  close(): Promise<void>;
}
