import { describe, expect, test } from "vitest";
import { plot, Table } from "../../mod.ts";
import { readVisualize } from "../../src/plots/visualize.ts";
import { faultOf, HOSTILE_NAMES } from "../charts/well_formed.ts";
import { recorded, shown } from "./recorded.ts";
import scikit from "./published/scikit_learn.json" with { type: "json" };
import wandb from "./published/wandb.json" with { type: "json" };

const ROWS = [{ x: 1, y: 2, k: "a" }, { x: 2, y: 3, k: "b" }];
const { labels: LABELS, scores: SCORES } = scikit.ties;
const BOTH = SCORES.map((score) => [1 - score, score]);
const CURVE = { labels: ["no", "yes"], title: "T" };

/** What the official SDK (wandb 0.30.0) gives for the same calls, under the key `plots/key`. */
const OFFICIAL: readonly [keyof typeof wandb, plot.CustomChart][] = [
  ["line", plot.line(ROWS, { x: "x", y: "y", stroke: "k", title: "T" })],
  [
    "lineSeries",
    plot.lineSeries([0, 1], [[1, 2], [3, 4]], { keys: ["a", "b"], title: "T", xName: "epoch" }),
  ],
  ["scatter", plot.scatter(Table.from(ROWS), { x: "x", y: "y", title: "T" })],
  [
    "bar",
    plot.bar({ x: [1, 2], y: [2, 3], k: ["a", "b"] }, { label: "k", value: "x", title: "T" }),
  ],
  ["histogram", plot.histogram(ROWS, { value: "x", title: "T" })],
  ["prCurve", plot.prCurve(LABELS, BOTH, CURVE)],
  ["rocCurve", plot.rocCurve(LABELS, BOTH, CURVE)],
  [
    "confusionMatrix",
    plot.confusionMatrix([2, 0, 2, 2, 0, 1], [0, 0, 2, 2, 0, 2], {
      classNames: ["ant", "bird", "cat"],
      title: "T",
    }),
  ],
];

describe("plot", () => {
  test.for(OFFICIAL)("plot.%s() records what the official SDK records", ([name, chart]) => {
    const { columns, data, config } = wandb[name] as Exclude<typeof wandb["line"], string>;
    const own = recorded(chart);
    // The SDK rounds rates to three digits.
    const rounded = (rows: readonly unknown[][]) =>
      rows.map((row) => row.map((v) => typeof v === "number" ? Number(v.toFixed(3)) : v));
    expect(own.columns).toEqual(columns);
    expect(rounded(own.data)).toEqual(rounded(data));
    const texts = (own.config as typeof config).panel_config.stringSettings as {
      subtitle?: string;
    };
    delete texts.subtitle;
    expect(own.config).toEqual(config);
  });

  test.for(OFFICIAL)("plot.%s() is drawn, and says in words what it shows", async ([, chart]) => {
    const bundle = await shown(chart);
    expect(bundle["text/html"]).toMatch(/^<img alt="[A-Z2][^"]+\." width/i);
    expect(bundle["text/plain"]).toMatch(/\.$/);
    const svg = await chart.svg();
    expect(faultOf(svg)).toBeUndefined();
    expect(svg).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
  });
});

function stringsOf(chart: plot.CustomChart): Readonly<Record<string, string>> {
  return readVisualize(recorded(chart).config)!.strings;
}

describe("plot.rocCurve()", () => {
  test("rocCurve() says the area below the curve", () => {
    expect(stringsOf(plot.rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]))["subtitle"]).toBe(
      "AUC 0.75",
    );
    expect(stringsOf(plot.rocCurve(LABELS, BOTH, CURVE))["subtitle"]).toMatch(
      /^AUC 0\.\d+ \(no\), 0\.\d+ \(yes\)$/,
    );
  });

  test("rocCurve() leaves out and counts examples without a label or a score", () => {
    const labels = [0, 0, 1, 1, null, 1];
    const chart = plot.rocCurve(labels, [0.1, 0.4, 0.35, 0.8, 0.9, NaN]);
    expect(stringsOf(chart)["subtitle"]).toBe(
      "AUC 0.75; 2 without a label or a score left out",
    );
  });

  test("rocCurve() has no rows for a class that none or all belong to, and is drawn empty", async () => {
    for (const labels of [[1, 1], [0, 0]]) {
      const chart = plot.rocCurve(labels, [0.1, 0.2]);
      expect(recorded(chart).data).toEqual([]);
      expect(await chart.svg()).toContain("nothing to draw");
    }
    expect(recorded(plot.rocCurve([], [])).data).toEqual([]);
  });

  test("rocCurve() knows which class a score is for when some classes are absent", () => {
    const chart = plot.rocCurve([0, 2, 2], [[0.8, 0.1, 0.1], [0.1, 0.1, 0.8], [0.2, 0.1, 0.7]]);
    expect(new Set(recorded(chart).data.map(([name]) => name))).toEqual(new Set(["0", "2"]));
    expect(stringsOf(chart)["subtitle"]).toBe("AUC 1 (0), 1 (2)");
  });

  test("rocCurve() draws the classes that are asked for", () => {
    const chart = plot.rocCurve(["a", "b"], [[0.9, 0.1], [0.2, 0.8]], { classesToPlot: ["b"] });
    expect(new Set(recorded(chart).data.map(([name]) => name))).toEqual(new Set(["b"]));
  });

  test("rocCurve() records at most 10,000 points, near the curve, and its exact area", () => {
    const n = 30_000;
    const labels = Array.from({ length: n }, (_, i) => (i * 7919) % n < n / 2 ? 1 : 0);
    const scores = labels.map((label, i) => label * 0.2 + ((i * 104_729) % n) / n);
    const chart = plot.rocCurve(labels, scores);
    const { data } = recorded(chart);
    expect(data.length).toBeLessThanOrEqual(10_000);
    expect(data.length).toBeGreaterThan(4_000);
    expect(data.at(-1)).toEqual(["1", 1, 1]);
    let area = 0;
    for (let i = 1; i < data.length; i++) {
      const [x0, y0, x, y] = [...data[i - 1]!.slice(1), ...data[i]!.slice(1)] as number[];
      area += (x! - x0!) * (y! + y0!) / 2;
    }
    const said = Number(stringsOf(chart)["subtitle"]?.replace("AUC ", ""));
    expect(Math.abs(area - said)).toBeLessThan(0.001);
  });
});

