import { isObject } from "./json_object.ts";

/** Integers of 16 digits and more may not fit a double. */
const LONG_INTEGER = /[:,[]\s*-?\d{16,}\s*[,}\]]/;

/** What JavaScript's newer JSON.parse tells its reviver. */
type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/**
 * Parses one line of a run directory. Integers that a double cannot hold come back as bigint.
 *
 * @returns Undefined for a line that is not a JSON object: a damaged one.
 */
export function parseLine<T extends object>(line: string): T | undefined {
  try {
    const value: unknown = LONG_INTEGER.test(line)
      ? (JSON.parse as (text: string, reviver: Reviver) => unknown)(line, reviveBigint)
      : JSON.parse(line);
    return isObject(value) ? value as object as T : undefined;
  } catch {
    return undefined;
  }
}

function reviveBigint(_key: string, value: unknown, context: { readonly source?: string }) {
  const exact = typeof value !== "number" || Number.isSafeInteger(value) ||
    context.source === undefined || !/^-?\d+$/.test(context.source);
  return exact ? value : BigInt(context.source);
}

/** The number that a recorded value stands for; NaN and the infinities are recorded as strings. */
export function toNumber(value: unknown): number | undefined {
  switch (typeof value) {
    case "number":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "bigint":
      return Number(value);
    case "string":
      return value === "NaN"
        ? NaN
        : value === "Infinity"
        ? Infinity
        : value === "-Infinity"
        ? -Infinity
        : undefined;
    default:
      return undefined;
  }
}
