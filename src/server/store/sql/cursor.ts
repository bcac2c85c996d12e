import type { SqlValue } from "./database.ts";

/** A place in an ordered list, as a text that clients hand back. */
export function encodeCursor(values: readonly (number | string)[]): string {
  // JSON has no words for the infinities, which metrics do have.
  const text = JSON.stringify(values.map((v) => typeof v === "number" ? [String(v)] : v));
  return new TextEncoder().encode(text).toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * What a cursor holds.
 *
 * @throws {RangeError} When it is not one.
 */
export function decodeCursor(cursor: string, length: number): SqlValue[] {
  try {
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const values: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (Array.isArray(values) && values.length === length) {
      return values.map((value) => {
        if (typeof value === "string") return value;
        const number = Number(value[0]);
        if (Number.isNaN(number)) throw new RangeError();
        return number;
      });
    }
  } catch {
    // Falls through: whatever is wrong with it, it is no cursor of ours.
  }
  throw new RangeError(`Cannot go on after the cursor ${JSON.stringify(cursor.slice(0, 80))}`);
}
