import { describe, expect, test } from "vitest";
import { unwatch, WATCH, watch, type Watchable, type Watcher } from "../../mod.ts";
import { listen } from "../../src/watch/hooks.ts";
import { begin, end, histograms, watched, watchedNames } from "./recorded_run.ts";

/** A model that knows how to be watched. */
class Perceptron implements Watchable {
  watcher: Watcher | null = null;
  begun = 0;
  ended = 0;

  [WATCH](watcher: Watcher) {
    this.watcher = watcher;
    this.begun++;
    return () => {
      this.watcher = null;
      this.ended++;
    };
  }

  train(values: number[] = [3, 4]) {
    this.watcher?.step(() => ({
      gradients: [["w", values]],
      parameters: [["w", () => Float32Array.from(values)], ["chunks", [values, values]]],
    }));
  }
}

describe('Symbol.for("cellar.watch")', () => {
  test("watch() lets an object be watched that knows how", async () => {
    expect(WATCH).toBe(Symbol.for("cellar.watch"));
    const model = new Perceptron();
    const run = await watched(model, { log: "all", logFreq: 1 }, (run) => {
      for (let i = 0; i < 2; i++) {
        model.train();
        run.log({ loss: 1 });
      }
    });
    expect(watchedNames(run)).toEqual(["gradients/w", "parameters/chunks", "parameters/w"]);
    expect(histograms(run, "parameters/chunks").map(([step, { norm }]) => [step, norm])).toEqual([
      [0, expect.closeTo(Math.sqrt(50))],
      [1, expect.closeTo(Math.sqrt(50))],
    ]);
    expect([model.begun, model.ended]).toEqual([1, 1]);
  });

  test("watch() of an array watches each, and ends each", async () => {
    const models = [new Perceptron(), new Perceptron()];
    const run = await watched(models, { name: "pair", logFreq: 1 }, (run) => {
      for (const model of models) {
        model.train();
        run.log({ loss: 1 });
      }
    });
    expect(histograms(run, "gradients/pair/w").length).toBe(2);
    expect(models.map(({ ended }) => ended)).toEqual([1, 1]);
  });

  test("watch() survives an object that fails when it is watched, read or left alone", async () => {
    const failing = {
      [WATCH](watcher: Watcher) {
        watcher.step(() => {
          throw new Error("no gradients yet");
        });
        watcher.step(() => ({ gradients: [["w", () => [1, 2]]] }));
        return () => {
          throw new Error("cannot let go");
        };
      },
    };
    const run = await watched(failing, { logFreq: 1 }, (run) => {
      run.watch({ [WATCH]: () => JSON.parse("{") });
      run.log({ loss: 1 });
    });
    expect(run.warnings).toEqual([
      "Cannot read what is watched: no gradients yet",
      expect.stringMatching(/^Cannot watch the model: .*JSON/),
      "Cannot unwatch the model: cannot let go",
    ]);
    expect(histograms(run, "gradients/w").length).toBe(1);
  });
});

describe("watch()", () => {
  test.for<[string, unknown]>([
    ["a number", 7],
    ["a text", "model"],
    ["an object without arrays", { name: "net" }],
    ["a model without an optimizer or steps", new Map()],
  ])("watch() of %s warns, and what it gives can be told of steps", async ([, model]) => {
    const run = await begin();
    const watching = run.watch(model);
    watching.step({ gradients: { w: [1] } });
    const record = await end(run);
    expect(record.warnings[0]).toMatch(/^Cannot watch an? [\w ]+: it is no model or optimizer/);
    expect(watchedNames(record)).toEqual(["gradients/w"]);
  });

  test("watch() refuses options that cannot be, at once", async () => {
    const run = await begin();
    expect(() => run.watch(null, { log: "weights" as never })).toThrow('not "weights"');
    for (const logFreq of [0, -1, 1.5, NaN]) {
      expect(() => run.watch(null, { logFreq })).toThrow("logFreq must be a whole number from 1");
    }
    await end(run);
  });

  test("watch() without a run warns, and can be stepped", () => {
    const watching = watch(new Perceptron());
    watching.step({ gradients: { w: [1] } });
    watching.unwatch();
    unwatch();
    expect(watching.steps).toBe(0);
  });

  test("a watch ends with its block", async () => {
    const run = await begin();
    const model = new Perceptron();
    {
      using watching = run.watch(model);
      model.train();
      expect(watching.steps).toBe(1);
    }
    expect([model.watcher, model.ended]).toEqual([null, 1]);
    await end(run);
  });
});

describe("listen()", () => {
  test("listen() leaves a method as somebody else has wrapped it", () => {
    class Optimizer {
      calls = 0;
      step(by: number) {
        this.calls += by;
        return this.calls;
      }
    }
    const optimizer = new Optimizer();
    const heard: unknown[] = [];
    const ends = [
      listen(optimizer, "step", "before", (args) => heard.push(["before", ...args])),
      listen(optimizer, "step", "after", (args) => heard.push(["after", ...args])),
    ];
    expect(optimizer.step(2)).toBe(2);
    expect(heard).toEqual([["before", 2], ["after", 2]]);
    const ours = optimizer.step;
    optimizer.step = function (by) {
      return 10 * ours.call(this, by);
    };
    ends.forEach((end) => end());
    expect(optimizer.step(1)).toBe(30);
    expect(heard.length).toBe(2);
  });
});
