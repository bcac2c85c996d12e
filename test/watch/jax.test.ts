import { grad, numpy as np } from "@jax-js/jax";
import { describe, expect, test } from "vitest";
import { begin, end, histograms, sizeOf, watchedNames } from "./recorded_run.ts";

describe("watch() with jax-js", () => {
  test("step() records trees of arrays, and uses none of them up", async () => {
    const run = await begin();
    const watching = run.watch(null, { log: "all", logFreq: 2 });
    let w = np.ones([3, 2]);
    const loss = (v: np.Array) => np.sum(v.ref.mul(v));
    for (let i = 0; i < 4; i++) {
      const gradient = grad(loss)(w.ref) as np.Array;
      watching.step({ gradients: { dense: { w: gradient } }, parameters: { dense: { w } } });
      expect([w.refCount, gradient.refCount]).toEqual([1, 1]);
      w = w.sub(gradient.mul(0.25));
      run.log({ loss: i });
    }
    const record = await end(run);
    expect(watchedNames(record)).toEqual(["gradients/dense.w", "parameters/dense.w"]);
    const parameters = histograms(record, "parameters/dense.w");
    expect(parameters.map(([step]) => step)).toEqual([0, 2]);
    expect(sizeOf(parameters[0]![1])).toBe(6);
    // Each step halves the parameters, and the gradient is twice them.
    expect(parameters.map(([, { norm }]) => norm)).toEqual([Math.sqrt(6), Math.sqrt(6) / 4]);
    const gradients = histograms(record, "gradients/dense.w");
    expect(gradients.map(([, { norm }]) => norm)).toEqual([2 * Math.sqrt(6), Math.sqrt(6) / 2]);
    expect(record.warnings).toEqual([]);
  });

  test("step() reads only the steps that are recorded", async () => {
    const run = await begin();
    let reads = 0;
    const watching = run.watch(undefined, { log: "parameters", logFreq: 10 });
    for (let i = 0; i < 25; i++) {
      watching.step(() => ({ parameters: { w: [reads++] } }));
    }
    expect([reads, watching.steps]).toEqual([3, 25]);
    await end(run);
  });

  test("step() says that an array was used up, and training goes on", async () => {
    const run = await begin();
    const [kept, used] = [np.ones([2]), np.ones([2])];
    used.dispose();
    run.watch(null, { log: "parameters" }).step({ parameters: { used, kept } });
    const record = await end(run);
    expect(watchedNames(record)).toEqual(["parameters/kept"]);
    expect(record.warnings[0]).toMatch(/^Cannot watch parameters\/used: /);
  });
});
