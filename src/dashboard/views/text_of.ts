/** A text that a client may have sent. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
