/** To which base unit a unit of `nvidia-smi` is brought, and by what factor. */
const scales: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["%", 1],
  ["C", 1],
  ["W", 1],
  ["mW", 1e-3],
  ["kW", 1e3],
  ["MHz", 1],
  ["kHz", 1e-3],
  ["GHz", 1e3],
  ["B", 1],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
  ["TiB", 2 ** 40],
  // Drivers before 331 wrote MB and meant 1,048,576 bytes.
  ["KB", 2 ** 10],
  ["MB", 2 ** 20],
  ["GB", 2 ** 30],
]);

/** The factor that brings a unit to bytes, watts, megahertz, degrees or percent. */
export function unitScale(unit: string): number | undefined {
  return scales.get(unit);
}

/**
 * A cell's number in its base unit; `undefined` for `[N/A]`, `[Not Supported]`,
 * `[Unknown Error]` and whatever else is no number.
 *
 * @param scale The factor of the header's unit, for a cell that has no unit of its own.
 *
 * @example
 * ```ts
 * import { parseValue } from "./value.ts";
 *
 * parseValue("65.31 W"); // 65.31
 * parseValue("65,31 W"); // 65.31, where the decimal sign is a comma
 * parseValue("40 MiB"); // 41943040
 * parseValue("[N/A]"); // undefined
 * ```
 */
export function parseValue(cell: string, scale = 1): number | undefined {
  const length = cell.length;
  if (length > 64) return undefined;
  let value = 0;
  let digits = 0;
  let at = 0;
  const negative = cell.charCodeAt(0) === 45;
  if (negative) at = 1;
  for (; at < length; at++) {
    const digit = cell.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
    digits++;
  }
  if (digits === 0) return undefined;
  if (at < length) {
    const code = cell.charCodeAt(at);
    // "1.024,5" and "1 024" need the slow way; "12.5" and "12,5" do not.
    if (code === 46 || code === 44) {
      let fraction = 0;
      let power = 1;
      for (at++; at < length; at++) {
        const digit = cell.charCodeAt(at) - 48;
        if (!(digit >= 0 && digit <= 9)) break;
        fraction = fraction * 10 + digit;
        power *= 10;
      }
      if (power === 1) return undefined;
      value += fraction / power;
    }
    if (at < length) {
      const next = cell.charCodeAt(at);
      if (next === 46 || next === 44 || next === 39 || next === 0xa0 || next === 0x202f) {
        return parseGrouped(cell, scale);
      }
      const unit = unitScale(next === 32 ? cell.slice(at + 1) : cell.slice(at));
      if (unit === undefined) return undefined;
      value *= unit;
      return negative ? -value : value;
    }
  }
  value *= scale;
  return negative ? -value : value;
}

const grouped =
  /^(-?\d{1,3})((?:([.,'\u00a0\u202f])\d{3})(?:\3\d{3})*)(?:[.,](\d+))? ?([A-Za-z%]*)$/u;

/** A number whose thousands are grouped. */
function parseGrouped(cell: string, scale: number): number | undefined {
  const match = grouped.exec(cell);
  if (match === null) return undefined;
  const [, head = "", groups = "", , fraction = "0", unit = ""] = match;
  const factor = unit === "" ? scale : unitScale(unit);
  if (factor === undefined) return undefined;
  return Number(`${head}${groups.replace(/\D/gu, "")}.${fraction}`) * factor;
}
