/** The minus sign that is as wide as a digit. */
const MINUS = "−";
/** Integers up to here are written out. */
const LARGEST_WRITTEN_OUT = 1e12;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/**
 * Writes a number for people: four significant digits, integers with thousands separators, an
 * exponent where it is very large or small.
 *
 * @example
 * ```ts
 * formatNumber(0.041234); // "0.04123"
 * formatNumber(1234567); // "1,234,567"
 * formatNumber(-3.2e-9); // "−3.2e−9"
 * formatNumber(NaN); // "NaN"
 * ```
 */
export function formatNumber(value: number | bigint): string {
  if (typeof value === "bigint") {
    return signed(value < 0n, grouped(String(value < 0n ? -value : value)));
  }
  if (Number.isNaN(value)) return "NaN";
  return signed(value < 0, formatMagnitude(Math.abs(value)));
}

function formatMagnitude(value: number): string {
  if (value === Infinity) return "∞";
  if (value === 0) return "0";
  if (value < LARGEST_WRITTEN_OUT && (Number.isInteger(value) || value >= 999.95)) {
    return grouped(String(Math.round(value)));
  }
  if (value >= LARGEST_WRITTEN_OUT || value < 0.000_099_995) return exponential(value, 3);
  return trimmed(value.toPrecision(4));
}

/** Writes a count: a non-negative integer with thousands separators. */
export function formatCount(count: number): string {
  return formatNumber(Math.round(count));
}

/**
 * Writes a count and its noun.
 *
 * @example
 * ```ts
 * counted(1200, "row"); // "1,200 rows"
 * ```
 */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : nouns}`;
}

/**
 * Writes a duration.
 *
 * @param seconds Any number; what is not finite or negative is written as an en dash.
 *
 * @example
 * ```ts
 * formatDuration(65); // "1m 05s"
 * formatDuration(7380); // "2h 03m"
 * ```
 */
export function formatDuration(seconds: number): string {
  if (!(seconds >= 0 && seconds < Infinity)) return "–";
  if (seconds < 9.95) return `${trimmed(seconds.toFixed(1))}s`;
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole}s`;
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}m ${twoDigits(whole % MINUTE)}s`;
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  if (whole < DAY) return `${Math.floor(whole / HOUR)}h ${twoDigits(minutes)}m`;
  const days = Math.floor(whole / DAY);
  return `${grouped(String(days))}d ${twoDigits(Math.floor((whole % DAY) / HOUR))}h`;
}

const BYTES = ["B", "kB", "MB", "GB", "TB"] as const;

/**
 * Writes a size, in powers of a thousand.
 *
 * @example
 * ```ts
 * formatBytes(1_234_567); // "1.23 MB"
 * ```
 */
export function formatBytes(bytes: number): string {
  if (!(bytes >= 0 && bytes < Infinity)) return "–";
  const power = Math.min(BYTES.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? Math.round(value) : trimmed(value.toPrecision(3))} ${BYTES[power]}`;
}

const UNITS: readonly (readonly [number, string])[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/**
 * Makes the function that writes the ticks of an axis: as short as tells them apart, and all alike.
 *
 * @param step The distance between two ticks.
 * @param largest The largest magnitude among them.
 */
export function tickFormat(step: number, largest: number): (value: number) => string {
  const short = largest < 10_000 || largest >= 1e15;
  const [unit, suffix] = short ? [1, ""] as const : UNITS.find(([unit]) => unit <= largest)!;
  const decimals = decimalsOf(step / unit);
  // Thousands with three decimals are longer than what they shorten.
  if (decimals <= (unit === 1 ? 4 : 2) && largest < 1e15) return fixed(decimals, unit, suffix);
  // A small change of a large number takes all of its digits.
  if (decimalsOf(step) <= 6 && largest >= 1 && largest < 1e9) return fixed(decimalsOf(step), 1, "");
  const exponent = Math.floor(Math.log10(largest));
  const power = `e${exponent < 0 ? MINUS : ""}${Math.abs(exponent)}`;
  const digits = Math.min(8, decimalsOf(step / 10 ** exponent));
  if (10 ** exponent === 0 || !Number.isFinite(digits)) return formatNumber;
  return fixed(digits, 10 ** exponent, power);
}

function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
}

function fixed(decimals: number, unit: number, suffix: string): (value: number) => string {
  return (value) =>
    value === 0 ? "0" : signed(value < 0, `${(Math.abs(value) / unit).toFixed(decimals)}${suffix}`);
}

/** Writes a tick of a logarithmic axis: 100, 0.01, 1e6. */
export function logTick(value: number): string {
  if (value >= 0.001 && value < 10_000) return String(Number(value.toPrecision(2)));
  return exponential(value, 1);
}

function exponential(value: number, digits: number): string {
  const [mantissa = "", exponent = ""] = value.toExponential(digits).split("e");
  return `${trimmed(mantissa)}e${exponent.replace("+", "").replace("-", MINUS)}`;
}

function signed(negative: boolean, magnitude: string): string {
  return negative ? MINUS + magnitude : magnitude;
}

function trimmed(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

/** Puts thousands separators into a string of digits. */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
