import { harmless, truncate } from "./escape.ts";
import { formatNumber, grouped } from "./format.ts";
import { mediaWords } from "./media_words.ts";
import type { Column } from "./frame.ts";

/** The longest text of a cell. */
const MAX_TEXT = 200;
/** Elements of a nested array or object that are shown. */
const MAX_NESTED = 5;

/**
 * Makes the function that writes the values of a column: its numbers alike, so that they can be
 * compared down the column.
 */
export function cellWriter(column: Column, rows: number): (value: unknown) => string {
  const decimals = column.type === "number" ? decimalsOf(column, rows) : undefined;
  return (value) =>
    typeof value === "number" && decimals !== undefined && Number.isFinite(value)
      ? fixed(value, decimals.count, decimals.grouped)
      : cellText(value);
}

/** Writes any value on one line of bounded length. */
export function cellText(value: unknown): string {
  return harmless(truncate(rawText(value, 2), MAX_TEXT), true);
}

function rawText(value: unknown, depth: number): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return formatNumber(value);
  if (typeof value === "boolean") return String(value);
  try {
    if (value instanceof Date) return dateText(value);
    if (typeof value === "object") return nested(value, depth);
    return truncate(String(value), MAX_TEXT);
  } catch {
    // A getter or a proxy that throws is still only a cell.
    return "(not readable)";
  }
}

function nested(value: object, depth: number): string {
  const words = mediaWords(value);
  if (words !== undefined) return words;
  const list = Array.isArray(value) || ArrayBuffer.isView(value);
  if (depth === 0) return list ? "[…]" : "{…}";
  if (list) {
    const array = value as ArrayLike<unknown>;
    const parts = Array.from(
      { length: Math.min(array.length ?? 0, MAX_NESTED) },
      (_, i) => rawText(array[i], depth - 1),
    );
    if (array.length > parts.length) parts.push(`… ${array.length - parts.length} more`);
    return `[${parts.join(", ")}]`;
  }
  const keys = Object.keys(value);
  const parts = keys.slice(0, MAX_NESTED).map((key) =>
    `${truncate(key, 40)}: ${rawText((value as Record<string, unknown>)[key], depth - 1)}`
  );
  if (keys.length > parts.length) parts.push(`… ${keys.length - parts.length} more`);
  return `{${parts.join(", ")}}`;
}

/** A date as ISO 8601, without the parts that are zero. */
function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return "invalid date";
  return date.toISOString().replace(/\.000Z$/, "Z").replace(/T00:00:00Z$/, "").replace("T", " ");
}

/** How many decimals suit all numbers of a column; undefined where no number of them does. */
function decimalsOf(
  column: Column,
  rows: number,
): { count: number; grouped: boolean } | undefined {
  let count = 0;
  let largest = 0;
  for (let i = 0; i < rows; i++) {
    const value = column.at(i);
    if (typeof value !== "number" || !Number.isFinite(value) || value === 0) continue;
    const magnitude = Math.abs(value);
    largest = Math.max(largest, magnitude);
    if (Number.isInteger(value)) continue;
    // Four significant digits, without the zeros that single precision hides behind.
    const [, zeros = "", exponent = "0"] = /(?:\.(\d+?))?0*e([+-]\d+)$/.exec(
      value.toExponential(3),
    )!;
    const needed = zeros.replace(/0+$/, "").length - Number(exponent);
    count = Math.max(count, needed);
  }
  // Beyond this a fixed number of decimals is mostly zeros.
  if (largest >= 1e12 || count > 7) return undefined;
  // Years and small ids read better without separators.
  return { count, grouped: largest >= 10_000 };
}

function fixed(value: number, decimals: number, withSeparators: boolean): string {
  const [whole = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const digits = withSeparators ? grouped(whole) : whole;
  const text = fraction === undefined ? digits : `${digits}.${fraction}`;
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}
