import { describe, expect, test } from "vitest";
import { classesOf } from "../../src/plots/classes.ts";
import { type Confusion, confusionOf } from "../../src/plots/confusion.ts";
import published from "./published/scikit_learn.json" with { type: "json" };

function rows({ names, counts }: Confusion): number[][] {
  const n = names.length;
  return names.map((_name, i) => [...counts.slice(i * n, (i + 1) * n)]);
}

describe("confusionOf()", () => {
  test("confusionOf() gives what the documentation of scikit-learn shows", () => {
    const expected = [[2, 0, 0], [0, 0, 1], [1, 0, 2]];
    expect(rows(confusionOf([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2]))).toEqual(expected);
    const actual = ["cat", "ant", "cat", "cat", "ant", "bird"];
    const predicted = ["ant", "ant", "cat", "cat", "ant", "cat"];
    const confusion = confusionOf(actual, predicted);
    expect(confusion.names).toEqual(["ant", "bird", "cat"]);
    expect(rows(confusion)).toEqual(expected);
  });

  test("confusionOf() gives what scikit-learn computes from fifty predictions", () => {
    const { actual, predicted, counts } = published.confusion;
    const typed = confusionOf(Int32Array.from(actual), Int32Array.from(predicted));
    expect(rows(typed)).toEqual(counts);
    expect(rows(confusionOf(actual, predicted.map(String).map(Number)))).toEqual(counts);
  });

  test("confusionOf() takes the class with the highest score, the first of equal ones", () => {
    const scores = [[0.1, 0.9], [0.5, 0.5], [NaN, 0.2], [NaN, NaN]];
    const confusion = confusionOf([1, 0, 0, 1], scores);
    expect(rows(confusion)).toEqual([[1, 1], [0, 1]]);
    expect(confusion.leftOut).toBe(1);
    expect(confusion.total).toBe(3);
  });

  test("confusionOf() knows classes that nothing belongs to from names and from scores", () => {
    const named = confusionOf([0, 2], [0, 0], ["a", "b", "c"]);
    expect(rows(named)).toEqual([[1, 0, 0], [0, 0, 0], [1, 0, 0]]);
    expect(confusionOf(["c", "a"], ["a", "a"], ["a", "b", "c"]).counts[6]).toBe(1);
    expect(confusionOf([0, 2], [[1, 0, 0], [0, 1, 0]]).names).toEqual(["0", "1", "2"]);
  });

  test("confusionOf() leaves out and counts what has no label", () => {
    const confusion = confusionOf([1, NaN, null, 0, undefined], [1, 1, 1, NaN, 0]);
    expect(confusion.leftOut).toBe(4);
    expect(confusion.total).toBe(1);
  });

  test("confusionOf() takes one class and none", () => {
    expect(rows(confusionOf([true, true], [true, true]))).toEqual([[2]]);
    expect(confusionOf([], []).names).toEqual([]);
  });

  test("confusionOf() refuses what cannot be compared, and says why", () => {
    expect(() => confusionOf([1, 2], [1])).toThrow("Cannot compare 2 labels with 1 predictions");
    expect(() => confusionOf([3], [0], ["a", "b"])).toThrow('Cannot tell the class "3"');
    expect(() => confusionOf(["x"], [[0.1, 0.9]])).toThrow("which class each of 2 scores is for");
    const many = Array.from({ length: 6_000 }, (_, i) => i);
    expect(() => confusionOf(many, many)).toThrow("Cannot draw a confusion matrix of 6000 classes");
  });
});

describe("classesOf()", () => {
  test("classesOf() sorts numbers by size and names by their letters", () => {
    expect(classesOf([[10, 9, 2], ["b", "a", 1]]).labels).toEqual([1, 2, 9, 10, "a", "b"]);
    expect(classesOf([["__proto__", "toString"]]).indexOf("__proto__")).toBe(0);
  });
});
