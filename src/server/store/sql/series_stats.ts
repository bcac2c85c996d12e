import type { Points } from "../series.ts";

/** What points add up to. Values that are NaN or infinite count, and add nothing else. */
export interface Stats {
  readonly first_line: number;
  readonly last_line: number;
  readonly x_min: number;
  readonly x_max: number;
  readonly sorted: number;
  readonly points: number;
  readonly non_finite: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly total: number;
  readonly first_value: number | null;
  readonly last_value: number | null;
  readonly monotonic: number;
  readonly first_x: number;
  readonly last_x: number;
}

/** Statistics of points by line; there must be one. */
export function statsOf({ lines, x, values }: Points): Stats {
  let xMin = Infinity;
  let xMax = -Infinity;
  let sorted = true;
  for (let i = 0; i < x.length; i++) {
    const here = x[i]!;
    if (here < xMin) xMin = here;
    if (here > xMax) xMax = here;
    if (i > 0 && here < x[i - 1]!) sorted = false;
  }
  let low = Infinity;
  let high = -Infinity;
  let total = 0;
  let nonFinite = 0;
  let monotonic = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      nonFinite++;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
    total += value;
    if (i > 0 && value < values[i - 1]!) monotonic = false;
  }
  const finite = values.length > nonFinite;
  return {
    first_line: lines[0]!,
    last_line: lines[lines.length - 1]!,
    x_min: xMin,
    x_max: xMax,
    sorted: Number(sorted),
    points: lines.length,
    non_finite: nonFinite,
    low: finite ? low : null,
    high: finite ? high : null,
    // A sum that overflows is of no use, and infinity has no place in every database.
    total: Number.isFinite(total) ? total : 0,
    first_value: finiteOrNull(values[0]),
    last_value: finiteOrNull(values[values.length - 1]),
    monotonic: Number(monotonic && finite && nonFinite === 0),
    first_x: x[0]!,
    last_x: x[x.length - 1]!,
  };
}

/** Statistics of some points followed by others. */
export function combine(a: Stats, b: Stats): Stats {
  const total = a.total + b.total;
  return {
    first_line: a.first_line,
    last_line: b.last_line,
    x_min: Math.min(a.x_min, b.x_min),
    x_max: Math.max(a.x_max, b.x_max),
    sorted: Number(a.sorted !== 0 && b.sorted !== 0 && a.last_x <= b.first_x),
    points: a.points + b.points,
    non_finite: a.non_finite + b.non_finite,
    low: a.low === null ? b.low : b.low === null ? a.low : Math.min(a.low, b.low),
    high: a.high === null ? b.high : b.high === null ? a.high : Math.max(a.high, b.high),
    total: Number.isFinite(total) ? total : 0,
    first_value: a.first_value,
    last_value: b.last_value,
    monotonic: Number(
      a.monotonic !== 0 && b.monotonic !== 0 && (a.last_value ?? NaN) <= (b.first_value ?? NaN),
    ),
    first_x: a.first_x,
    last_x: b.last_x,
  };
}

function finiteOrNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
