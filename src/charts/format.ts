/**
 * A number for people: four significant digits, whole numbers in full with separators.
 *
 * @example
 * ```ts
 * formatNumber(0.012345);  // "0.01235"
 * formatNumber(100000);    // "100,000"
 * formatNumber(1.5e-9);    // "1.5e−9"
 * ```
 */
export function formatNumber(value: number | bigint): string {
  if (typeof value === "bigint") {
    return signed(value < 0n, grouped(String(value < 0n ? -value : value)));
  }
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (value === 0) return "0";
  if (Number.isInteger(value) && size < 1e15) return minus(value.toLocaleString("en-US"));
  if (size >= 1e7 || size < 1e-4) {
    return minus(value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e"));
  }
  if (size >= 1000) {
    return minus(value.toLocaleString("en-US", { maximumFractionDigits: 1 }));
  }
  return minus(String(Number(value.toPrecision(4))));
}

/** A count with a noun, in the plural unless it is one. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

/** Seconds for people: "0.4 s", "12 s", "1 m 05 s", "2 h 03 m", "3 d 4 h". */
export function formatDuration(seconds: number): string {
  if (!(seconds >= 0)) return "0 s";
  if (seconds < 10) return `${Math.floor(seconds * 10) / 10} s`;
  const whole = Math.floor(seconds);
  const two = (n: number) => String(Math.floor(n)).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${two(whole % 3600 / 60)} m`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor(whole % 86_400 / 3600)} h`;
}

function minus(text: string): string {
  return text.replaceAll("-", "−");
}
