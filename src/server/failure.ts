/** A failure of the server's own, as clients are told of it. What it was is in the log alone. */
export interface Failure {
  readonly status: 500 | 507;
  readonly message: string;
}

const FAILED: Failure = { status: 500, message: "Cannot answer: the server failed" };
/** Clients try this again, too, and can say what somebody has to do. */
const FULL: Failure = { status: 507, message: "Cannot store this: the server's disk is full" };

/** What SQLite says; its number is not in every error. */
const SQLITE_FULL = "database or disk is full";

/** What a client is told of an error that was none of its own. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return FAILED;
  const { code, message } = error as Error & { code?: unknown };
  const full = code === "ENOSPC" || code === "EDQUOT" ||
    (code === "ERR_SQLITE_ERROR" && message === SQLITE_FULL);
  return full ? FULL : FAILED;
}
