import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { Packing } from "./packing.ts";

/** How a column is packed. */
const FORM = { even: 0, integers: 1, doubles: 2, beside: 3 } as const;

/** Scales up to here are powers of ten; past it, powers of two. */
const BINARY = 32;
const MOST_DECIMALS = 17;
const MOST_BITS = 200;
const POWERS = Array.from({ length: MOST_DECIMALS + 1 }, (_, i) => 10 ** i);

/** Of so many numbers, one may be odd: NaN, or with more digits than the others. */
const ODD = 16;

/** Numbers that are looked at for what suits all of them. */
const SAMPLE = 16;

const WORD = 2 ** 32;

/** Room for the numbers of a full chunk, used again and again: one column is packed at a time. */
const CHUNK = 1024;
const INTEGERS = new Float64Array(CHUNK);
const DISTANCES = new Float64Array(CHUNK);
const WORDS = new Uint32Array(2 * CHUNK);

/**
 * Packs numbers so that each bit of them comes back.
 *
 * What training logs is mostly decimal with a few digits, a clock, or a count: those are packed as
 * integers, or as what they differ by from one to the next, in as few bytes as the widest needs.
 * Bytes of the same significance are kept together, as numbers that resemble each other share them.
 *
 * @param other Numbers that these may go along with, as two clocks do: then they are packed as what
 * they are away from them. Unpacking needs them, too.
 */
export function packNumbers(
  { plain, squeezed }: Packing<ByteWriter>,
  values: Float64Array,
  other?: Float64Array,
): void {
  const stride = strideOf(values);
  if (stride !== undefined) {
    squeezed.byte(FORM.even);
    squeezed.float(values[0] ?? 0);
    squeezed.float(stride);
    return;
  }
  const scaled = decimals(values) ?? binaries(values);
  const beside = scaled && other && besideOther(scaled, other);
  if (beside !== undefined && packIntegers({ plain, squeezed }, values, beside, FORM.beside)) {
    return;
  }
  if (scaled === undefined || !packIntegers({ plain, squeezed }, values, scaled)) {
    squeezed.byte(FORM.doubles);
    packPlanes({ plain, squeezed }, new Uint32Array(values.slice().buffer), 8);
  }
}

/**
 * Unpacks as many numbers as were packed.
 *
 * @param other What `packNumbers` was given.
 */
export function unpackNumbers(
  packing: Packing<ByteReader>,
  count: number,
  other?: Float64Array,
): Float64Array<ArrayBuffer> {
  const { squeezed } = packing;
  const values = new Float64Array(count);
  switch (squeezed.byte()) {
    case FORM.even: {
      const first = squeezed.float();
      const stride = squeezed.float();
      for (let i = 0; i < count; i++) values[i] = first + i * stride;
      return values;
    }
    case FORM.integers:
      unpackIntegers(packing, values);
      return values;
    case FORM.beside:
      if (other === undefined) throw new RangeError("Cannot unpack numbers: others are missing");
      unpackIntegers(packing, values, other);
      return values;
    case FORM.doubles:
      unpackPlanes(packing, new Uint32Array(values.buffer), 8);
      return values;
    default:
      throw new RangeError("Cannot unpack numbers: a newer server has packed them");
  }
}

/** The distance of evenly spaced numbers; undefined when they are not. */
export function strideOf(values: Float64Array): number | undefined {
  const first = values[0] ?? 0;
  const stride = values.length < 2 ? 0 : values[1]! - first;
  for (let i = 0; i < values.length; i++) {
    // Bit by bit, or 0 and -0 would be the same.
    if (!Object.is(values[i], first + i * stride)) return undefined;
  }
  // Which NaN it was, a stride does not say.
  return Number.isNaN(first) ? undefined : stride;
}

/** Numbers that are integers once they are scaled. */
interface Scaled {
  readonly scale: number;
  readonly integers: Float64Array;
  /** Indices of those that are not; their integers are those before. */
  readonly odd: readonly number[];
}

/** As multiples of a power of ten; undefined when too many are not. */
function decimals(values: Float64Array): Scaled | undefined {
  let digits = 0;
  let room = values.length / ODD;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    let more = digits;
    while (more <= MOST_DECIMALS && !isDecimal(value, more)) more++;
    if (more <= MOST_DECIMALS) digits = more;
    else if (--room < 0) return undefined;
  }
  const power = POWERS[digits]!;
  return scaleAll(values, digits, (value) => {
    const integer = Math.round(value * power);
    return integer / power === value ? integer : NaN;
  });
}

