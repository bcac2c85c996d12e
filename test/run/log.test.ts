import { describe, expect, test } from "vitest";
import { openRun } from "../../src/run/recorded_run.ts";
import { Run } from "../../src/run/run.ts";
import { makeRunDirectory } from "../../src/run/run_directory.ts";
import { tempDir } from "../temp.ts";
import { startLine } from "./start_line.ts";

const dir = tempDir();
let count = 0;

function begin(options: { strictNames?: boolean; config?: object } = {}) {
  const said: string[] = [];
  const id = `test${count++}`;
  const run = new Run({
    start: startLine(id),
    config: options.config ?? {},
    directory: makeRunDirectory(dir, id, new Date()),
    strictNames: options.strictNames ?? false,
    say: (message) => said.push(message),
  });
  const finish = async () => {
    await run.finish();
    return openRun(run.directory!);
  };
  /** The rows without their times. */
  const rows = async () =>
    Array.from((await finish()).rows(), ({ _timestamp, _runtime, ...row }) => row);
  return { run, said, finish, rows };
}

describe("log()", () => {
  test("log() makes a row of each call, with step, timestamp and runtime", async () => {
    const { run, finish } = begin();
    run.log({ loss: 0.5 });
    run.log({ loss: 0.25, acc: 1 });
    const recorded = await finish();
    expect(recorded.columns(["_step", "loss", "acc"])).toEqual({
      _step: [0, 1],
      loss: [0.5, 0.25],
      acc: [undefined, 1],
    });
    const { _timestamp, _runtime } = recorded.columns();
    expect(Math.abs(Number(_timestamp?.[0]) - Date.now() / 1000)).toBeLessThan(60);
    expect(Number(_runtime?.[1])).toBeGreaterThanOrEqual(Number(_runtime?.[0]));
  });

  test("log() goes on in a directory that was removed and restored, which is begun anew once", async () => {
    const { run, said, rows } = begin();
    run.log({ a: 1 });
    run.restore();
    expect(said).toEqual([]);
    Deno.removeSync(run.directory!, { recursive: true });
    run.restore();
    run.log({ a: 2 });
    run.restore();
    expect(said).toEqual([expect.stringContaining("was removed while the run went on")]);
    expect(await rows()).toEqual([{ _step: 1, a: 2 }]);
    const lines = Deno.readTextFileSync(`${run.directory}/run.jsonl`).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(["run", "warning", "finish"]);
  });

  test("log() never throws, whatever it is given", async () => {
    const { run, said, finish } = begin();
    const boom = (error: unknown) => ({
      get bad(): number {
        throw error;
      },
    });
    const unreadable = new Proxy({}, {
      ownKeys() {
        throw new Error("no keys");
      },
    });
    const any = (value: unknown) => value as never;
    run.log({ a: 1, c: 2 });
    run.log(Object.defineProperties({ a: 2, c: 3 }, Object.getOwnPropertyDescriptors(boom(1))));
    run.log(boom(Object.create(null)));
    run.log({ nested: boom(new Error("inside")) });
    run.log(unreadable);
    run.log({ a: 3 }, any(null));
    run.log(
      { a: 4 },
      any({
        get step() {
          throw new Error("no step");
        },
      }),
    );
    run.alert(any(null));
    run.config["x"] = boom(new Error("config"));
    run.summary["x"] = boom(new Error("summary"));
    expect(said).toEqual([
      `Cannot record "bad": it cannot be read: 1`,
      `Cannot record "nested": it cannot be read: inside`,
      "Cannot log a row: it cannot be read: no keys",
      expect.stringMatching(/^Cannot alert: /),
      `Cannot record config "x": it cannot be read: config`,
      `Cannot record summary "x": it cannot be read: summary`,
    ]);
    const recorded = await finish();
    expect(recorded.columns(["a", "c"])).toEqual({
      a: [1, 2, undefined, undefined, 3],
      c: [2, 3, undefined, undefined, undefined],
    });
  });

  test("log() merges what is logged to the same step", async () => {
    const { run, rows } = begin();
    run.log({ a: 1 }, { step: 7 });
    run.log({ b: 2 }, { step: 7 });
    run.log({ c: 3 }, { commit: false });
    run.log({ a: 9 });
    run.log({ d: 4 });
    expect(await rows()).toEqual([{ _step: 7, a: 9, b: 2, c: 3 }, { _step: 8, d: 4 }]);
  });

  test("log() rejects a step that is in the past, with one warning that names both", async () => {
    const { run, said, finish } = begin();
    run.log({ a: 1 }, { step: 5, commit: true });
    for (let i = 0; i < 3; i++) run.log({ a: 2 }, { step: 3 });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/step 3\b.*step 6\b/);
    const { length, summary } = await finish();
    expect(length).toBe(1);
    expect(summary).toEqual({ a: 1 });
    expect((await run.finish()).rejected).toEqual({ rows: 3, values: 0 });
  });

  test("log() refuses steps that are no whole numbers from 0", () => {
    const { run, said } = begin();
    for (const step of [NaN, -1, 1.5, Infinity, 2 ** 53 - 1]) run.log({ a: 1 }, { step });
    expect(said).toHaveLength(1);
    expect(run.step).toBe(0);
  });

  test("log() keeps NaN, the infinities, bigint, dates, strings, null and booleans", async () => {
    const { run, finish } = begin();
    const big = 2n ** 70n;
    const date = new Date("2026-11-24T09:30:00Z");
    run.log({ a: NaN, b: Infinity, c: -Infinity, big, date, text: "grün", none: null, yes: true });
    const recorded = await finish();
    const [row] = recorded.rows();
    expect(row).toMatchObject({
      big,
      date: date.toISOString(),
      text: "grün",
      none: null,
      yes: true,
    });
    expect(recorded.columns(["a", "b", "c"])).toEqual({ a: [NaN], b: [Infinity], c: [-Infinity] });
    expect(recorded.summary).toMatchObject({ a: NaN, b: Infinity, c: -Infinity, big });
  });

  test("log() takes typed arrays and tensors: numbers, lists, and histograms above 32", async () => {
    const { run, rows } = begin();
    const tensor = (values: number[]) => ({ shape: [values.length], dataSync: () => values });
    run.log({ one: tensor([4]), few: new Float32Array([1, 2]), many: new Int32Array(100) });
    const [row] = await rows();
    expect(row).toMatchObject({ one: 4, few: [1, 2] });
    const many = row?.["many"] as { _type: string; values: number[]; bins: number[] };
    expect(many._type).toBe("histogram");
    expect(many.values.reduce((sum, n) => sum + n)).toBe(100);
    expect(many.bins).toHaveLength(33);
  });

  test("log() keeps nested objects, and summarizes them by path", async () => {
    const { run, finish } = begin();
    run.log({ val: { loss: 1, top: { k5: 0.9 } } });
    const recorded = await finish();
    expect(recorded.columns(["val.top.k5"])).toEqual({ "val.top.k5": [0.9] });
    expect(recorded.summary).toMatchObject({ "val.loss": 1, "val.top.k5": 0.9 });
    expect(run.summary["val.loss"]).toBe(1);
  });

  test("log() refuses what cannot be recorded, names it, and keeps the rest of the row", async () => {
    const { run, said, rows } = begin();
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const disposed = {
      dataSync() {
        throw new Error("Tensor is disposed.");
      },
    };
    const bad = {
      fn: () => 1,
      circular,
      disposed,
      symbol: Symbol("s"),
      huge: "x".repeat(11_000_000),
      map: new Map(),
      promise: Promise.resolve(),
      raw: new ArrayBuffer(8),
      error: new RangeError("too far"),
      pattern: /x/,
      weak: new WeakMap(),
      getter: {
        get boom(): number {
          throw new Error("no");
        },
      },
    };
    run.log({ good: 1, ...bad, after: 2 });
    run.log({ good: 2, ...bad });
    expect(await rows()).toEqual([{ _step: 0, good: 1, after: 2 }, { _step: 1, good: 2 }]);
    expect(said).toHaveLength(Object.keys(bad).length);
    for (const key of Object.keys(bad)) {
      expect(said.filter((message) => message.includes(`"${key}"`))).toHaveLength(1);
    }
    expect((await run.finish()).rejected.values).toBe(2 * Object.keys(bad).length);
  });

  test("log() keeps lists with holes, and empty objects", async () => {
    const { run, said, rows } = begin();
    // deno-lint-ignore no-sparse-arrays -- what a hole becomes is asked
    run.log({ holes: [1, , 3], none: {}, bare: Object.create(null), nested: { none: {} } });
    expect(await rows()).toEqual([
      { _step: 0, holes: [1, null, 3], none: {}, bare: {}, nested: { none: {} } },
    ]);
    expect(said).toEqual([]);
  });

  test("log() warns when it is given what has no metrics, such as a promise of them", async () => {
    for (const data of [Promise.resolve({ a: 1 }), new Map([["a", 1]]), new Error("no")]) {
      const { run, said } = begin();
      run.log(data as unknown as { a: number });
      expect(said).toEqual([
        `Cannot log a ${data.constructor.name}: log() takes an object of metrics`,
      ]);
      expect(run.step).toBe(0);
      expect((await run.finish()).rejected.rows).toBe(1);
    }
  });

  test("log() says that a disk is full also after thousands of odd names", () => {
    const { run, said } = begin();
    for (let i = 0; i < 1000; i++) run.log({ [`odd name ${i}`]: i });
    expect(said.length).toBe(201);
    expect(said.at(-1)).toContain("More than 200");
    run.warn("write", "Cannot write: the disk is full");
    expect(said.at(-1)).toContain("the disk is full");
  });

  test("log() keeps awkward names with one warning that proposes a good one", async () => {
    const { run, said, rows } = begin();
    const names = [
      "val loss",
      "a,b",
      "top-5",
      "5k",
      "<script>alert(1)</script>",
      "🍇",
      "x".repeat(10_000) + "!",
    ];
    for (let i = 0; i < 2; i++) run.log(Object.fromEntries(names.map((name) => [name, i])));
    const [row] = await rows();
    for (const name of names) expect(row?.[name]).toBe(0);
    expect(said).toHaveLength(names.length);
    expect(said[0]).toContain(`"val_loss"`);
    for (const message of said) expect(message.length).toBeLessThan(400);
  });

  test("log() refuses awkward names under strictNames, and reserved ones always", async () => {
    const strict = begin({ strictNames: true });
    strict.run.log({ "val loss": 1, ok: 1 });
    expect(await strict.rows()).toEqual([{ _step: 0, ok: 1 }]);
    const { run, said, rows } = begin();
    run.log(JSON.parse(`{"__proto__": 1, "_step": 99, "": 1, "ok": 1}`));
    expect(await rows()).toEqual([{ _step: 0, ok: 1 }]);
    expect(said).toHaveLength(3);
  });

  test("log() warns when it is given no object, and after finish()", async () => {
    const { run, said } = begin();
    for (const data of [null, 5, "x", [1], undefined]) run.log(data as unknown as { a: number });
    expect(said).toHaveLength(1);
    expect(run.step).toBe(0);
    await run.finish();
    run.log({ a: 1 });
    expect(said[1]).toContain("has finished");
  });

  test("log({}) uses up a step", async () => {
    const { run, rows } = begin();
    run.log({});
    run.log({ a: 1, b: undefined });
    expect(await rows()).toEqual([{ _step: 0 }, { _step: 1, a: 1 }]);
  });
});

