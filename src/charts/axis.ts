import { formatNumber, logTick, tickFormat } from "./format.ts";
import { linearTicks, logTicks } from "./ticks.ts";

/** How an axis maps numbers to pixels. */
export type ScaleType = "linear" | "log";

/** An axis: what it spans, and the ticks it shows. */
export interface Axis {
  readonly type: ScaleType;
  /** From low to high. */
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** What each tick is labelled with. */
  readonly labels: readonly string[];
}

/** Numbers beyond this cannot be subtracted from each other. */
export const LARGEST = 8e307;
/** The em width of a digit of the fonts in use, on the generous side. */
const CHARACTER_EM = 0.6;

/** Options of an axis. */
export interface AxisOptions {
  readonly type: ScaleType;
  /** About how many ticks there is room for. */
  readonly count: number;
}

/** About how many pixels a text takes at a font size. */
export function textWidth(text: string, fontSize: number): number {
  return text.length * CHARACTER_EM * fontSize;
}

/** The vertical axis of values in `min..max`. */
export function yAxis(min: number, max: number, { type, count }: AxisOptions): Axis {
  if (type === "log") {
    const [low, high] = logDomain(min, max);
    // As the quotient of powers of ten it may be infinite.
    const padding = 10 ** (0.04 * (Math.log10(high) - Math.log10(low)));
    return axis(logDomain(low / padding, high * padding), { type, count });
  }
  let [low, high] = [Math.max(min, -LARGEST), Math.min(max, LARGEST)];
  const span = high - low;
  if (!(span > 1e-290)) {
    const padding = Math.abs(low) * 0.1 || 1;
    return axis([low - padding, high + padding], { type: "linear", count });
  }
  // A loss is read from zero; an accuracy near one is not.
  if (low >= 0 && low <= 0.3 * high) low = 0;
  else low -= span * 0.06;
  return axis([low, Math.min(high + span * 0.06, LARGEST)], { type: "linear", count });
}

/** The horizontal axis of positions in `min..max`. */
export function xAxis(min: number, max: number, { type, count }: AxisOptions): Axis {
  if (type === "log") {
    return axis(logDomain(min, max), { type, count });
  }
  let low = Math.max(min, -LARGEST);
  const high = Math.min(max, LARGEST);
  if (!(high - low > 1e-290)) {
    const padding = Math.abs(low) > 1e6 ? Math.abs(low) * 1e-6 : 1;
    const domain = [low - padding, high + padding] as const;
    return { type, domain, ticks: [low], labels: [formatNumber(low)] };
  }
  // The first bucket of a long series is centred a little after the zero where it begins.
  if (low > 0 && low <= (high - low) * 0.02) low = 0;
  // Steps are counted; a tick between two of them means nothing.
  const integers = high - low > 5 || (Number.isInteger(low) && Number.isInteger(high));
  return axis([low, high], { type: "linear", count, integers });
}

/** What a logarithmic axis can span: above zero and below infinity. */
function logDomain(min: number, max: number): [number, number] {
  const [low, high] = min < max ? [min, max] : [min / 2, max * 2];
  return [Math.max(low, Number.MIN_VALUE), Math.min(high, LARGEST)];
}

function axis(
  domain: readonly [number, number],
  { type, count, integers = false }: AxisOptions & { readonly integers?: boolean },
): Axis {
  const [low, high] = domain;
  if (type === "log") {
    const ticks = logTicks(low, high, { count });
    return { type, domain, ticks, labels: ticks.map(logTick) };
  }
  const few = linearTicks(low, high, { count, integers });
  // One tick says nothing of the scale: more of them have less room, and are round.
  const ticks = few.length < 2 ? linearTicks(low, high, { count: 2 * count, integers }) : few;
  if (ticks.length < 2) {
    const ends = [low, high];
    return { type, domain, ticks: ends, labels: ends.map((tick) => formatNumber(tick)) };
  }
  const largest = Math.max(Math.abs(ticks[0]!), Math.abs(ticks.at(-1)!));
  return { type, domain, ticks, labels: ticks.map(tickFormat(ticks[1]! - ticks[0]!, largest)) };
}
