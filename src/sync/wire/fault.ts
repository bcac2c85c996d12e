/**
 * Why something was not delivered:
 *
 * - `unreachable`: no answer came, or not in time.
 * - `failing`: the server said that it cannot just now (5xx, 408, 429).
 * - `garbage`: what answered does not speak the protocol.
 * - `refused`: the key is not accepted.
 * - `gone`: what the request was about does not exist.
 * - `deleted`: it did, and somebody has deleted it.
 * - `tooLarge`: the request was too large.
 * - `rejected`: the server will not have it, however often it is asked.
 */
export type FaultKind =
  | "unreachable"
  | "failing"
  | "garbage"
  | "refused"
  | "gone"
  | "deleted"
  | "tooLarge"
  | "rejected";

/** A request that failed. The message says in words what the server did. */
export class SyncFault extends Error {
  override name = "SyncFault";
  readonly kind: FaultKind;
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: FaultKind, message: string, retryAfterMs?: number) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether trying again soon may help. */
  get passing(): boolean {
    return this.kind === "unreachable" || this.kind === "failing" || this.kind === "garbage";
  }
}