describe("plot.prCurve()", () => {
  test("prCurve() says the average precision", () => {
    const chart = plot.prCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
    expect(stringsOf(chart)["subtitle"]).toBe("average precision 0.8333");
    expect(recorded(chart).data.length).toBe(21);
  });

  test("prCurve() takes as many points as are asked for", () => {
    const chart = plot.prCurve([0, 1], [0.1, 0.9], { interpSize: 5 });
    expect(recorded(chart).data.map(([, , recall]) => recall)).toEqual([1, 0.75, 0.5, 0.25, 0]);
  });
});

describe("plot.confusionMatrix()", () => {
  test("confusionMatrix() records the pairs that happened, the most frequent, and says so", async () => {
    const n = 60_000;
    const actual = Int32Array.from({ length: n }, (_, i) => i % 400);
    const predicted = actual.map((label, i) =>
      i % 3 === 0 ? label : Math.imul(i, 2654435761) >>> 23
    );
    const chart = plot.confusionMatrix(actual, predicted);
    const { data } = recorded(chart);
    expect(data.length).toBe(10_000);
    const least = Math.min(...data.map(([, , count]) => count as number));
    expect(least).toBeGreaterThan(0);
    expect(stringsOf(chart)["subtitle"]).toBe("the 10,000 most frequent pairs");
    const svg = await chart.svg();
    expect(svg.length).toBeLessThan(150_000);
    expect(svg.includes("each square stands for 8 × 8")).toBe(true);
    // The classes are in their order, although some pairs are not there.
    expect(svg.includes(">0 – 7<") && svg.includes(">384 – 391<")).toBe(true);
  });

  test("confusionMatrix() is drawn for one class and for none", async () => {
    expect(await plot.confusionMatrix([1], [1]).svg()).toContain("<path");
    expect(faultOf(await plot.confusionMatrix([], []).svg())).toBeUndefined();
  });

  test("confusionMatrix() escapes and bounds the names of classes", async () => {
    const chart = plot.confusionMatrix(HOSTILE_NAMES, HOSTILE_NAMES);
    const svg = await chart.svg();
    expect(faultOf(svg)).toBeUndefined();
    expect(svg).not.toMatch(/<(script|img)/);
    expect(svg.length).toBeLessThan(60_000);
  });
});

describe("plot.heatmap()", () => {
  test("heatmap() records rows, columns and values", () => {
    const chart = plot.heatmap([[1, 2], [3]], { xLabels: ["a", "b"], yLabels: ["r", "s"] });
    const { columns, data, config } = recorded(chart);
    expect(columns).toEqual(["x_axis", "y_axis", "values"]);
    expect(data).toEqual([["a", "r", 1], ["b", "r", 2], ["a", "s", 3], ["b", "s", NaN]]);
    expect(readVisualize(config)?.preset).toBe("wandb/heatmap_no_text/v1");
  });

  test.for<[string, number[][]]>([
    ["one value", [[3]]],
    ["one value throughout", [[3, 3], [3, 3]]],
    ["both signs", [[-1, 0], [0.5, 2]]],
    ["NaN and infinities", [[NaN, Infinity], [1, -Infinity]]],
    ["nothing finite", [[NaN]]],
    ["nothing", []],
    ["large numbers", [[1e308, -1e308]]],
    [
      "many values",
      Array.from({ length: 200 }, (_, i) => Array.from({ length: 300 }, (_, j) => i * j)),
    ],
  ])("heatmap() draws %s", async ([, values]) => {
    const svg = await plot.heatmap(values, { showText: true }).svg();
    expect(faultOf(svg)).toBeUndefined();
    expect(svg).not.toMatch(/="[^"]*(NaN|undefined)/);
    expect(svg.length).toBeLessThan(200_000);
  });
});

describe("charts that cannot be", () => {
  test.for<[string, () => plot.CustomChart, string]>([
    ["lengths that differ", () => plot.rocCurve([0, 1], [0.5]), "2 labels and 1 scores"],
    [
      "three classes with single scores",
      () => plot.prCurve([0, 1, 2], [1, 2, 3]),
      "and there are 3",
    ],
    [
      "names that do not suit",
      () => plot.heatmap([[1]], { xLabels: [] }),
      "1 columns with 0 names",
    ],
    ["data that is no table", () => plot.line(7 as never, { x: "a", y: "b" }), "not number"],
    ["series without positions", () => plot.lineSeries([[1]], [[1], [2]]), "Cannot draw 2 series"],
  ])("plot refuses %s when it is logged, and does not throw before", async ([, make, why]) => {
    const chart = make();
    expect(() => recorded(chart)).toThrow(why);
    expect((await shown(chart))["text/plain"]).toContain(why);
  });

  test("plot says which column is missing when it is drawn", async () => {
    const chart = plot.scatter(ROWS, { x: "x", y: "<b>z" });
    await expect(chart.svg()).rejects.toThrow(`there is no column "<b>z", but "x", "y", "k"`);
  });
});
