const MAX_TICKS = 24;

/** Options of {@linkcode linearTicks} and {@linkcode logTicks}. */
export interface TickOptions {
  /** About how many ticks there is room for. */
  readonly count: number;
  /**
   * Whether only integers make sense.
   *
   * @default {false}
   */
  readonly integers?: boolean;
}

/** The round step (1, 2 or 5 times a power of ten) that cuts a span into about `count` parts. */
function niceStep(span: number, count: number): number {
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const error = rough / power;
  return power * (error >= 7.07 ? 10 : error >= 3.16 ? 5 : error >= 1.41 ? 2 : 1);
}

/** Round numbers in `low..high`, about `count` of them. */
export function linearTicks(low: number, high: number, options: TickOptions): number[] {
  const { count, integers = false } = options;
  let step = niceStep(high - low, count);
  if (integers) step = Math.max(1, step);
  // Steps that vanish beside the numbers they part cannot be counted up.
  if (!(step > 0 && low + step > low && high - step < high)) return [];
  const ticks = [];
  const start = Math.ceil(low / step - 1e-9);
  for (let i = start; ticks.length < MAX_TICKS; i++) {
    const tick = i * step;
    if (!(tick <= high + step * 1e-9)) break;
    // Multiples of 0.1 are not what a decimal point shows: 0.30000000000000004.
    ticks.push(Number(tick.toPrecision(12)));
  }
  return ticks;
}

/** Powers of ten in `low..high`, and 2 and 5 times them where there are few; about `count`. */
export function logTicks(low: number, high: number, { count }: TickOptions): number[] {
  const from = Math.floor(Math.log10(low));
  const until = Math.ceil(Math.log10(high));
  const factors = high / low <= 300 && count >= 3 ? [1, 2, 5] : [1];
  let every = Math.max(1, Math.ceil((until - from) / Math.max(1, count)));
  for (; every >= 1; every--) {
    const ticks = powersOfTen({ low, high, from, until, every, factors });
    if (ticks.length >= 2) return ticks;
  }
  return linearTicks(low, high, { count }).filter((tick) => tick > 0);
}

interface PowerOptions {
  readonly low: number;
  readonly high: number;
  /** The exponents. */
  readonly from: number;
  readonly until: number;
  readonly every: number;
  readonly factors: readonly number[];
}

function powersOfTen({ low, high, from, until, every, factors }: PowerOptions): number[] {
  const ticks: number[] = [];
  for (let exponent = Math.ceil(from / every) * every; exponent <= until; exponent += every) {
    for (const factor of factors) {
      const tick = Number(`${factor}e${exponent}`);
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(tick);
    }
  }
  return ticks;
}
