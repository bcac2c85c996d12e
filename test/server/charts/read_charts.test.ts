import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SeriesView } from "../../../src/charts/types.ts";
import { type ChartQuery, readCharts } from "../../../src/server/charts/read_charts.ts";
import type { StoredRun } from "../../../src/server/store/store.ts";
import { randomNumbers, type TestStore, testStore } from "./store.ts";

const LONG = 300_000;
const SPIKE = 123_456;

let test: TestStore;
let long: StoredRun;

beforeAll(async () => {
  test = await testStore();
  const random = randomNumbers(3);
  long = await test.run(
    "long",
    Array.from({ length: LONG }, (_, step) => ({
      _step: step,
      _timestamp: 1_790_000_000 + step / 10,
      loss: step === SPIKE ? 99 : Math.exp(-step / 1e5) + random() / 10,
      // Nothing finite for a while.
      gap: step >= 100_000 && step < 150_000 ? "NaN" : step,
      ...(step % 1_000 === 999 ? { epoch: (step + 1) / 1_000, "val/loss": 1e3 / step } : {}),
    })),
  );
}, 60_000);
afterAll(() => test[Symbol.asyncDispose]());

async function view(run: StoredRun, key: string, query: Partial<ChartQuery> = {}) {
  const [series] = await readCharts(test.store, {
    runs: [run],
    keys: [key],
    width: 100,
    ...query,
  });
  return series!.view;
}

/** Of the parts and widths that are tried. */
const SEED = 11;

/** Whole columns, and words for what JSON has no numbers for. */
function asText(_key: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, String);
  return typeof value === "number" ? String(value) : value;
}

/** Where a view differs from what all of its points say; undefined where it does not. */
function mismatch(
  drawn: SeriesView,
  x: Float64Array,
  values: Float64Array,
  { from, to, width }: { from: number; to: number; width: number },
): Record<string, unknown> | undefined {
  const inside = [...x.keys()].filter((i) => x[i]! >= from && x[i]! <= to);
  const finite = inside.filter((i) => Number.isFinite(values[i]!));
  const lowest = finite.reduce((best, i) => values[i]! < values[best]! ? i : best, finite[0]!);
  const highest = finite.reduce((best, i) => values[i]! > values[best]! ? i : best, finite[0]!);
  const at = (column: Float64Array, i: number | undefined) => i === undefined ? NaN : column[i]!;
  const facts: Record<string, readonly [unknown, unknown]> = {
    fits: [drawn.x.length <= width, true],
    points: [drawn.points, inside.length],
    counted: [total(drawn), inside.length],
    nonFinite: [drawn.nonFinite, inside.length - finite.length],
    min: [drawn.min, at(values, lowest)],
    minX: [drawn.minX, at(x, lowest)],
    max: [drawn.max, at(values, highest)],
    maxX: [drawn.maxX, at(x, highest)],
    first: [drawn.first, at(values, finite[0])],
    low: [leastOf(drawn.low), at(values, lowest)],
    high: [-leastOf(drawn.high.map((high) => -high)), at(values, highest)],
    mean: [
      drawn.mean.every((mean, i) => !(mean < drawn.low[i]! || mean > drawn.high[i]!)),
      true,
    ],
  };
  const wrong = Object.entries(facts).filter(([, [is, should]]) => !Object.is(is, should));
  return wrong.length === 0 ? undefined : Object.fromEntries(wrong);
}

/** The least of what is finite; NaN where nothing is. */
function leastOf(values: Float64Array): number {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? NaN : Math.min(...finite);
}

const total = ({ count }: SeriesView) => count.reduce((sum, n) => sum + n, 0);

