import * as tf from "@tensorflow/tfjs";
import { describe, expect, test } from "vitest";
import { RUN_FILES } from "../../src/record/layout.ts";
import { begin, end, histograms, sizeOf, watched, watchedNames } from "./recorded_run.ts";

const RATE = 0.1;

function newModel(): tf.Sequential {
  return tf.sequential({
    layers: [
      tf.layers.dense({ inputShape: [6], units: 4 }),
      tf.layers.dense({ units: 2, activation: "softmax" }),
    ],
  });
}

function compiled(): tf.Sequential {
  const model = newModel();
  model.compile({ optimizer: tf.train.sgd(RATE), loss: "categoricalCrossentropy" });
  return model;
}

const xs = tf.randomNormal([32, 6], 0, 1, "float32", 1);
const ys = tf.oneHot(tf.tensor1d(Array.from({ length: 32 }, (_, i) => i % 2), "int32"), 2);

/** Trains for some batches; called in each, as people log. */
async function fit(model: tf.Sequential, batches: number, onBatch: () => void = () => {}) {
  await model.fit(xs, ys, {
    batchSize: 8,
    epochs: batches / 4,
    verbose: 0,
    callbacks: { onBatchEnd: onBatch },
  });
}

function weightNames(model: tf.Sequential): string[] {
  return model.weights.map(({ name }) => name);
}

