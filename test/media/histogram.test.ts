import { describe, expect, test } from "vitest";
import { Histogram } from "../../mod.ts";
import { recorded } from "./recording.ts";

describe("Histogram", () => {
  test("has 64 bins from the lowest to the highest value, as numpy has them", async () => {
    const { value } = await recorded(new Histogram([1, 2, 3]));
    const counts = new Array(64).fill(0);
    counts[0] = counts[32] = counts[63] = 1;
    expect(value).toEqual({
      _type: "histogram",
      values: counts,
      bins: Array.from({ length: 65 }, (_, i) => 1 + i / 32),
    });
  });

  test("counts each finite value once, whatever array it comes in", () => {
    const values = Float32Array.from({ length: 10_007 }, (_, i) => Math.sin(i));
    for (const array of [values, Float64Array.from(values), [...values]]) {
      const { counts, edges } = new Histogram(array, { bins: 10 });
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(10_007);
      for (const [i, count] of counts.entries()) {
        const [low, high] = [edges[i]!, edges[i + 1]!];
        const inside = [...values].filter((v) => v >= low && (i === 9 ? v <= high : v < high));
        expect(Math.abs(inside.length - count)).toBeLessThanOrEqual(1);
      }
    }
  });

  test("leaves out NaN and the infinities", () => {
    const { counts, edges } = new Histogram([NaN, 0, Infinity, 1, -Infinity, 1], { bins: 2 });
    expect(counts).toEqual([1, 2]);
    expect(edges).toEqual([0, 0.5, 1]);
  });

  test("leaves out what is missing, and does not count it as zero", () => {
    const gaps = [null, 4, undefined, 6, null] as unknown as number[];
    const { counts, edges } = new Histogram(gaps, { bins: 2 });
    expect(counts).toEqual([1, 1]);
    expect(edges).toEqual([4, 5, 6]);
  });

  test.each([
    [[5, 5, 5], 3],
    [[1e300, 1e300], 2],
    [[-1.7e308, 1.7e308, 0], 3],
    [[1e-320, 2e-320], 2],
    [BigInt64Array.of(1n, 2n, 3n), 3],
  ])("has finite, ascending edges for %s", (values, total) => {
    const { counts, edges } = new Histogram(values, { bins: 4 });
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
    for (const [i, edge] of edges.entries()) {
      expect(Number.isFinite(edge)).toBe(true);
      if (i > 0) expect(edge).toBeGreaterThan(edges[i - 1]!);
    }
  });

  test("takes bins that were counted already", async () => {
    const { value } = await recorded(
      new Histogram({ counts: Int32Array.of(3, 5), edges: [0, 30, 60] }),
    );
    expect(value).toEqual({ _type: "histogram", values: [3, 5], bins: [0, 30, 60] });
  });

  test.each([
    [new Histogram([]), /no finite element/],
    [new Histogram([NaN]), /no finite element/],
    [new Histogram([1], { bins: 513 }), /1 to 512 bins, not 513/],
    [new Histogram([1], { bins: 0 }), /1 to 512/],
    [new Histogram({ counts: [1], edges: [0] }), /1 bins have 2 edges, not 1/],
    [new Histogram({ counts: [1, 1], edges: [0, 2, 1] }), /ascending/],
    [new Histogram({ counts: [-1], edges: [0, 1] }), /not negative/],
    [new Histogram(null as never), /not of null/],
    [
      new Histogram({
        dataSync: () => {
          throw new Error("disposed");
        },
      }),
      /disposed/,
    ],
  ])("what cannot be one is refused when it is logged (%#)", async (histogram, reason) => {
    const { value, said } = await recorded(histogram);
    expect(value).toBeUndefined();
    expect(said.join()).toMatch(reason);
  });
});
