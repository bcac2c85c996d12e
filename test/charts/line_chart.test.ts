import { describe, expect, test } from "vitest";
import { decimate } from "../../src/charts/decimate.ts";
import { imageTag } from "../../src/charts/image.ts";
import { lineChart, type LineChartOptions } from "../../src/charts/line_chart.ts";
import type { SeriesView } from "../../src/charts/types.ts";
import { accuracy, gradientNorm, loss, random, viewOf } from "./fixtures.ts";
import { faultOf, HOSTILE_NAMES } from "./well_formed.ts";

const TILE = { width: 280, height: 120 } as const;

function chart(view: SeriesView, options: LineChartOptions = TILE) {
  return lineChart([{ name: "loss", view }], options);
}

/** The y pixels of the band. */
function bandPixels(svg: string): number[] {
  const [, path = ""] = /<g aria-label="area"[^>]*><path[^>]* d="([^"]*)"/.exec(svg) ?? [];
  return Array.from(path.matchAll(/,(-?[\d.]+)/g), ([, y]) => Number(y));
}

describe("lineChart", () => {
  test("lineChart() draws a training curve", async () => {
    await expect(chart(loss(20_000)).svg).toMatchFileSnapshot("__snapshots__/loss.svg.snap");
  });

  test("lineChart() draws several series with a legend, smoothed", async () => {
    const series = [
      { name: "lr 0.1", view: loss(300, 1) },
      { name: "lr 0.01", view: accuracy(300) },
    ];
    const options = { width: 480, height: 260, smoothing: 0.8, title: "Compared", yLabel: "y" };
    await expect(lineChart(series, options).svg).toMatchFileSnapshot(
      "__snapshots__/compared.svg.snap",
    );
  });

  test("lineChart() draws gaps, lone points and a logarithmic scale", async () => {
    const view = viewOf(
      40,
      (i) => i % 5 === 0 ? NaN : i === 23 ? 0 : i > 30 && i % 2 ? NaN : 10 ** (i / 9),
    );
    await expect(chart(view, { ...TILE, yScale: "log" }).svg).toMatchFileSnapshot(
      "__snapshots__/gaps_log.svg.snap",
    );
  });

  test("lineChart() has two round ticks at least below it", () => {
    for (const [low, high] of [[0.028, 0.75], [0.3, 0.9], [1.1, 1.9], [-0.4, 0.4]]) {
      const at = Array.from({ length: 9 }, (_, i) => low! + (high! - low!) * i / 8);
      const { svg } = chart(decimate(at, at.map(() => 1)), { width: 216, height: 104 });
      const axis = svg.match(/<g aria-label="text".*?<\/g>/g)!.at(-1)!;
      const labels = Array.from(axis.matchAll(/>([^<]+)<\/text>/g), ([, text]) => text!);
      expect(labels.length).toBeGreaterThan(0);
      for (const label of labels) expect(label.replace("−", "")).toMatch(/^\d(?:\.\d)?$/);
    }
  });

  test("lineChart() has room for the value at the end of its line", () => {
    const { svg } = chart(viewOf(9, () => 1.542e-10), { width: 900, height: 320 });
    const [, x = "", label = ""] = /<text[^>]* x="([\d.]+)"[^>]*>(1\.542e−10)<\/text>/.exec(svg)!;
    // A digit of a bold font is up to 0.7 of its size.
    expect(Number(x) + label.length * 0.7 * 11).toBeLessThanOrEqual(900);
  });

  test("lineChart() says why there is nothing to draw", () => {
    expect(chart(viewOf(0, () => 1)).svg).toContain("no points yet");
    expect(chart(viewOf(5, (i) => i % 2 ? NaN : Infinity)).svg).toContain("no finite value");
    expect(chart(viewOf(5, (i) => -i), { ...TILE, yScale: "log" }).svg).toContain(
      "no positive value",
    );
  });

  test("lineChart() shows a single spike among a million points in its band", () => {
    const next = random(5);
    for (let trial = 0; trial < 4; trial++) {
      const at = Math.floor(next() * 1e6);
      const drawing = chart(viewOf(1e6, (step) => step === at ? 9 : 1));
      const pixels = bandPixels(drawing.svg);
      // The spike's top is at the upper end, all else at the lower one.
      expect(Math.min(...pixels)).toBeLessThan(20);
      expect(pixels.filter((y) => y < 60).length).toBe(1);
      expect(drawing.alt).toContain("1,000,000 points");
    }
  });

  test("lineChart() stays small for a view of any number of points", () => {
    for (const view of [loss(131_072), gradientNorm(131_072), viewOf(1e6, Math.sin)]) {
      expect(chart(view).svg.length).toBeLessThan(12_000);
    }
  });

  test("lineChart() has no band where every point is drawn", () => {
    expect(chart(viewOf(100, Math.sin)).svg).not.toContain(`aria-label="area"`);
    expect(chart(loss(5_000)).svg).toContain(`aria-label="area"`);
  });

  test("lineChart() draws a lone point as a dot and a gap as a break of the line", () => {
    const lone = chart(decimate([0, 1, 2], [NaN, 1, NaN])).svg;
    expect(lone).toContain("<circle");
    expect(lone).not.toContain(`aria-label="line"`);
    const [, path = ""] = /<g aria-label="line"[^>]*><path d="([^"]*)"/.exec(
      chart(decimate([0, 1, 2, 3, 4], [1, 2, NaN, 2, 1])).svg,
    ) ?? [];
    expect(path.match(/M/g)?.length).toBe(2);
  });

  test.for<[string, SeriesView]>([
    ["nothing", viewOf(0, () => 1)],
    ["one point", viewOf(1, () => 3)],
    ["a constant", viewOf(50, () => 3)],
    ["zeros of both signs", viewOf(50, (i) => i % 2 ? 0 : -0)],
    ["NaN only", viewOf(700, () => NaN)],
    ["infinities", viewOf(50, (i) => i % 2 ? Infinity : -Infinity)],
    ["huge numbers", viewOf(50, (i) => (i - 25) * 7e306)],
    ["the largest numbers", viewOf(50, (i) => i % 2 ? Number.MAX_VALUE : -Number.MAX_VALUE)],
    ["tiny numbers", viewOf(50, (i) => i * 5e-324)],
    ["a very small number", viewOf(50, () => 1e-307)],
    ["the smallest and the largest number", viewOf(50, (i) => i % 2 ? 5e-324 : Number.MAX_VALUE)],
    ["x from the smallest to the largest", decimate([5e-324, 1, Number.MAX_VALUE], [1, 2, 3])],
    ["small changes of a large number", viewOf(50, (i) => 1e15 + i / 8)],
    ["dates", decimate([1.7e12, 1.8e12], [1, 2])],
    ["x that turns back", decimate([5, 1, 3], [1, 2, 3])],
    ["one x", decimate([5, 5, 5], [1, 2, 3])],
  ])("lineChart() draws %s on every scale", ([_name, view]) => {
    for (const yScale of ["linear", "log"] as const) {
      for (const xScale of ["linear", "log"] as const) {
        for (const size of [TILE, { width: 640, height: 320 }, { width: 80, height: 60 }]) {
          const { svg, alt } = chart(view, { ...size, xScale, yScale, smoothing: 0.5 });
          expect(faultOf(svg)).toBeUndefined();
          expect(svg).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
          expect(alt).toMatch(/^loss .*\.$/);
        }
      }
    }
  });

  test("lineChart() escapes and bounds names, labels and titles", () => {
    for (const name of HOSTILE_NAMES) {
      const series = [{ name, view: loss(50) }, { name, view: loss(50, 2) }];
      const drawing = lineChart(series, { title: name, xLabel: name, yLabel: name });
      expect(faultOf(drawing.svg)).toBeUndefined();
      expect(drawing.svg).not.toMatch(/<(script|img)/);
      expect(drawing.svg.length).toBeLessThan(30_000);
      expect(drawing.alt.length).toBeLessThan(1_000);
      expect(faultOf(imageTag(drawing).replace(/>$/, "/>"))).toBeUndefined();
    }
  });

  test("lineChart() is a document of its own, without ids, classes or styles that could meet", () => {
    const { svg } = lineChart([{ name: "a", view: loss(900) }, { name: "b", view: loss(900) }]);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).not.toMatch(/ (id|class|clip-path)=|<style|<figure|currentColor"\/>/);
  });

  test("lineChart() draws the first fifty series, and says so", () => {
    const series = Array.from({ length: 60 }, (_, i) => ({ name: `run ${i}`, view: loss(20, i) }));
    const { svg, alt } = lineChart(series);
    expect(svg.match(/aria-label="line"/g)?.length).toBe(50);
    expect(svg).toMatch(/\+ \d+ more/);
    expect(alt).toContain("60 series over step");
    expect(alt).toContain("Only the first 50 are drawn.");
  });

  test("lineChart() rejects sizes and smoothing that cannot be", () => {
    const view = loss(10);
    expect(() => chart(view, { width: NaN })).toThrow("width must be 80 to 10000, not NaN");
    expect(() => chart(view, { height: 5 })).toThrow("height must be 60 to 10000, not 5");
    expect(() => chart(view, { smoothing: 2 })).toThrow("smoothing must be in 0..1, not 2");
  });

  test("lineChart() spans the steps from their beginning", () => {
    const texts = Array.from(chart(loss(20_000)).svg.matchAll(/>([^<>]+)<\/text>/g), ([, t]) => t);
    expect(texts).toEqual(expect.arrayContaining(["0", "5k", "10k", "15k", "step"]));
  });
});

