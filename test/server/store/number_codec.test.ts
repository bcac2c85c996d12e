import { describe, expect, test } from "vitest";
import { packNumbers, unpackNumbers } from "../../../src/server/store/sql/number_codec.ts";
import { newPacking, openPacking, sealPacking } from "../../../src/server/store/sql/packing.ts";
import { packPoints, unpackPoints } from "../../../src/server/store/sql/points_codec.ts";
import { randomNumbers } from "../charts/store.ts";

function packed(values: Float64Array, other?: Float64Array): Uint8Array {
  const packing = newPacking();
  packNumbers(packing, values, other);
  return sealPacking(packing, 0);
}

const bits = (values: Float64Array) => new BigUint64Array(values.slice().buffer);

function bytesOf(values: Float64Array, other?: Float64Array): number {
  const bytes = packed(values, other);
  const back = unpackNumbers(openPacking(bytes), values.length, other);
  expect(bits(back)).toEqual(bits(values));
  return bytes.length / values.length;
}

const fill = (make: (i: number) => number, length = 1024) =>
  Float64Array.from({ length }, (_, i) => make(i));

/** NaNs that carry something, which a number of JavaScript would lose. */
const strange = new Float64Array(
  new BigUint64Array([
    0x7ff8000000000000n,
    0xfff8000000000001n,
    0x7ff0000000000001n,
    0x7fffffffffffffffn,
    0x7ff0000000000000n,
    0xfff0000000000000n,
    0x8000000000000000n,
    0x0000000000000000n,
    0x0000000000000001n,
    0x8000000000000001n,
    0x000fffffffffffffn,
    0x7fefffffffffffffn,
    0x4340000000000000n,
    0xc340000000000001n,
  ]).buffer,
);

describe("packNumbers()", () => {
  test("keeps each bit of numbers of any kind, in columns of any length", () => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const random = randomNumbers(seed);
    const pick = (n: number) => Math.floor(random() * n);
    let clock = 1_790_000_000;
    const kinds: readonly ((i: number) => number)[] = [
      () => random(),
      () => pick(1000) / 1000,
      (i) => i * 3 - 500,
      () => (random() - 0.5) * 10 ** (pick(600) - 300),
      () => clock += random() / 50,
      () => Math.fround(random()),
      (i) => (i % 2 === 0 ? 1 : -1) * (2 ** 53 - 1 - pick(3)),
      () => -0,
      (i) => i === 7 ? 1e300 : i,
      () => pick(2) * 5e-324,
      (i) => 2 ** 60 + i * 4096,
    ];
    for (let trial = 0; trial < 600; trial++) {
      const [one, other] = [kinds[pick(kinds.length)]!, kinds[pick(kinds.length)]!];
      const oddity = [0, 0, 0.02, 0.3][pick(4)]!;
      const length = [0, 1, 2, 3, pick(40), 1024, pick(2000)][pick(7)]!;
      const mixed = pick(4) === 0;
      const values = fill((i) => mixed && random() < 0.5 ? other(i) : one(i), length);
      const words = new BigUint64Array(values.buffer);
      const odd = new BigUint64Array(strange.buffer);
      for (let i = 0; i < length; i++) if (random() < oddity) words[i] = odd[pick(odd.length)]!;
      // Most others have nothing to do with them; some go along, more or less.
      const beside = [undefined, values.map((x) => x + random()), fill(other, pick(2) * length)][
        pick(3)
      ];
      const back = unpackNumbers(openPacking(packed(values, beside)), length, beside);
      const wrong = bits(back).findIndex((word, i) => word !== words[i]);
      expect(wrong, `seed ${seed}, trial ${trial}, ${length} numbers`).toBe(-1);
    }
  });

  test("packs what training logs into few bytes", () => {
    const random = randomNumbers(1);
    let clock = 1_790_000_000;
    expect(bytesOf(fill((i) => i))).toBeLessThan(0.1);
    expect(bytesOf(fill((i) => 1_790_000_000 + i / 100))).toBeLessThan(0.2);
    expect(bytesOf(fill(() => clock += random() / 100))).toBeLessThan(2.5);
    expect(bytesOf(fill((i) => +(Math.exp(-i / 500) + random() / 10).toFixed(4)))).toBeLessThan(2);
    expect(bytesOf(fill((i) => i % 50 === 0 ? NaN : +random().toFixed(3)))).toBeLessThan(2);
    expect(bytesOf(fill(() => Math.fround(random())))).toBeLessThan(3.6);
    // Nothing is known of their 53 bits, and 53 / 8 is 6.6.
    expect(bytesOf(fill(() => Math.random()))).toBeLessThan(6.9);
  });

  test("packs a clock beside another one", () => {
    const random = randomNumbers(2);
    let clock = 0;
    const runtime = fill(() => clock = +(clock + random() / 50).toFixed(9));
    const timestamp = runtime.map((seconds) => 1_790_000_000.8565204 + seconds);
    expect(bytesOf(runtime)).toBeGreaterThan(2.5);
    expect(bytesOf(runtime, timestamp)).toBeLessThan(1.2);
    expect(bytesOf(timestamp, runtime)).toBeLessThan(0.4);
    expect(() => unpackNumbers(openPacking(packed(runtime, timestamp)), 1024)).toThrow(RangeError);
  });
});

describe("unpackPoints()", () => {
  test("reads chunks that the first servers compressed", () => {
    const old = Uint8Array.fromBase64(OLD_CHUNK);
    expect(unpackPoints(old)).toEqual({
      lines: Float64Array.of(4, 5, 6),
      x: Float64Array.of(8, 9, 11),
      values: Float64Array.of(0.5, -0, NaN),
    });
  });

  test("reads full chunks whose few bytes were compressed, too", () => {
    const packed = "FAkAAQPgAPg/gH8otS/9IDv1AACgAwAQQADwPwEAAAEAIEAAAQIAAQEEEAC1iLljwAI=";
    expect(unpackPoints(Uint8Array.fromBase64(packed))).toEqual({
      lines: Float64Array.of(4, 5, 6),
      x: Float64Array.of(8, 9, 11),
      values: Float64Array.of(0.5, -0, NaN),
    });
  });

  test("gives back what packPoints() was given, open and sealed", () => {
    const points = {
      lines: fill((i) => i + 10),
      x: fill((i) => i * i),
      values: fill((i) => i % 3 === 0 ? NaN : 1 / i),
    };
    for (const seal of [false, true]) {
      expect(unpackPoints(packPoints(points, seal))).toEqual(points);
    }
  });
});

/** `packPoints()` of the first version: the full chunk's lines, x and values of the test above. */
const OLD_CHUNK =
  "DgAAAAMAAAAAAAAAAAAQQAAAAAAAAPA/AAAAAAAAIEAAAAAAAAAAACi1L/0gMKUAAHAAACAiJuAA+EBAQD+AfwEADsAC";
