import { describe, expect, test } from "vitest";
import { binValues } from "../../src/record/bin_values.ts";
import { readValues, treeValues } from "../../src/watch/read_values.ts";
import { reduceValues } from "../../src/watch/reduce.ts";
import { random } from "../charts/fixtures.ts";

function someValues(length: number): Float32Array {
  const next = random(3);
  return Float32Array.from({ length }, () => next() + next() - 1);
}

describe("reduceValues()", () => {
  test("reduceValues() counts as a histogram does, and gives the norm", () => {
    const values = someValues(10_000);
    const { counts, edges, norm, size, nonFinite } = reduceValues(values, 64);
    expect({ counts, edges }).toEqual(binValues(values, 64));
    expect(norm).toBeCloseTo(Math.hypot(...values), 6);
    expect([size, nonFinite]).toEqual([10_000, 0]);
    expect([...reduceValues([3, 4], 4).counts]).toEqual([1, 0, 0, 1]);
    expect(reduceValues([3, 4], 4).norm).toBe(5);
  });

  test("reduceValues() gives the same for chunks as for the whole", () => {
    const values = someValues(1_000);
    const chunks = [values.subarray(0, 7), values.subarray(7, 7), values.subarray(7)];
    const [whole, pieces] = [reduceValues(values, 32), reduceValues(chunks, 32)];
    expect(pieces.norm).toBeCloseTo(whole.norm, 10);
    expect({ ...pieces, norm: 0 }).toEqual({ ...whole, norm: 0 });
  });

  test("reduceValues() leaves out what is not finite, and counts it", () => {
    const { counts, edges, norm, nonFinite } = reduceValues([NaN, 1, Infinity, 2, -Infinity], 2);
    expect([...counts]).toEqual([1, 1]);
    expect(edges).toEqual([1, 1.5, 2]);
    expect(norm).toBeCloseTo(Math.sqrt(5), 12);
    expect(nonFinite).toBe(3);
    expect(reduceValues([NaN, NaN], 8)).toMatchObject({ counts: [], norm: 0, nonFinite: 2 });
  });

  test.for<[string, number[]]>([
    ["one value", [7]],
    ["zeros", [0, 0, 0]],
    ["a large constant", [1e300, 1e300]],
    ["the largest numbers", [-Number.MAX_VALUE, Number.MAX_VALUE]],
    ["the smallest numbers", [0, 5e-324]],
    ["small changes of a large number", [1e16, 1e16 + 2]],
  ])("reduceValues() counts %s, with edges that rise", ([, values]) => {
    const { counts, edges } = reduceValues(values, 64);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    expect(edges.length).toBe(counts.length + 1);
    expect([edges[0], edges.at(-1)].every(Number.isFinite)).toBe(true);
    for (let i = 1; i < edges.length; i++) expect(edges[i]).toBeGreaterThan(edges[i - 1]!);
  });

  test("reduceValues() tells the largest numbers apart", () => {
    const { counts } = reduceValues([-Number.MAX_VALUE, Number.MAX_VALUE], 64);
    expect([counts[0], counts[63]]).toEqual([1, 1]);
  });

  test("reduceValues() has nothing to say of no values", () => {
    expect(reduceValues([], 8)).toEqual({ counts: [], edges: [], norm: 0, size: 0, nonFinite: 0 });
  });
});

describe("treeValues()", () => {
  test("treeValues() names values by the way to them", () => {
    const tree = {
      layers: [{ w: [[1, 2], [3, 4]], b: new Float32Array([5]) }, { w: [[6]] }],
      scale: 7,
      nothing: null,
    };
    const found = [...treeValues(tree)].map(([name, read]) => {
      const values = typeof read === "function" ? read() : read;
      return [name, reduceValues(values, 1).norm ** 2];
    });
    expect(found.map(([name]) => name)).toEqual([
      "layers.0.w",
      "layers.0.b",
      "layers.1.w",
      "scale",
    ]);
    expect(found.map(([, square]) => Math.round(square as number))).toEqual([30, 25, 36, 49]);
  });

  test("treeValues() ends in trees that hold themselves", () => {
    const tree: Record<string, unknown> = { w: [1] };
    tree["self"] = tree;
    expect([...treeValues(tree)].length).toBeLessThan(50);
  });
});

describe("readValues()", () => {
  test("readValues() reads nested arrays of any size in chunks", () => {
    const nested = Array.from({ length: 500 }, (_, i) => Array.from({ length: 400 }, () => i));
    expect(reduceValues(readValues(nested), 10)).toMatchObject({ size: 200_000 });
  });

  test("readValues() refuses what holds no numbers, and says what it is", () => {
    expect(() => readValues("abc")).toThrow("it holds no numbers, but is string");
    expect(() => readValues(null)).toThrow("it holds no numbers, but is null");
  });
});