describe("the text alternative", () => {
  test.for<[SeriesView, string]>([
    [
      decimate([0, 1, 2, 3], [2, 0.5, NaN, 1]),
      "loss over step, 4 points: from 2 down to 1, lowest 0.5 at step 1. 1 value is not finite.",
    ],
    [
      decimate([0, 1, 2], [1, 4, 3]),
      "loss over step, 3 points: from 1 up to 3, highest 4 at step 1.",
    ],
    [decimate([0, 1], [3, 3]), "loss over step, 2 points: constant at 3."],
    [decimate([7], [0.25]), "loss over step: 0.25 at step 7."],
    [decimate([], []), "loss over step: no points yet."],
    [decimate([0, 1], [NaN, Infinity]), "loss over step, 2 points, none of them finite."],
  ])("lineChart() describes %# in a sentence", ([view, sentence]) => {
    expect(chart(view).alt).toBe(sentence);
  });

  test("lineChart() says how many values a logarithmic scale leaves out", () => {
    expect(chart(decimate([0, 1, 2, 3], [1, 0, -2, 4]), { yScale: "log" }).alt).toContain(
      " 2 values are not positive and left out of the logarithmic scale.",
    );
    expect(chart(viewOf(2_000, (i) => i === 999 ? 0 : 1), { yScale: "log" }).alt).toContain(
      "At least 1 value is not positive",
    );
  });
});

describe("imageTag", () => {
  test("imageTag() holds the drawing and its text", () => {
    const drawing = { svg: "<svg>é🦦</svg>", alt: `a "quoted" <b>`, width: 10, height: 20 };
    const tag = imageTag(drawing);
    const [, data = ""] = /src="data:image\/svg\+xml;base64,([^"]*)"/.exec(tag) ?? [];
    expect(new TextDecoder().decode(Uint8Array.fromBase64(data))).toBe(drawing.svg);
    expect(tag).toContain(`alt="a &quot;quoted&quot; &lt;b&gt;" width="10" height="20"`);
  });
});