describe("watch() of a tfjs model", () => {
  test("watch() records gradients and parameters in the rows of their steps", async () => {
    const model = compiled();
    const run = await watched(model, { log: "all", logFreq: 4 }, async (run) => {
      await fit(model, 12, () => run.log({ loss: 1 }));
    });
    const names = weightNames(model);
    expect(watchedNames(run)).toEqual(
      [...names.map((name) => `gradients/${name}`), ...names.map((name) => `parameters/${name}`)]
        .sort(),
    );
    for (const [i, name] of names.entries()) {
      for (const kind of ["gradients", "parameters"]) {
        const recorded = histograms(run, `${kind}/${name}`);
        // The steps that the loss is logged at.
        expect(recorded.map(([step]) => step)).toEqual([0, 4, 8]);
        for (const [, histogram] of recorded) {
          expect(histogram._type).toBe("histogram");
          expect(histogram.bins.length).toBe(histogram.values.length + 1);
          expect(sizeOf(histogram)).toBe(model.weights[i]!.shape.reduce((a, b) => a! * b!, 1));
        }
      }
    }
    expect(run.length).toBe(12);
    expect(run.warnings).toEqual([]);
  });

  test("watch() records the gradients that the optimizer applies, and what it makes of them", async () => {
    const model = compiled();
    const before = model.getWeights().map((weight) => weight.dataSync().slice());
    const run = await watched(model, { log: "all" }, () => model.trainOnBatch(xs, ys));
    for (const [i, name] of weightNames(model).entries()) {
      const after = model.getWeights()[i]!.dataSync();
      // What SGD takes off is the gradient times the rate.
      const gradient = after.map((value, j) => (before[i]![j]! - value) / RATE);
      const [[, recorded]] = histograms(run, `gradients/${name}`) as [[number, never]];
      expect((recorded as { norm: number }).norm).toBeCloseTo(Math.hypot(...gradient), 4);
      const [[, parameters]] = histograms(run, `parameters/${name}`) as [[number, never]];
      expect((parameters as { norm: number }).norm).toBeCloseTo(Math.hypot(...after), 5);
    }
  });

  test("watch() keeps no tensor", async () => {
    const model = compiled();
    await fit(model, 4);
    const counts: number[] = [];
    await watched(model, { log: "all", logFreq: 1 }, async (run) => {
      counts.push(tf.memory().numTensors);
      for (let epoch = 0; epoch < 3; epoch++) {
        await fit(model, 8, () => run.log({ loss: 1 }));
        counts.push(tf.memory().numTensors);
      }
    });
    expect(new Set(counts).size).toBe(1);
  });

  test("watch() reads a tensor of millions piece by piece, and releases the pieces", async () => {
    const size = 2_500_000;
    const large = tf.variable(tf.fill([size / 2, 2], 0.5));
    const optimizer = tf.train.sgd(1);
    const before = tf.memory().numTensors;
    const run = await watched([optimizer, large], { log: "all" }, () => {
      const gradient = tf.ones([size / 2, 2]);
      optimizer.applyGradients([{ name: large.name, tensor: gradient }]);
      gradient.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
    const [[, parameters]] = histograms(run, `parameters/${large.name}`) as [[number, never]];
    expect(sizeOf(parameters)).toBe(size);
    expect((parameters as { norm: number }).norm).toBeCloseTo(0.5 * Math.sqrt(size), 3);
    large.dispose();
  });

  test("watch() records one kind, or only the graph", async () => {
    const model = compiled();
    const gradients = await watched(model, {}, () => model.trainOnBatch(xs, ys));
    expect(watchedNames(gradients).every((name) => name.startsWith("gradients/"))).toBe(true);
    const parameters = await watched(
      model,
      { log: "parameters", name: "tiny" },
      () => model.trainOnBatch(xs, ys),
    );
    expect(watchedNames(parameters)).toEqual(
      weightNames(model).map((name) => `parameters/tiny/${name}`).sort(),
    );
    const graph = await watched(
      model,
      { log: null, logGraph: true },
      () => model.trainOnBatch(xs, ys),
    );
    expect(watchedNames(graph)).toEqual([]);
    const { _type, path } = graph.summary["graph_0"] as Record<string, string>;
    expect(_type).toBe("graph-file");
    expect(path).toMatch(/^media\/graph\/graph_0_0_[0-9a-f]{20}\.graph\.json$/);
    const file = JSON.parse(
      Deno.readTextFileSync(`${graph.directory}/${RUN_FILES.files}/${path}`),
    );
    const [input, first, second] = file.nodes;
    expect(file.format).toBe("keras");
    expect([input.class_name, first.class_name, second.class_name]).toEqual([
      "InputLayer",
      "Dense",
      "Dense",
    ]);
    expect([first.num_parameters, second.num_parameters]).toEqual([28, 10]);
    expect(second.output_shape).toEqual([null, 2]);
    expect(file.edges).toEqual([[input.id, first.id], [first.id, second.id]]);
  });

  test("watch() begins when a model is compiled, and goes on when it is compiled again", async () => {
    const model = newModel();
    const run = await watched(model, { logFreq: 1 }, async (run) => {
      model.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
      await model.trainOnBatch(xs, ys);
      run.log({ loss: 1 });
      model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
      await model.trainOnBatch(xs, ys);
      run.log({ loss: 1 });
    });
    const [name] = weightNames(model);
    expect(histograms(run, `gradients/${name}`).map(([step]) => step)).toEqual([0, 1]);
    expect(run.warnings.join()).toMatch(/has no optimizer: it is watched from when it is compiled/);
  });

  test("watch() of a model that is watched already goes on with the new options", async () => {
    const model = compiled();
    const run = await begin();
    run.watch(model, { log: "all", logFreq: 1 });
    run.watch(model, { log: "gradients", logFreq: 2 });
    await fit(model, 4, () => run.log({ loss: 1 }));
    const record = await end(run);
    const [name] = weightNames(model);
    expect(histograms(record, `gradients/${name}`).map(([step]) => step)).toEqual([0, 2]);
    expect(histograms(record, `parameters/${name}`)).toEqual([]);
  });

  test("unwatch() leaves the model and its optimizer as they were", async () => {
    const model = compiled();
    const run = await begin();
    const watching = run.watch(model, { logFreq: 1 });
    expect(Object.hasOwn(model.optimizer, "applyGradients")).toBe(true);
    await model.trainOnBatch(xs, ys);
    expect(watching.steps).toBe(1);
    run.unwatch(model);
    for (const [object, method] of [[model.optimizer, "applyGradients"], [model, "compile"]]) {
      expect(Object.hasOwn(object as object, method as string)).toBe(false);
    }
    run.log({ loss: 1 });
    await model.trainOnBatch(xs, ys);
    expect(watching.steps).toBe(1);
    const [name] = weightNames(model);
    expect(histograms(await end(run), `gradients/${name}`).length).toBe(1);
    run.unwatch(model);
  });

  test("finish() ends watching, and two runs can watch one model", async () => {
    const model = compiled();
    const [one, two] = [await begin(), await begin()];
    one.watch(model);
    two.watch(model);
    await model.trainOnBatch(xs, ys);
    const [name] = weightNames(model);
    expect(histograms(await end(one), `gradients/${name}`).length).toBe(1);
    expect(Object.hasOwn(model.optimizer, "applyGradients")).toBe(true);
    expect(histograms(await end(two), `gradients/${name}`).length).toBe(1);
    expect(Object.hasOwn(model.optimizer, "applyGradients")).toBe(false);
  });

  test("watch() says once that values are not finite, counts them, and goes on", async () => {
    const model = compiled();
    const run = await watched(model, { log: "all", logFreq: 1 }, async (run) => {
      const [kernel, ...rest] = model.getWeights();
      const values = kernel!.dataSync().slice();
      values[3] = NaN;
      model.setWeights([tf.tensor(values, kernel!.shape), ...rest]);
      for (let i = 0; i < 3; i++) {
        await model.trainOnBatch(xs, ys);
        run.log({ loss: 1 });
      }
    });
    expect(run.warnings.length).toBe(1);
    expect(run.warnings[0]).toMatch(/^\d+ of the \d+ values of \S+ are NaN or infinite$/);
    expect(run.length).toBe(3);
  });

  test("watch() says once that tensors were disposed, and training goes on", async () => {
    const optimizer = tf.train.sgd(RATE);
    const [kept, gone] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const run = await watched([optimizer, kept, gone], { log: "all", logFreq: 1 }, (run) => {
      gone.dispose();
      for (let i = 0; i < 2; i++) {
        optimizer.minimize(() => kept.square() as tf.Scalar, false, [kept]);
        run.log({ loss: 1 });
      }
    });
    expect(histograms(run, `parameters/${kept.name}`).length).toBe(2);
    expect(run.warnings).toEqual([
      `Cannot watch parameters/${gone.name}: Tensor is disposed.`,
    ]);
  });

  test("an error of the optimizer reaches who trains", async () => {
    const optimizer = tf.train.sgd(RATE);
    const run = await watched(optimizer, { logFreq: 1 }, () => {
      expect(() => optimizer.applyGradients(null as never)).toThrow();
    });
    expect(watchedNames(run)).toEqual([]);
  });
});

describe("watch() of tfjs variables", () => {
  test("watch() of an optimizer and its variables names them as tfjs does", async () => {
    const optimizer = tf.train.adam(RATE);
    const w = tf.variable(tf.ones([3, 2]), true, `w${tf.util.now()}`);
    const run = await watched([optimizer, w], { log: "all", logFreq: 1 }, (run) => {
      for (let i = 0; i < 3; i++) {
        optimizer.minimize(() => w.square().sum() as tf.Scalar);
        run.log({ loss: 1 });
      }
    });
    expect(watchedNames(run)).toContain(`parameters/${w.name}`);
    const gradients = histograms(run, `gradients/${w.name}`);
    expect(gradients.map(([step]) => step)).toEqual([0, 1, 2]);
    // The gradient of the sum of squares is twice the value.
    expect(gradients[0]![1].norm).toBeCloseTo(2 * Math.sqrt(6), 5);
  });

  test("watch() of variables alone counts a step when they are assigned again", async () => {
    const [w, b] = [tf.variable(tf.scalar(0)), tf.variable(tf.scalar(0))];
    const run = await watched([w, b], { log: "parameters", logFreq: 1 }, (run) => {
      for (let i = 1; i <= 3; i++) {
        w.assign(tf.scalar(i));
        b.assign(tf.scalar(10 * i));
        run.log({ loss: 1 });
      }
    });
    // Step 1 and 2 are over when the next begins.
    expect(histograms(run, `parameters/${w.name}`).map(([, { norm }]) => norm)).toEqual([1, 2]);
    expect(histograms(run, `parameters/${b.name}`).map(([, { norm }]) => norm)).toEqual([10, 20]);
  });
});
