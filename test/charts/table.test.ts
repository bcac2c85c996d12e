import { describe, expect, test } from "vitest";
import { decimate } from "../../src/charts/decimate.ts";
import { type Frame, toFrame } from "../../src/charts/frame.ts";
import { sparkline, sparklineText } from "../../src/charts/sparkline.ts";
import { summaryTable, summaryText } from "../../src/charts/summary_table.ts";
import { htmlTable, textTable } from "../../src/charts/table.ts";
import { accuracy, loss, viewOf } from "./fixtures.ts";
import { faultOf, HOSTILE_NAMES } from "./well_formed.ts";

function rowsOf(frame: Frame): unknown[][] {
  return Array.from({ length: frame.length }, (_, i) => frame.columns.map((c) => c.at(i)));
}

function head(frame: Frame): string[] {
  return frame.columns.map(({ name, type }) => `${name}: ${type}`);
}

describe("toFrame", () => {
  test("toFrame() reads ragged rows", () => {
    const frame = toFrame([{ a: 1, b: "x" }, { b: "y", c: true }, null, { a: 2n }]);
    expect(head(frame)).toEqual(["a: number", "b: string", "c: boolean"]);
    expect(rowsOf(frame)[1]).toEqual([undefined, "y", true]);
    expect(rowsOf(frame)[2]).toEqual([undefined, undefined, undefined]);
  });

  test("toFrame() reads columns, typed ones too, of different lengths", () => {
    const frame = toFrame({ a: new Float32Array([1, 2, 3]), d: [new Date(0)], m: [1, "x"] });
    expect(head(frame)).toEqual(["a: number", "d: date", "m: mixed"]);
    expect(frame.length).toBe(3);
    expect(frame.columns[1]!.at(2)).toBeUndefined();
  });

  test("toFrame() reads arrays of arrays, with names where they are given", () => {
    expect(head(toFrame([[1, "a"], [2]], { columns: ["n", "s"] }))).toEqual([
      "n: number",
      "s: string",
    ]);
    expect(head(toFrame([[1], [1, 2]]))).toEqual(["column 1: number", "column 2: number"]);
  });

  test("toFrame() reads tables in the manner of Arrow and Polars", () => {
    const values: Record<string, number[]> = { a: [1, 2], b: [3, 4] };
    const arrow = {
      numRows: 2,
      schema: { fields: [{ name: "a" }, { name: "b" }] },
      getChild: (name: string) => ({ get: (i: number) => values[name]![i] }),
    };
    const polars = {
      columns: ["a", "b"],
      height: 2,
      getColumn: (name: string) => ({ toArray: () => values[name]! }),
    };
    for (const data of [arrow, polars]) expect(rowsOf(toFrame(data))).toEqual([[1, 3], [2, 4]]);
  });

  test("toFrame() reads any iterable of rows, and plain values", () => {
    expect(rowsOf(toFrame(new Set([1, 2])))).toEqual([[1], [2]]);
    expect(rowsOf(toFrame([]))).toEqual([]);
  });

  test("toFrame() is safe for columns that are called as what objects inherit", () => {
    const rows = [JSON.parse(`{"__proto__": {"polluted": 1}, "toString": 2}`), {}];
    const frame = toFrame(rows);
    expect(frame.columns.map(({ name }) => name)).toEqual(["__proto__", "toString"]);
    expect(frame.columns[1]!.at(0)).toBe(2);
    expect(frame.columns[1]!.at(1)).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("toFrame() bounds columns and rows, and counts them all", () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`c${i}`, i]));
    const frame = toFrame([wide, wide, wide], { maxRows: 2 });
    expect([frame.columns.length, frame.columnCount]).toEqual([1_000, 10_000]);
    expect([frame.length, frame.rowCount]).toEqual([2, 3]);
    expect(frame.columns[0]!.at(2)).toBeUndefined();
  });

  test("toFrame() rejects what is no table", () => {
    expect(() => toFrame(7)).toThrow("Cannot make a table: rows, columns or a data frame");
    expect(() => toFrame(null)).toThrow("not null");
    expect(() => toFrame({ a: [1], b: 2 })).toThrow(`column "b" must be an array, not number`);
  });
});

describe("htmlTable", () => {
  const frame = toFrame({
    layer: ["dense", "<b>", null],
    units: [32, 100_000, 5],
    lr: [0.1, 0.0125, -3],
    when: [new Date("2026-01-02"), new Date("2026-01-02T03:04:05.678Z"), new Date(NaN)],
  });

  test("htmlTable() escapes, aligns and writes the numbers of a column alike", async () => {
    const html = htmlTable(frame, { caption: "Layers & units" });
    expect(faultOf(html)).toBeUndefined();
    await expect(html.replace(/(<\/?(thead|tbody|tr|caption|table|div)\b)/g, "\n$1"))
      .toMatchFileSnapshot("__snapshots__/table.html.snap");
  });

  test("htmlTable() counts the rows and columns that it does not show", () => {
    const data = Array.from({ length: 1000 }, (_, i) => ({ a: i, b: 1, c: 2 }));
    const html = htmlTable(toFrame(data), { maxColumns: 2 });
    expect(html).toContain("… and 950 more rows, 1 more column");
    expect(html.match(/<tr>/g)?.length).toBe(51);
    expect(htmlTable(toFrame([]))).toContain("no rows");
  });

  test("htmlTable() escapes and bounds names and cells", () => {
    for (const name of HOSTILE_NAMES) {
      const html = htmlTable(toFrame([[name]], { columns: [name] }), { caption: name });
      expect(faultOf(html)).toBeUndefined();
      expect(html.length).toBeLessThan(6_000);
    }
  });

  test("htmlTable() shows nested, circular and unreadable values on one line", () => {
    const circular: Record<string, unknown> = { a: 1 };
    circular.self = circular;
    const trap = new Proxy({}, {
      ownKeys() {
        throw new Error("no");
      },
    });
    const html = htmlTable(toFrame([{ v: circular }, { v: [1, 2, 3, 4, 5, 6, 7] }, { v: trap }]));
    expect(html).toContain("{a: 1, self: {a: 1, self: {…}}}");
    expect(html).toContain("[1, 2, 3, 4, 5, … 2 more]");
    expect(html).toContain("(not readable)");
  });

  test("textTable() aligns numbers to the right, and gives a terminal no control characters", () => {
    const text = textTable(toFrame({ name: ["a\u001b[31m\n", "bb"], n: [5, 1234] }));
    expect(text.split("\n")).toEqual(["name        n", "a�[31m      5", "bb       1234"]);
  });
});