describe("defineMetric()", () => {
  test("summarizes by min, max, mean, first, last, best and none", async () => {
    const { run, finish } = begin();
    run.defineMetric("loss", { summary: "min,max,mean,first,last" });
    run.defineMetric("acc", { summary: "best", goal: "maximize" });
    run.defineMetric("noise", { summary: "none" });
    for (const [loss, acc] of [[3, 0.1], [1, 0.9], [NaN, 0.5], [2, 0.7]]) {
      run.log({ loss, acc, noise: 1, other: acc });
    }
    const expected = {
      loss: { min: 1, max: 3, mean: 2, first: 3, last: 2 },
      acc: { best: 0.9 },
      other: 0.7,
    };
    expect({ ...run.summary }).toEqual(expected);
    expect((await finish()).summary).toEqual(expected);
  });

  test("applies the longest glob, and an exact name before any", () => {
    const { run } = begin();
    run.defineMetric("val/*", { summary: "max" });
    run.defineMetric("val/loss*", { summary: "min" });
    run.defineMetric("val/loss_a", { summary: "first" });
    for (const v of [1, 2, 3]) run.log({ val: v, "val/acc": v, "val/loss_b": v, "val/loss_a": v });
    expect({ ...run.summary }).toEqual({
      val: 3,
      "val/acc": { max: 3 },
      "val/loss_b": { min: 1 },
      "val/loss_a": { first: 1 },
    });
  });

  test("puts the step metric's last value into rows that lack it", async () => {
    const { run, rows } = begin();
    run.defineMetric("val_*", { stepMetric: "epoch" });
    run.log({ val_loss: 3 });
    run.log({ epoch: 1 });
    run.log({ val_loss: 2, val_acc: 1 });
    run.log({ val_loss: 1, epoch: 2 });
    expect(await rows()).toEqual([
      { _step: 0, val_loss: 3, epoch: 0 },
      { _step: 1, epoch: 1 },
      { _step: 2, val_loss: 2, val_acc: 1, epoch: 1 },
      { _step: 3, val_loss: 1, epoch: 2 },
    ]);
  });

  test("throws a TypeError that names what is wrong", () => {
    const { run } = begin();
    expect(() => run.defineMetric("")).toThrow(TypeError);
    expect(() => run.defineMetric("a*b")).toThrow(/only a last \*/);
    expect(() => run.defineMetric("a", { summary: "median" })).toThrow(/"median" is none of/);
    expect(() => run.defineMetric("a", { summary: "best" })).toThrow(/needs a goal/);
  });
});

