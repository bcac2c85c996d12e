import { describe, expect, test } from "vitest";
import { escapeHtml, escapeXml, harmless, truncate } from "../../src/charts/escape.ts";
import {
  formatCount,
  formatDuration,
  formatNumber,
  logTick,
  tickFormat,
} from "../../src/charts/format.ts";
import { linearTicks, logTicks } from "../../src/charts/ticks.ts";
import { faultOf, HOSTILE_NAMES } from "./well_formed.ts";

describe("formatNumber", () => {
  test.for<[number | bigint, string]>([
    [0, "0"],
    [-0, "0"],
    [1, "1"],
    [-1, "−1"],
    [0.041234, "0.04123"],
    [0.5, "0.5"],
    [99.996, "100"],
    [999.96, "1,000"],
    [1234.567, "1,235"],
    [12_345.678, "12,346"],
    [1_234_567, "1,234,567"],
    [1e12, "1e12"],
    [1.23456e15, "1.235e15"],
    [0.0001, "0.0001"],
    [0.00001234567, "1.235e−5"],
    [-3.2e-9, "−3.2e−9"],
    [5e-324, "4.941e−324"],
    [Number.MAX_VALUE, "1.798e308"],
    [NaN, "NaN"],
    [Infinity, "∞"],
    [-Infinity, "−∞"],
    [12_345_678_901_234_567_890n, "12,345,678,901,234,567,890"],
    [-5n, "−5"],
  ])("formatNumber() writes %s as %s", ([value, text]) => {
    expect(formatNumber(value)).toBe(text);
  });

  test("formatCount() separates thousands", () => {
    expect([0, 999, 1000, 1e6].map(formatCount)).toEqual(["0", "999", "1,000", "1,000,000"]);
  });
});

describe("formatDuration", () => {
  test.for<[number, string]>([
    [0, "0s"],
    [3.21, "3.2s"],
    [9.96, "10s"],
    [59.6, "1m 00s"],
    [65, "1m 05s"],
    [3599.7, "1h 00m"],
    [7380, "2h 03m"],
    [90_000, "1d 01h"],
    [NaN, "–"],
    [-1, "–"],
    [Infinity, "–"],
  ])("formatDuration() writes %s seconds as %s", ([seconds, text]) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("ticks", () => {
  test("tickFormat() writes the ticks of an axis alike", () => {
    expect([0, 50_000, 100_000].map(tickFormat(50_000, 1e5))).toEqual(["0", "50k", "100k"]);
    expect([0.5, 1, 1.5].map(tickFormat(0.5, 1.5))).toEqual(["0.5", "1.0", "1.5"]);
    expect([5e-5, 1e-4].map(tickFormat(5e-5, 3e-4))).toEqual(["0.5e−4", "1.0e−4"]);
    expect([-2e-11, 2e-11].map(tickFormat(2e-11, 2e-11))).toEqual(["−2e−11", "2e−11"]);
    expect([15_000.5, 15_001].map(tickFormat(0.5, 15_002))).toEqual(["15000.5", "15001.0"]);
    expect([12_340, 12_350].map(tickFormat(10, 12_400))).toEqual(["12.34k", "12.35k"]);
    expect([1_000_000.02].map(tickFormat(0.02, 1_000_000.06))).toEqual(["1000000.02"]);
  });

  test("linearTicks() gives round numbers inside the span", () => {
    expect(linearTicks(0, 1, { count: 5 })).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks(0.3, 2.4, { count: 4, integers: true })).toEqual([1, 2]);
    expect(linearTicks(-5, 5, { count: 2 })).toEqual([-5, 0, 5]);
  });

  test("linearTicks() ends for spans that cannot be counted through", () => {
    for (const [low, high] of [[1, 1], [1e300, 1e300 * (1 + 1e-15)], [0, 5e-324], [NaN, 1]]) {
      expect(linearTicks(low!, high!, { count: 5 }).length).toBeLessThanOrEqual(24);
    }
  });

  test("logTick() writes powers of ten and their parts", () => {
    expect([0.001, 0.2, 1, 100, 5000, 1e4, 1e-5].map(logTick)).toEqual(
      ["0.001", "0.2", "1", "100", "5000", "1e4", "1e−5"],
    );
  });

  test("logTicks() gives powers of ten, and steps between where there are few", () => {
    expect(logTicks(0.001, 1000, { count: 7 })).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]);
    expect(logTicks(0.9, 60, { count: 5 })).toEqual([1, 2, 5, 10, 20, 50]);
    expect(logTicks(1e-300, 1e300, { count: 5 }).length).toBeLessThanOrEqual(8);
  });
});

describe("escape", () => {
  test("escapeHtml() leaves no markup", () => {
    expect(escapeHtml(`<a href="x">'&'</a>`)).toBe(
      "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;",
    );
  });

  test("escapeXml() makes any name fit for a document", () => {
    for (const name of HOSTILE_NAMES) {
      const text = escapeXml(name);
      expect(faultOf(`<a b="${text}">${text}</a>`)).toBeUndefined();
    }
  });

  test("harmless() takes the power from control characters", () => {
    expect(harmless("a\u001b[31mb\u0000\u009b\u202e")).toBe("a�[31mb���");
    expect(harmless("a\n\tb")).toBe("a\n\tb");
    expect(harmless("a\n\tb", true)).toBe("a  b");
    expect(harmless("\ud800x")).toBe("�x");
  });

  test("truncate() never splits a surrogate pair, nor exceeds the length", () => {
    const text = "ab🦦🦦🦦";
    for (let length = 0; length <= 10; length++) {
      const short = truncate(text, length);
      expect(short.length).toBeLessThanOrEqual(length);
      expect(short.isWellFormed()).toBe(true);
    }
    expect(truncate(text, 4)).toBe("ab…");
    expect(truncate(text, 8)).toBe(text);
    expect(truncate(text, NaN)).toBe("");
  });
});