describe("sparklines", () => {
  test("sparklineText() draws the mean in blocks, gaps as spaces", () => {
    expect(sparklineText(decimate([0, 1, 2, 3, 4], [0, 1, NaN, 3, 4]))).toBe("▁▃ ▇█");
    expect(sparklineText(decimate([0, 1], [5, 5]))).toBe("▄▄");
    expect(sparklineText(decimate([], []))).toBe("");
    expect(sparklineText(viewOf(9_999, (i) => i), 8)).toBe("▁▂▃▄▅▆▇█");
    expect(sparklineText(decimate([0, 1], [-1.7e308, 1.7e308]))).toBe("▁█");
  });

  test("sparkline() draws any series as a document", () => {
    const views = [loss(50_000), viewOf(0, () => 1), viewOf(1, () => 1), viewOf(9, () => NaN)];
    for (const view of [...views, viewOf(9, (i) => i % 2 ? NaN : i), viewOf(9, () => 4)]) {
      const { svg, alt } = sparkline(view, { name: "<x>" });
      expect(faultOf(svg)).toBeUndefined();
      expect(svg).not.toContain("NaN");
      expect(alt).toMatch(/^<x> over step/);
    }
  });
});

describe("summaries", () => {
  const rows = [
    { name: "train/loss", view: loss(10_000), value: 0.0412 },
    { name: "val/accuracy", view: accuracy(20), value: 0.97 },
    { name: "best", value: { epoch: 3 } },
  ];

  test("summaryText() is aligned and has sparklines", async () => {
    await expect(summaryText(rows)).toMatchFileSnapshot("__snapshots__/summary.txt");
  });

  test("summaryText() is never wider than 100 characters", () => {
    for (const name of HOSTILE_NAMES) {
      const value = -1.2345678e-100;
      for (const line of summaryText([{ name, view: loss(1e5), value }, ...rows]).split("\n")) {
        expect([...line].length).toBeLessThanOrEqual(100);
      }
    }
  });

  test("summaryText() gives up columns before names in a narrow terminal", () => {
    const widths = [100, 66, 56, 50, 42, 30];
    const texts = widths.map((width) => summaryText(rows, { width }));
    texts.forEach((text, i) => {
      for (const line of text.split("\n")) {
        expect([...line].length).toBeLessThanOrEqual(widths[i]!);
      }
      expect(text).toContain("train/loss");
      expect(text).toContain("0.0412");
    });
    expect(texts[0]).toContain("points");
    expect(texts[1]).not.toContain("points");
    expect(texts[1]).toContain("max");
    expect(texts[2]).not.toContain("max");
    expect(texts[4]).toMatch(/train\/loss +█/);
    expect(texts[5]).toMatch(/train\/loss +0\.0412/);
  });

  test("summaryTable() keeps its sparklines beside a name of any length", () => {
    const html = summaryTable([{ name: "layer/".repeat(13), view: loss(100), value: 1 }]);
    expect(html).toMatch(/<th scope="row"[^>]* style="[^"]*overflow-wrap:anywhere"/);
    expect(html).toMatch(/<img [^>]*style="max-width:none;/);
  });

  test("summaries name the statistic that a metric keeps", () => {
    const kept = [
      { name: "val/loss", view: loss(100), value: { min: 0.1966 } },
      { name: "val/acc", value: { max: 0.9, last: 0.8 } },
      { name: "best", value: { epoch: 3 } },
    ];
    for (const text of [summaryText(kept), summaryTable(kept)]) {
      expect(text).toContain("min 0.1966");
      expect(text).toContain("max 0.9, last 0.8");
      expect(text).toContain("{epoch: 3}");
    }
  });

  test("summaryTable() escapes and shows a sparkline for what was logged", () => {
    const html = summaryTable(rows);
    expect(html.match(/<img /g)?.length).toBe(2);
    for (const name of HOSTILE_NAMES) {
      const closed = summaryTable([{ name, view: loss(9), value: name }]).replace(
        /(<img [^>]*)>/g,
        "$1/>",
      );
      expect(faultOf(closed)).toBeUndefined();
    }
    expect(summaryTable([])).toContain("Nothing in the summary yet");
    expect(summaryText([])).toBe("");
  });
});