describe("summary", () => {
  test("an assigned value wins, survives further rows, and can be removed", async () => {
    const { run, finish } = begin();
    run.log({ acc: 0.5 });
    run.summary.acc = 0.99;
    run.log({ acc: 0.6 });
    Object.assign(run.summary, { best: { epoch: 3 }, gone: 1 });
    delete run.summary.gone;
    expect(run.summary.acc).toBe(0.99);
    expect(Object.keys(run.summary)).toEqual(["acc", "best"]);
    expect((await finish()).summary).toEqual({ acc: 0.99, best: { epoch: 3 } });
  });

  test("refuses what cannot be recorded, and does not throw", () => {
    const { run, said } = begin();
    run.summary.fn = () => 1;
    expect(run.summary.fn).toBeUndefined();
    expect(said).toEqual([`Cannot record summary "fn": it is a function`]);
  });
});

describe("config", () => {
  test("records what is assigned, also deep inside, and removals", async () => {
    const { run, finish } = begin({
      config: { lr: 0.1, opt: { name: "adam", betas: [0.9, 0.999] } },
    });
    run.config.lr = 0.01;
    (run.config.opt as Record<string, unknown>).eps = 1e-8;
    run.config.gone = 1;
    delete run.config.gone;
    expect((await finish()).config).toEqual({
      lr: 0.01,
      opt: { name: "adam", betas: [0.9, 0.999], eps: 1e-8 },
    });
  });

  test("keeps hostile keys as plain data", async () => {
    const { run, finish } = begin({ config: JSON.parse(`{"__proto__": {"polluted": 1}, "a": 1}`) });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(run.config.a).toBe(1);
    const { config } = await finish();
    expect(Object.keys(config).sort()).toEqual(["__proto__", "a"]);
  });
});