function isDecimal(value: number, digits: number): boolean {
  const power = POWERS[digits]!;
  const integer = Math.round(value * power);
  return integer / power === value && Number.isSafeInteger(integer);
}

/** As multiples of a power of two: clocks, numbers of 32 bits, and random ones are. */
function binaries(values: Float64Array): Scaled | undefined {
  let bits = 0;
  let power = 1;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) continue;
    while (!Number.isInteger(value * power) && bits < MOST_BITS) power = 2 ** ++bits;
    most = Math.max(most, Math.abs(value));
    // A few that are smaller than the others must not cost them all.
    if (most * power > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return scaleAll(values, BINARY + bits, (value) => value * power);
}

function scaleAll(
  values: Float64Array,
  scale: number,
  toInteger: (value: number) => number,
): Scaled | undefined {
  const count = values.length;
  const integers = count > CHUNK ? new Float64Array(count) : INTEGERS.subarray(0, count);
  const odd: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const integer = toInteger(values[i]!);
    // 0 could be -0 as well.
    if (Number.isSafeInteger(integer) && !Object.is(values[i], -0)) {
      integers[i] = integer;
      continue;
    }
    odd.push(i);
    integers[i] = i > 0 ? integers[i - 1]! : 0;
  }
  return odd.length > values.length / ODD ? undefined : { scale, integers, odd };
}

/** Integers as what they are away from where other numbers have come to; undefined when it is no gain. */
function besideOther({ scale, integers, odd }: Scaled, other: Float64Array): Scaled | undefined {
  const count = integers.length;
  if (other.length !== count) return undefined;
  const power = powerOf(scale);
  const distances = count > CHUNK ? new Float64Array(count) : DISTANCES.subarray(0, count);
  for (let i = 0; i < count; i++) {
    const way = wayOf(other, i, power);
    distances[i] = integers[i]! - way;
    if (!Number.isSafeInteger(way) || !Number.isSafeInteger(distances[i])) return undefined;
  }
  const isGain = orderOf(distances).bits < orderOf(integers).bits;
  return isGain ? { scale, integers: distances, odd } : undefined;
}

/** How far numbers have come since the first one, in integers of a scale. */
function wayOf(numbers: Float64Array, i: number, power: number): number {
  return Math.round((numbers[i]! - numbers[0]!) * power);
}

/** What integers of a scale were multiplied by. */
function powerOf(scale: number): number {
  return scale >= BINARY ? 2 ** (scale - BINARY) : POWERS[scale]!;
}

/** @returns Whether the integers, or what they differ by, are small enough. */
function packIntegers(
  { plain, squeezed }: Packing<ByteWriter>,
  values: Float64Array,
  { scale, integers, odd }: Scaled,
  form: number = FORM.integers,
): boolean {
  const { order } = orderOf(integers);
  const first: number[] = [];
  const rest = integers;
  for (let k = 0; k < order; k++) {
    for (let i = rest.length - 1; i > k; i--) rest[i] = rest[i]! - rest[i - 1]!;
    // The first of each order is what the next one starts from.
    first.push(rest[k]!);
  }
  let least = Infinity;
  let most = -Infinity;
  for (let i = order; i < rest.length; i++) {
    // Past 2 ** 53 a difference may have been rounded.
    if (!Number.isSafeInteger(rest[i])) return false;
    if (rest[i]! < least) least = rest[i]!;
    if (rest[i]! > most) most = rest[i]!;
  }
  if (!Number.isSafeInteger(most - least)) return false;
  const width = Math.ceil(Math.log2(most - least + 1) / 8);
  squeezed.byte(form);
  squeezed.byte(scale);
  squeezed.byte(order);
  squeezed.byte(width);
  for (const value of first) squeezed.float(value);
  squeezed.float(least);
  squeezed.count(odd.length);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let before = 0;
  for (const i of odd) {
    squeezed.count(i - before);
    // As bytes, or one NaN would become another.
    squeezed.bytes(bytes.subarray(i * 8, i * 8 + 8));
    before = i;
  }
  const count = rest.length - order;
  const words = count > CHUNK ? new Uint32Array(2 * count) : WORDS.subarray(0, 2 * count);
  for (let i = order, at = 0; i < rest.length; i++) {
    const integer = rest[i]! - least;
    const high = Math.floor(integer * (1 / WORD));
    words[at++] = integer - high * WORD;
    words[at++] = high;
  }
  packPlanes({ plain, squeezed }, words, width);
  return true;
}

