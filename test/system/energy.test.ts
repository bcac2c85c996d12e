import { describe, expect, test } from "vitest";
import { energy, mean, peak, summarizeSpan } from "../../src/system/energy.ts";

const ramp = [
  { time: 0, value: 100 },
  { time: 2, value: 300 },
  { time: 4, value: 300 },
];

describe("energy()", () => {
  test("energy() integrates watts to joules, interpolated at the span's ends", () => {
    expect(energy(ramp, { start: 0, end: 4 })).toBe(1000);
    expect(energy(ramp, { start: 1, end: 3 })).toBe(250 + 300);
    expect(energy(ramp, { start: 0.5, end: 0.5 })).toBeUndefined();
  });

  test("energy() of the parts of a span is the energy of the whole", () => {
    const parts = [0, 0.3, 1.7, 2, 3.99, 4];
    let sum = 0;
    for (const [i, start] of parts.slice(0, -1).entries()) {
      sum += energy(ramp, { start, end: parts[i + 1]! })!;
    }
    expect(sum).toBeCloseTo(1000, 9);
  });

  test("energy() does not bridge gaps, and says how much it covers", () => {
    const samples = [...ramp, { time: 100, value: 300 }, { time: 102, value: 300 }];
    const { integral, covered } = summarizeSpan(samples, { start: 0, end: 102 });
    expect(integral).toBe(1600);
    expect(covered).toBe(6);
    expect(energy(samples, { start: 10, end: 90 })).toBeUndefined();
    expect(energy(samples, { start: 10, end: 90, maxGap: 1000 })).toBe(24_000);
  });

  test("energy() leaves out values and times that are no finite numbers", () => {
    const samples = [...ramp, { time: 3, value: NaN }, { time: NaN, value: 1 }];
    expect(energy(samples.sort((a, b) => a.time - b.time), { start: 0, end: 4 })).toBe(1000);
  });

  test("energy() of samples outside the span, of one or of none is not told", () => {
    expect(energy([], { start: 0, end: 1 })).toBeUndefined();
    expect(energy([{ time: 0, value: 5 }], { start: 0, end: 1 })).toBeUndefined();
    expect(energy(ramp, { start: 5, end: 9 })).toBeUndefined();
    expect(energy(ramp, { start: NaN, end: 9 })).toBeUndefined();
  });
});

describe("mean() and peak()", () => {
  test("mean() is weighted by time and peak() is the highest value, ends included", () => {
    expect(mean(ramp, { start: 0, end: 4 })).toBe(250);
    expect(peak(ramp, { start: 0, end: 4 })).toBe(300);
    expect(peak(ramp, { start: 0, end: 1 })).toBe(200);
  });

  test("mean() and peak() of a span that holds one lonely sample are its value", () => {
    const lonely = [{ time: 5, value: 42 }];
    expect(mean(lonely, { start: 4, end: 6 })).toBe(42);
    expect(peak(lonely, { start: 4, end: 6 })).toBe(42);
    expect(mean(lonely, { start: 6, end: 7 })).toBeUndefined();
    expect(peak(lonely, { start: 6, end: 7 })).toBeUndefined();
  });
});
