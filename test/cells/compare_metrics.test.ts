import { describe, expect, test } from "vitest";
import { compareMetrics, isSame } from "../../src/cells/compare_metrics.ts";

const rows = (values: readonly unknown[], from = 0) =>
  values.map((loss, i) => ({ _step: from + i, _timestamp: i, loss }));

describe("compareMetrics()", () => {
  test("finds metrics that are the same, NaN and steps of a resumed run too", () => {
    const [loss] = compareMetrics(rows([1, "NaN", 0.5], 10), rows([1, "NaN", 0.5]));
    expect(loss).toEqual({
      name: "loss",
      recorded: 3,
      replayed: 3,
      same: 3,
      first: null,
      largest: 0,
    });
    expect(isSame(loss!)).toBe(true);
  });

  test("says where two begin to differ, and by how much", () => {
    const [loss] = compareMetrics(rows([1, 2, 4, 8]), rows([1, 2.02, 4, 4]));
    expect(loss).toMatchObject({ same: 2, first: { step: 1, recorded: 2, replayed: 2.02 } });
    expect(loss!.largest).toBe(0.5);
    expect(isSame(loss!)).toBe(false);
  });

  test("takes numbers within the tolerance for the same", () => {
    const [loss] = compareMetrics(rows([1, 100]), rows([1, 100.5]), { tolerance: 0.01 });
    expect(isSame(loss!)).toBe(true);
  });

  test("does not take a number for infinity, nor an image for another one", () => {
    const [loss] = compareMetrics(rows([1, { _type: "a" }]), rows(["Infinity", { _type: "b" }]));
    expect(loss).toMatchObject({ same: 0, largest: 2 });
  });

  test("counts what is missing, and names what is new", () => {
    const [loss, extra] = compareMetrics(rows([1, 2]), [{ _step: 0, loss: 1 }, {
      _step: 1,
      extra: 1,
    }]);
    expect(loss).toMatchObject({ recorded: 2, replayed: 1, same: 1 });
    expect(isSame(loss!)).toBe(false);
    expect(extra).toMatchObject({ name: "extra", recorded: 0, replayed: 1 });
  });
});
