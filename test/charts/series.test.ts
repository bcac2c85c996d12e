import { describe, expect, test } from "vitest";
import { Series } from "../../src/charts/series.ts";
import { sparklineText } from "../../src/charts/sparkline.ts";
import { random, viewOf } from "./fixtures.ts";

describe("Series", () => {
  test("push() keeps every point as it is while there is room", () => {
    const view = viewOf(512, (step) => step * 2);
    expect(view.mean.length).toBe(512);
    expect([...view.mean]).toEqual([...view.low]);
    expect([...view.mean]).toEqual([...view.high]);
    expect(view.mean[511]).toBe(1022);
    expect([...view.count].every((count) => count === 1)).toBe(true);
  });

  test("push() merges neighbours when the room is used up", () => {
    const series = new Series(4);
    for (const [x, y] of [1, 3, 5, 7, 10].entries()) series.push(x, y);
    const { x, mean, low, high, count } = series.view();
    expect([...x]).toEqual([0.5, 2.5, 4]);
    expect([...mean]).toEqual([2, 6, 10]);
    expect([...low]).toEqual([1, 5, 10]);
    expect([...high]).toEqual([3, 7, 10]);
    expect([...count]).toEqual([2, 2, 1]);
  });

  test("view() never has more buckets than the capacity, and counts every point", () => {
    for (const capacity of [2, 8, 512]) {
      for (const points of [1, 2, 3, 31, 33, 511, 513, 1024, 1025, 9_999]) {
        const series = new Series(capacity);
        for (let i = 0; i < points; i++) series.push(i, i);
        const view = series.view();
        expect(view.mean.length).toBeLessThanOrEqual(capacity);
        expect(view.count.reduce((sum, n) => sum + n, 0)).toBe(points);
        expect(view.points).toBe(points);
        expect(series.points).toBe(points);
      }
    }
  });

  test("view() holds a single spike among a million points, wherever it is", () => {
    const next = random(7);
    for (let trial = 0; trial < 8; trial++) {
      const at = trial === 0 ? 0 : trial === 1 ? 999_999 : Math.floor(next() * 1e6);
      const spike = trial % 2 === 0 ? 50 : -50;
      const view = viewOf(1e6, (step) => step === at ? spike : Math.sin(step / 1e4));
      const extreme = spike > 0 ? Math.max(...view.high) : Math.min(...view.low);
      expect(extreme).toBe(spike);
      expect(spike > 0 ? view.maxX : view.minX).toBe(at);
    }
  });

  test("view() has the mean of the points in each bucket", () => {
    const next = random(11);
    const values = Array.from({ length: 5_000 }, () => next() * 100 - 50);
    const { mean, count } = viewOf(values.length, (step) => values[step]!);
    let from = 0;
    for (let i = 0; i < mean.length; i++) {
      const part = values.slice(from, from += count[i]!);
      expect(mean[i]).toBeCloseTo(part.reduce((sum, y) => sum + y, 0) / part.length, 9);
    }
  });

  test("push() counts NaN and the infinities, and leaves gaps for them", () => {
    const series = new Series(4);
    for (const [x, y] of [NaN, 1, Infinity, -Infinity, 2, NaN, NaN, NaN].entries()) {
      series.push(x, y);
    }
    const view = series.view();
    expect([...view.mean]).toEqual([1, NaN, 2, NaN]);
    expect(view.nonFinite).toBe(6);
    expect(view.points).toBe(8);
    expect(view.last).toBeNaN();
    expect([view.first, view.min, view.max]).toEqual([1, 1, 2]);
  });

  test("push() takes numbers whose sum would overflow", () => {
    const view = viewOf(2_000, (step) => step % 2 === 0 ? Number.MAX_VALUE : -Number.MAX_VALUE);
    for (const value of view.mean) expect(Number.isFinite(value)).toBe(true);
    expect(view.max).toBe(Number.MAX_VALUE);
  });

  test("push() counts a point without a place as not finite", () => {
    const series = new Series();
    series.push(NaN, 1);
    series.push(2, 3);
    expect(series.view().nonFinite).toBe(1);
    expect(series.view().min).toBe(3);
  });

  test("view() is not changed by later points", () => {
    const series = new Series(2);
    series.push(0, 1);
    const before = series.view();
    for (let i = 1; i < 100; i++) series.push(i, i);
    expect([...before.mean]).toEqual([1]);
    expect(before.points).toBe(1);
  });

  test("view() of a constant is that constant, however its buckets were merged", () => {
    for (const value of [0.01, 0.1, -1 / 3]) {
      const view = viewOf(100_003, () => value);
      expect(new Set(view.mean)).toEqual(new Set([value]));
      expect(sparklineText(view)).toBe("▄".repeat(20));
    }
  });

  test("view() of nothing is empty", () => {
    const view = new Series().view();
    expect(view.mean.length).toBe(0);
    expect([view.first, view.last, view.min, view.max]).toEqual([NaN, NaN, NaN, NaN]);
  });

  test("new Series() rejects a capacity that cannot be halved", () => {
    for (const capacity of [0, 1, 3, NaN, -2, 2.5]) {
      expect(() => new Series(capacity)).toThrow("Cannot make a series: capacity");
    }
  });
});
