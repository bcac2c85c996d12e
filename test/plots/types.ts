/**
 * What the compiler must take of charts and of watching, and what it must refuse. This file is not
 * run: `deno check test` fails when a line that is marked has no error, and `types.test.ts` asks for
 * that check.
 *
 * @module
 */

import type * as Plot from "@observablehq/plot";
import * as tf from "@tensorflow/tfjs";
import { plot, type Run, Table, WATCH, type Watchable } from "../../mod.ts";

export function taken(run: Run): void {
  const rows = [{ x: 1, y: 2, k: "a" }];
  plot.line(rows, { x: "x", y: "y" });
  plot.line(Table.from(rows), { x: "x", y: "y", stroke: "k" });
  plot.lineSeries(new Float32Array(2), [[1, 2], Float64Array.of(3, 4)]);
  plot.histogram(new Float32Array(2));
  plot.rocCurve([0, 1], [0.1, 0.9]);
  plot.rocCurve(["a", null], tf.tensor2d([[0.1, 0.9]]).arraySync());
  plot.prCurve(Int32Array.of(0, 1), [[0.9, 0.1], [0.1, 0.9]], { labels: ["no", "yes"] });
  plot.confusionMatrix([true, false], [true, true]);
  plot.heatmap([Float32Array.of(1, 2), [3, 4]]);
  plot.observable((Plot) => Plot.dot(rows, { x: "x" }));
  plot.observable((own: typeof Plot) => ({ marks: [own.dot(rows, { x: "x" })] }));
  plot.observable({ marks: [{ mark: "dot", data: rows }] }, { data: rows });
  run.log({ chart: plot.bar(rows, { label: "k", value: "x" }) });

  const model = tf.sequential();
  run.watch(model, { log: "all", logFreq: 10, logGraph: true, name: "net" });
  run.watch([tf.train.adam(), tf.variable(tf.scalar(1))], { log: null });
  using watching = run.watch(null);
  watching.step({ gradients: { w: [1] } });
  watching.step(() => ({ parameters: [new Float32Array(1)] }));
  const own: Watchable = { [WATCH]: (watcher) => () => watcher.warn("gone") };
  run.watch(own);
}

export function refused(run: Run): void {
  const rows = [{ x: 1, y: 2, k: "a" }];
  // @ts-expect-error A chart of two columns needs both.
  plot.line(rows, { x: "x" });
  // @ts-expect-error A number is no table.
  plot.scatter(5, { x: "x", y: "y" });
  // @ts-expect-error Scores are numbers.
  plot.rocCurve([0, 1], ["a", "b"]);
  // @ts-expect-error Names of classes are texts.
  plot.confusionMatrix([0], [0], { classNames: [1] });
  // @ts-expect-error A heat map has rows.
  plot.heatmap([1, 2]);
  // @ts-expect-error Plot has no such function.
  plot.observable((Plot) => Plot.dots(rows));
  // @ts-expect-error A text is no chart.
  plot.observable("dot");
  // @ts-expect-error Weights are called parameters.
  run.watch(null, { log: "weights" });
  // @ts-expect-error W&B's log_freq is logFreq.
  run.watch(null, { log_freq: 10 });
  // @ts-expect-error An object that can be watched says how it ends.
  const own: Watchable = { [WATCH]: () => {} };
  run.watch(own);
}
