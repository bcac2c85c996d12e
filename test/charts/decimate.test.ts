import { describe, expect, test } from "vitest";
import { decimate } from "../../src/charts/decimate.ts";
import { mergeView } from "../../src/charts/merge_view.ts";
import { smooth } from "../../src/charts/smooth.ts";
import { random, viewOf } from "./fixtures.ts";

describe("decimate", () => {
  test("decimate() keeps few points as they are", () => {
    const view = decimate([0, 1, 5], new Float32Array([1, 2, 3]));
    expect([...view.x]).toEqual([0, 1, 5]);
    expect([...view.mean]).toEqual([1, 2, 3]);
  });

  test("decimate() cuts x into equal ranges, and leaves out empty ones", () => {
    const view = decimate([0, 1, 2, 98, 99, 100], [1, 2, 3, 4, 5, 9], { buckets: 4 });
    expect([...view.count]).toEqual([3, 3]);
    expect([...view.low]).toEqual([1, 4]);
    expect([...view.high]).toEqual([3, 9]);
  });

  test("decimate() goes by order where x turns back", () => {
    const view = decimate([5, 4, 3, 2, 1, 0], [1, 2, 3, 4, 5, 6], { buckets: 3 });
    expect([...view.count]).toEqual([2, 2, 2]);
    expect([...view.x]).toEqual([4.5, 2.5, 0.5]);
  });

  test("decimate() reads only the points of its domain", () => {
    const x = Float64Array.from({ length: 1000 }, (_, i) => i);
    const view = decimate(x, x, { buckets: 10, domain: [100, 199] });
    expect(view.points).toBe(100);
    expect([view.min, view.max]).toEqual([100, 199]);
    expect(view.mean.length).toBe(10);
  });

  test("decimate() never loses a spike", () => {
    const next = random(3);
    for (let trial = 0; trial < 20; trial++) {
      const length = 1 + Math.floor(next() * 30_000);
      const at = Math.floor(next() * length);
      const x = Float64Array.from({ length }, (_, i) => trial % 2 === 0 ? i : i % 100);
      const y = x.map((_, i) => i === at ? 7 : next());
      const view = decimate(x, y, { buckets: 1 + Math.floor(next() * 600) });
      expect(Math.max(...view.high)).toBe(7);
      expect(view.count.reduce((sum, n) => sum + n, 0)).toBe(length);
    }
  });

  test("decimate() rejects columns of different lengths and impossible numbers of buckets", () => {
    expect(() => decimate([1, 2, 3], [1, 2])).toThrow("x has 3 values and y has 2");
    expect(() => decimate([1], [1], { buckets: NaN })).toThrow("not NaN");
    expect(() => decimate([1], [1], { buckets: 0 })).toThrow("not 0");
  });

  test("decimate() of nothing is empty", () => {
    expect(decimate([], []).mean.length).toBe(0);
  });
});

describe("mergeView", () => {
  test("mergeView() keeps extremes and counts, and weighs means by them", () => {
    const view = viewOf(10_000, (step) => step === 5_000 ? -9 : step % 7);
    const merged = mergeView(view, 100);
    expect(merged.mean.length).toBe(100);
    expect(Math.min(...merged.low)).toBe(-9);
    expect(merged.count.reduce((sum, n) => sum + n, 0)).toBe(10_000);
    const sum = merged.mean.reduce((total, mean, i) => total + mean * merged.count[i]!, 0);
    const exact = view.mean.reduce((total, mean, i) => total + mean * view.count[i]!, 0);
    expect(sum).toBeCloseTo(exact, 6);
  });

  test("mergeView() keeps a gap only where nothing is finite", () => {
    const view = viewOf(8, (step) => step < 3 ? NaN : step);
    expect([...mergeView(view, 4).mean]).toEqual([NaN, 3, 4.5, 6.5]);
  });
});

describe("smooth", () => {
  test("smooth() begins at the first value and keeps gaps", () => {
    const view = decimate([0, 1, 2, 3], [4, 4, NaN, 8]);
    const { mean, low, high } = smooth(view, 0.5);
    expect(mean[0]).toBeCloseTo(4, 12);
    expect(mean[1]).toBeCloseTo(4, 12);
    expect(mean[2]).toBeNaN();
    expect(mean[3]).toBeCloseTo((0.125 * 4 + 0.25 * 4 + 0.5 * 8) / 0.875, 12);
    expect([...low]).toEqual([...high]);
  });

  test("smooth() by nothing changes nothing, and by all is the mean of what has been", () => {
    const view = decimate([0, 1, 2], [1, 5, 3]);
    expect([...smooth(view, 0).mean]).toEqual([1, 5, 3]);
    expect(smooth(view, 1).mean[2]).toBeCloseTo(3, 4);
  });

  test("smooth() rejects what is not in 0..1", () => {
    const view = decimate([0], [1]);
    for (const smoothing of [-0.1, 1.1, NaN]) {
      expect(() => smooth(view, smoothing)).toThrow("smoothing must be in 0..1");
    }
  });
});
