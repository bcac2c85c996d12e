import { describe, expect, test } from "vitest";
import type { MetricLine } from "../../src/record/lines.ts";
import { Metrics } from "../../src/run/metrics.ts";
import { decodeMetrics, encodeMetrics } from "../../src/sync/payload/metrics.ts";

describe("decodeMetrics()", () => {
  test("gives the definitions that encodeMetrics() was given", () => {
    const lines: MetricLine[] = [
      { type: "metric", name: "loss", summary: ["min", "max"] },
      { type: "metric", name: "acc", summary: ["best"], goal: "maximize" },
      { type: "metric", name: "hidden", hidden: true },
      { type: "metric", name: "lr", stepMetric: "epoch", stepSync: false },
      { type: "metric", name: "val/*", stepMetric: "epoch", stepSync: true, summary: ["last"] },
    ];
    const metrics = new Metrics();
    for (const line of lines) metrics.define(line);
    expect(decodeMetrics(JSON.parse(JSON.stringify(encodeMetrics(metrics, true))))).toEqual(lines);
  });

  test("leaves out what is no definition, whatever a server answers", () => {
    const odd = [null, "abc", 5, [], {}, { 1: 7 }, { 1: "" }, { 1: "a*b", 7: [1] }, {
      1: "x",
      7: 9,
    }];
    expect(decodeMetrics(odd)).toEqual([]);
    expect(decodeMetrics({})).toEqual([]);
    expect(decodeMetrics([{ 1: "x", 5: 99, 6: [2], 7: [4, "1", 77], 8: "most" }])).toEqual([
      { type: "metric", name: "x", hidden: true },
    ]);
  });
});