describe("readCharts()", () => {
  it("draws a long series from what its chunks add up to, with every spike", async () => {
    const points = vi.spyOn(test.store.series, "points");
    const drawn = await view(long, "loss");
    // Where the two extremes are is all that is read of the points.
    expect(points.mock.calls.length).toBeLessThanOrEqual(2);
    points.mockRestore();
    expect(drawn.mean.length).toBeLessThanOrEqual(100);
    expect(drawn.max).toBe(99);
    expect(drawn.maxX).toBe(SPIKE);
    expect(Math.max(...drawn.high)).toBe(99);
    expect(drawn.points).toBe(LONG);
    expect(total(drawn)).toBe(LONG);
  });

  it("reads the points of a part, and no others", async () => {
    const drawn = await view(long, "loss", { from: SPIKE - 20, to: SPIKE + 20 });
    expect(drawn.points).toBe(41);
    expect([...drawn.x]).toEqual(Array.from({ length: 41 }, (_, i) => SPIKE - 20 + i));
    expect(drawn.mean[20]).toBe(99);
    expect([...drawn.count].every((count) => count === 1)).toBe(true);
  });

  it("keeps gaps, far away and near", async () => {
    const far = await view(long, "gap");
    const isGap = (x: number) => x > 101_500 && x < 148_500;
    for (const [i, x] of far.x.entries()) {
      if (isGap(x)) expect(far.mean[i]).toBeNaN();
      if (x < 98_000 || x > 152_000) expect(far.mean[i]).not.toBeNaN();
    }
    expect(far.nonFinite).toBe(50_000);
    const near = await view(long, "gap", { from: 99_990, to: 100_010 });
    expect(near.mean.slice(0, 10).every((mean) => !Number.isNaN(mean))).toBe(true);
    expect(near.mean.slice(10).every(Number.isNaN)).toBe(true);
  });

  it("agrees with all points, whatever the part and the width", async () => {
    const random = randomNumbers(SEED);
    const run = await test.run(
      "random",
      Array.from({ length: 12_000 }, (_, i) => ({
        _step: i * 3,
        y: random() < 0.05 ? "NaN" : (random() - 0.5) * 10 ** (random() * 6),
      })),
    );
    const [info] = await test.store.series.find([run.key], "history", ["y"]);
    const { x, values } = await test.store.series.points(info!.series);
    for (let trial = 0; trial < 40; trial++) {
      const [a, b] = [random() * 36_000, random() * 36_000];
      const [from, to] = trial === 0 ? [-Infinity, Infinity] : [Math.min(a, b), Math.max(a, b)];
      const width = [1, 7, 100, 900][trial % 4]!;
      const drawn = await view(run, "y", { from, to, width });
      const wrong = mismatch(drawn, x, values, { from, to, width });
      const text = JSON.stringify({ seed: SEED, trial, from, to, width, drawn, ...wrong }, asText);
      expect(wrong, text).toBeUndefined();
    }
  });

  it("says the last value also where it is not finite", async () => {
    const rows = Array.from({ length: 9_000 }, (_, i) => ({
      _step: i,
      y: i < 2_000 || i === 8_999 ? "NaN" : i,
    }));
    const drawn = await view(await test.run("ends", rows), "y", { width: 2 });
    expect(drawn.last).toBeNaN();
    expect(drawn.first).toBe(2_000);
  });

  it("draws over another key of the run, at its last value at or before a row", async () => {
    const run = await test.run("epochs", [
      { _step: 0, loss: 9 },
      { _step: 1, epoch: 1, loss: 5 },
      { _step: 2, loss: 4 },
      { _step: 3, epoch: 2 },
      { _step: 4, loss: 3 },
    ]);
    const drawn = await view(run, "loss", { x: "epoch" });
    expect([...drawn.x]).toEqual([1, 1, 2]);
    expect([...drawn.mean]).toEqual([5, 4, 3]);
    const part = await view(run, "loss", { x: "epoch", from: 1.5 });
    expect([...part.x]).toEqual([2]);
  });

  it("draws over the time since the run began", async () => {
    const drawn = await view(long, "val/loss", { x: "_runtime", width: 400 });
    expect(drawn.points).toBe(300);
    expect(drawn.x[0]).toBeCloseTo(99.9, 6);
    expect(drawn.x.at(-1)).toBeCloseTo(29_999.9, 6);
    const far = await view(long, "loss", { x: "_runtime" });
    expect(far.points).toBe(LONG);
    // To within the pixels of a chunk.
    expect(Math.abs(far.maxX - SPIKE / 10)).toBeLessThan(2 * LONG / 10 / 100);
  });

  it("draws a part of the time as exactly as its points are known", async () => {
    const drawn = await view(long, "loss", { x: "_runtime", from: 12_345, to: 12_346 });
    expect(drawn.points).toBe(11);
    expect(drawn.maxX).toBeCloseTo(12_345.6, 6);
  });

  it("draws over a key that goes back and forth, in the order of the rows", async () => {
    const rows = Array.from({ length: 5_000 }, (_, i) => ({
      _step: i,
      angle: Math.sin(i / 100),
      y: i,
    }));
    const run = await test.run("circle", rows);
    const drawn = await view(run, "y", { x: "angle", width: 50 });
    expect(drawn.points).toBe(5_000);
    expect([drawn.first, drawn.last]).toEqual([0, 4_999]);
    const right = await view(run, "y", { x: "angle", from: 0.5, to: 1, width: 50 });
    expect(right.points).toBe(rows.filter(({ angle }) => angle >= 0.5).length);
  });

  it("keeps apart what a resumed run wrote at steps that it had written before", async () => {
    const rows = (offset: number) =>
      Array.from({ length: 3_000 }, (_, i) => ({ _step: offset + i, y: offset + i }));
    const run = await test.run("resumed", [...rows(0), ...rows(1_000)]);
    const drawn = await view(run, "y", { from: 1_000, to: 1_999 });
    expect(drawn.points).toBe(2_000);
    expect([drawn.min, drawn.max]).toEqual([1_000, 1_999]);
  });

  it("leaves out keys that a run does not have, and texts", async () => {
    const run = await test.run("texts", [{ _step: 0, name: "a", y: 1 }]);
    const series = await readCharts(test.store, {
      runs: [run, long],
      keys: ["name", "y", "nothing", "toString"],
      width: 10,
    });
    expect(series.map(({ key }) => key)).toEqual(["y"]);
  });

  it("draws what the machine did, over time", async () => {
    const run = await test.run("machine", [{ _step: 0, _timestamp: 1_790_000_000, y: 1 }]);
    const lines = Array.from(
      { length: 20 },
      (_, i) => JSON.stringify({ _timestamp: 1_790_000_005 + i * 15, "system.cpu": i }),
    );
    await test.store.lines.write(run.key, [{ stream: "events", offset: 0, lines }]);
    const now = (await test.store.runs.get(run.key))!;
    const drawn = await view(now, "system.cpu", { stream: "events" });
    expect([...drawn.x.slice(0, 3)]).toEqual([5, 20, 35]);
  });
});
