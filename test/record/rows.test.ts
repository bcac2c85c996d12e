import { describe, expect, test } from "vitest";
import type { HistoryLine } from "../../src/record/lines.ts";
import { RowAssembler } from "../../src/record/rows.ts";

const line = (step: number, values: object): HistoryLine => ({
  _step: step,
  _timestamp: step,
  _runtime: step,
  ...values,
});
const pending = { _type: "pending", id: "a-1" };
const image = { _type: "image-file", path: "media/images/x.png" };

/** The rows that come out with each line, and at the end. */
function assemble(lines: readonly HistoryLine[]): { step: number; row: object }[][] {
  const rows = new RowAssembler();
  const take = (generator: Iterable<object>) =>
    Array.from(generator, (row) => {
      const { _step, _timestamp, _runtime, ...rest } = row as HistoryLine;
      return { step: _step, row: rest };
    });
  return [...lines.map((one) => take(rows.add(one))), take(rows.end())];
}

describe("RowAssembler", () => {
  test("gives a row when a line of a later step has come", () => {
    expect(assemble([line(0, { a: 1 }), line(0, { b: 2 }), line(1, { a: 3 })])).toEqual([
      [],
      [],
      [{ step: 0, row: { a: 1, b: 2 } }],
      [{ step: 1, row: { a: 3 } }],
    ]);
  });

  test("holds back a row, and those behind it, until what is pending has come", () => {
    const [first, second, third, late, end] = assemble([
      line(0, { loss: 1, x: pending }),
      line(1, { loss: 2 }),
      line(2, { loss: 3 }),
      line(0, { x: image }),
    ]);
    expect([first, second, third]).toEqual([[], [], []]);
    expect(late).toEqual([
      { step: 0, row: { loss: 1, x: image } },
      { step: 1, row: { loss: 2 } },
    ]);
    expect(end).toEqual([{ step: 2, row: { loss: 3 } }]);
  });

  test("waits for each of several values, nested ones too", () => {
    const nested = { loss: 1, deep: { x: pending } };
    const out = assemble([
      line(0, { a: pending, val: nested }),
      line(1, {}),
      line(0, { a: image }),
      line(0, { val: { loss: 1, deep: { x: image } } }),
    ]);
    expect(out[2]).toEqual([]);
    expect(out[3]).toEqual([{ step: 0, row: { a: image, val: { loss: 1, deep: { x: image } } } }]);
  });

  test("leaves out what was never made, at the end and when a resumed run says so", () => {
    const row = line(0, { loss: 1, x: pending, val: { y: pending, z: 2 }, list: [pending, 3] });
    const left = { step: 0, row: { loss: 1, val: { z: 2 }, list: [null, 3] } };
    expect(assemble([structuredClone(row)]).at(-1)).toEqual([left]);
    const resumed = assemble([structuredClone(row), line(0, { _complete: true }), line(1, {})]);
    expect(resumed[2]).toEqual([left]);
  });

  test("passes over lines without a step, and of rows that have gone out", () => {
    const out = assemble([
      { a: 1 } as unknown as HistoryLine,
      line(0, { a: 1 }),
      line(5, { a: 2 }),
      line(0, { a: 9 }),
    ]);
    expect(out).toEqual([[], [], [{ step: 0, row: { a: 1 } }], [], [{ step: 5, row: { a: 2 } }]]);
  });
});
