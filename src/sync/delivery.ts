import { counted } from "../charts/format.ts";

/** How the delivery of a run stands. */
export interface SyncStatus {
  /**
   * - `connecting`: the server was not reached yet.
   * - `sending`: rows are on their way.
   * - `synced`: the server has everything, but for what was logged in this moment.
   * - `waiting`: the server does not answer, or cannot just now; it is tried again.
   * - `refused`: the server will not have it; it is tried again seldom.
   * - `elsewhere`: another process delivers the run.
   */
  readonly phase: "connecting" | "sending" | "synced" | "waiting" | "refused" | "elsewhere";
  /** Rows that the server has, and rows that it has not. */
  readonly delivered: number;
  readonly left: number;
  /** Files that were not uploaded yet. */
  readonly filesLeft: number;
  /** Seconds since 1970 at which it began to fail; null while it works. */
  readonly since: number | null;
  /** What is wrong, in words; null while nothing is. */
  readonly reason: string | null;
  /** The run's page on the server; null before the server was reached. */
  readonly url: string | null;
}

/** What was delivered of a run that has ended. */
export interface Delivery extends SyncStatus {
  /** Whether the server has all of it, and knows that it has ended. */
  readonly complete: boolean;
}

/**
 * How the delivery stands, in a few words for the panel.
 *
 * @example
 * ```ts
 * statusInWords(status); // "127.0.0.1:8080 does not answer since 10:32; 12 rows to send"
 * ```
 */
export function statusInWords(status: SyncStatus, host: string): string {
  const { phase, left, since } = status;
  const rows = left === 0 ? "" : `${counted(left, "row")} to send`;
  switch (phase) {
    case "connecting":
      return `connecting to ${host}`;
    case "sending":
      return rows === "" ? `syncing to ${host}` : rows;
    case "synced":
      return `synced to ${host}`;
    case "elsewhere":
      return "synced by another process";
    case "waiting":
    case "refused": {
      const what = phase === "waiting" ? "does not answer" : "does not take the run";
      const time = since === null ? "" : ` since ${clock(since)}`;
      return [`${host} ${what}${time}`, rows].filter((part) => part !== "").join("; ");
    }
  }
}

/** What `finish` says of rows that were not delivered; null when all were. */
export function leftInWords(delivery: Delivery, directory: string): string | null {
  const { left, filesLeft, complete, reason } = delivery;
  if (complete && left === 0 && filesLeft === 0) return null;
  const what = [
    left === 0 ? "" : counted(left, "row"),
    filesLeft === 0 ? "" : counted(filesLeft, "file"),
  ].filter((part) => part !== "").join(" and ") || "the end of the run";
  const why = reason === null ? "" : ` (${reason})`;
  const verb = left + filesLeft > 1 ? "were" : "was";
  return `${what} ${verb} not delivered${why}. Send with: ${syncCommand(directory)}`;
}

/** The command that delivers a run. */
export function syncCommand(directory: string): string {
  return `cellar sync ${quote(directory)}`;
}

function clock(seconds: number): string {
  const date = new Date(seconds * 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** A path as a shell takes it. */
function quote(path: string): string {
  return /^[\w./~+:@%-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