function unpackIntegers(
  packing: Packing<ByteReader>,
  values: Float64Array,
  other?: Float64Array,
): void {
  const { squeezed } = packing;
  const scale = squeezed.byte();
  const order = squeezed.byte();
  const width = squeezed.byte();
  const first = Array.from({ length: order }, () => squeezed.float());
  const least = squeezed.float();
  const odd = new Map<number, Uint8Array>();
  for (let left = squeezed.count(), i = 0; left > 0; left--) {
    i += squeezed.count();
    odd.set(i, squeezed.bytes(8));
  }
  const count = values.length - order;
  const words = new Uint32Array(2 * count);
  unpackPlanes(packing, words, width);
  for (let i = 0; i < count; i++) {
    values[i + order] = words[2 * i]! + words[2 * i + 1]! * WORD + least;
  }
  for (let k = order - 1; k >= 0; k--) {
    values[k] = first[k]!;
    for (let i = k + 1; i < values.length; i++) values[i] = values[i]! + values[i - 1]!;
  }
  const power = powerOf(scale);
  if (other !== undefined) {
    for (let i = 0; i < values.length; i++) values[i]! += wayOf(other, i, power);
  }
  if (power !== 1) { for (let i = 0; i < values.length; i++) values[i] = values[i]! / power; }
  const bytes = new Uint8Array(values.buffer);
  for (const [i, number] of odd) bytes.set(number, i * 8);
}

/** How often differences are to be taken, so that what is left is small: so many bits of a sample. */
function orderOf(integers: Float64Array): { order: number; bits: number } {
  const sizes = [0, 0, 0];
  const step = Math.max(1, Math.floor(integers.length / SAMPLE));
  let mean = 0;
  for (let i = 2; i < integers.length; i += step) mean += integers[i]! / integers.length * step;
  for (let i = 2; i < integers.length; i += step) {
    const [a, b, c] = [integers[i - 2]!, integers[i - 1]!, integers[i]!];
    sizes[0]! += Math.log2(1 + Math.abs(c - mean));
    sizes[1]! += Math.log2(1 + Math.abs(c - b));
    sizes[2]! += Math.log2(1 + Math.abs(c - b - (b - a)));
  }
  // Differences of random numbers are larger than they are: half a bit is no gain.
  const gain = (integers.length / step) / 2;
  const differences = sizes[2]! < sizes[1]! - gain ? 2 : 1;
  const order = sizes[differences]! < sizes[0]! - gain ? differences : 0;
  return { order, bits: sizes[order]! };
}

/** How often each byte was met. */
const counts = new Uint32Array(256);

/**
 * Packs the bytes of numbers, those of one significance after the other.
 *
 * @param words Two a number, the low one first.
 */
function packPlanes(
  { plain, squeezed }: Packing<ByteWriter>,
  words: Uint32Array,
  width: number,
): void {
  const count = words.length / 2;
  // Random bytes meet an equal one once in 256 times; a little more is not worth the mixture.
  const most = count * (count - 1) / 2 / 140 + count / 32;
  for (let byte = 0; byte < width; byte++) {
    const shift = byte % 4 * 8;
    const from = byte >> 2;
    counts.fill(0);
    let pairs = 0;
    for (let i = from; i < words.length; i += 2) pairs += counts[words[i]! >>> shift & 255]!++;
    const isRandom = pairs < most;
    squeezed.byte(Number(isRandom));
    const plane = (isRandom ? plain : squeezed).take(count);
    for (let i = 0; i < count; i++) plane[i] = words[from + 2 * i]! >>> shift;
  }
}

/** @param words Two a number, the low one first; all are 0. */
function unpackPlanes(
  { plain, squeezed }: Packing<ByteReader>,
  words: Uint32Array,
  width: number,
): void {
  const count = words.length / 2;
  for (let byte = 0; byte < width; byte++) {
    const isRandom = squeezed.byte() !== 0;
    const plane = (isRandom ? plain : squeezed).bytes(count);
    const shift = byte % 4 * 8;
    for (let i = 0, at = byte >> 2; i < count; i++, at += 2) words[at]! |= plane[i]! << shift;
  }
}
