/**
 * How languages write a double: JavaScript (`1e-7`, `5`), C and Go (`1.5e+09`, `1e-07`), and Python,
 * whose whole floats have a point (`5.0`). Digits are the fewest that say which double it is.
 */
const STYLE = { javascript: 0, exponent: 1, point: 2 } as const;

/** No double has more letters. */
const LONGEST = 25;

/** How a number was written; undefined when it could not be written again in the same way. */
export function styleOf(text: string, value: number): number | undefined {
  if (text.length > LONGEST || !Number.isFinite(value)) return undefined;
  for (const style of Object.values(STYLE)) {
    if (formatNumber(value, style) === text) return style;
  }
  return undefined;
}

/** Writes a number. */
export function formatNumber(value: number, style: number): string {
  switch (style) {
    case STYLE.exponent:
      return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2");
    case STYLE.point:
      return `${value}.0`;
    default:
      return String(value);
  }
}
