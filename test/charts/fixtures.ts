import { Series } from "../../src/charts/series.ts";
import type { ChartView, MetricView, PanelView, SeriesView } from "../../src/charts/types.ts";

/** A generator of the same numbers in 0..1 for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A view of `y(0)`, `y(1)`, … */
export function viewOf(points: number, y: (step: number) => number): SeriesView {
  const series = new Series();
  for (let step = 0; step < points; step++) series.push(step, y(step));
  return series.view();
}

/** A loss that falls from 2.3, the noisier the earlier. */
export function loss(points: number, seed = 1): SeriesView {
  const next = random(seed);
  return viewOf(points, (step) => {
    const fallen = 0.04 + 2.26 * Math.exp((-6 * step) / points);
    return fallen * (1 + 0.35 * (next() - 0.5));
  });
}

/** An accuracy that rises towards one. */
export function accuracy(points: number, seed = 2): SeriesView {
  const next = random(seed);
  return viewOf(points, (step) => {
    const risen = 0.97 - 0.87 * Math.exp((-5 * step) / points);
    return Math.min(1, risen + 0.04 * (next() - 0.5));
  });
}

/** A learning rate: warm-up, then a cosine. */
export function learningRate(points: number): SeriesView {
  const warm = points / 10;
  return viewOf(
    points,
    (step) =>
      step < warm
        ? (3e-4 * (step + 1)) / warm
        : 1.5e-4 * (1 + Math.cos((Math.PI * (step - warm)) / (points - warm))),
  );
}

/** A norm with rare spikes. */
export function gradientNorm(points: number, seed = 3): SeriesView {
  const next = random(seed);
  return viewOf(points, () => 0.5 + next() * next() + (next() < 0.001 ? 12 * next() : 0));
}

/** A metric of a panel. */
export function metric(name: string, view: SeriesView, xName = "_step"): MetricView {
  return { name, view, xName };
}

/** A chart of a panel's hardware. */
export function chart(name: string, view: SeriesView): ChartView {
  return { name, xName: "_runtime", series: [{ name, view }] };
}

/** The panel of a run in the middle of its training. */
export function trainingPanel(points = 20_000): PanelView {
  return {
    name: "brisk-otter-12",
    id: "k3v9x2ab",
    project: "mnist",
    state: "running",
    elapsed: 754,
    step: points - 1,
    rows: points,
    directory: "./cellar/run-20261124_101500-k3v9x2ab",
    metrics: [
      metric("train/loss", loss(points)),
      metric("train/accuracy", accuracy(points)),
      metric("train/lr", learningRate(points)),
      metric("train/grad_norm", gradientNorm(points)),
      metric("val/loss", loss(20, 4), "epoch"),
      metric("val/accuracy", accuracy(20, 5), "epoch"),
      metric("samples_per_second", viewOf(points, (step) => 81_234 + 900 * Math.sin(step / 700))),
    ],
    more: 28,
    hidden: 3,
    rejected: 2,
    system: [
      chart("GPU 0 utilization, %", viewOf(700, (t) => 60 + 35 * Math.sin(t / 40))),
      chart("Processor, this run, %", viewOf(700, (t) => 22 + 9 * Math.cos(t / 25))),
    ],
    warnings: ["Step 40 is in the past; its row was refused"],
  };
}
