import { formatNumber } from "../charts/format.ts";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/**
 * Writes a size.
 *
 * @example
 * ```ts
 * formatBytes(1536); // "1.5 KiB"
 * ```
 */
export function formatBytes(bytes: number): string {
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${formatNumber(size < 100 ? Math.round(size * 10) / 10 : Math.round(size))} ${
    UNITS[unit]
  }`;
}
