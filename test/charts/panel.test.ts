import { describe, expect, test } from "vitest";
import { page } from "../../src/charts/page.ts";
import { panel } from "../../src/charts/panel.ts";
import type { PanelView } from "../../src/charts/types.ts";
import { chart, loss, metric, trainingPanel } from "./fixtures.ts";
import { faultOf, HOSTILE_NAMES } from "./well_formed.ts";

const EMPTY: PanelView = {
  name: "quiet-fox-1",
  id: "a1",
  project: "p",
  state: "running",
  elapsed: 2,
  step: null,
  rows: 0,
  directory: "./cellar/run-a1",
  metrics: [],
  more: 0,
  hidden: 0,
  rejected: 0,
  system: [],
  warnings: [],
};

/** As XML, which has no elements without an end. */
function closed(html: string): string {
  return html.replace(/(<img [^>]*)>/g, "$1/>");
}

function withoutImages(html: string): string {
  return html.replace(/src="data:[^"]*"/g, `src="…"`).replace(/(<\/?(div|details)\b)/g, "\n$1");
}

function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
}

describe("panel", () => {
  test("panel() shows how the run stands and a chart for each metric", async () => {
    await expect(withoutImages(panel(trainingPanel(2_000)))).toMatchFileSnapshot(
      "__snapshots__/panel.html.snap",
    );
  });

  test("panel() says that it waits for the first row", () => {
    const text = textOf(panel(EMPTY));
    expect(text).toContain("waiting for the first row");
    expect(text).toContain("running p · 2s · 0 rows");
    expect(text).not.toContain("step");
    const ended = textOf(panel({ ...EMPTY, state: "finished" }));
    expect(ended).toContain("no rows were logged");
    expect(ended).not.toContain("waiting");
  });

  test("panel() counts what it does not show", () => {
    const text = textOf(panel(trainingPanel(100)));
    expect(text).toContain("7 of 35 metrics shown; run.chart([...]) draws any other");
    expect(text).toContain("3 metrics hidden · 2 values rejected");
    expect(textOf(panel({ ...EMPTY, hidden: 1, rejected: 1 }))).toContain(
      "1 metric hidden · 1 value rejected",
    );
  });

  test("panel() keeps the metrics of a group side by side, and lets small groups share a row", () => {
    const metrics = ["train/loss", "val/loss", "lr", "train/acc", "a b/c", "/", "x/"]
      .map((name) => metric(name, loss(10)));
    const html = panel({ ...EMPTY, rows: 10, metrics });
    const names = Array.from(
      html.matchAll(/<span>(.*?)<\/span><\/div>/g),
      ([, name]) => textOf(name!),
    );
    expect(names.map((name) => name.replaceAll(" ", ""))).toEqual(
      ["train/loss", "train/acc", "val/loss", "lr", "/", "ab/c", "x/"],
    );
    expect(html.match(/<span style="opacity:.6">[^<]*/g)).toEqual([
      `<span style="opacity:.6">train/`,
      `<span style="opacity:.6">train/`,
      `<span style="opacity:.6">val/`,
    ]);
    // All of them are in one block, whose rows the page breaks.
    expect(html.match(/display:inline-block/g)).toHaveLength(7);
    expect(html.match(/<div><div style="display:inline-block/g)).toHaveLength(1);
  });

  test("panel() survives a sanitizer: no script, style sheet, svg element, id or class", () => {
    const html = panel({ ...trainingPanel(1_000), error: "Error: boom" });
    expect(html).not.toMatch(/<(script|style|svg|link|iframe|form)\b/);
    expect(html).not.toMatch(/ (id|class|on\w+)=/);
    expect(html).not.toMatch(/javascript:|https?:/);
    expect(faultOf(closed(html))).toBeUndefined();
  });

  test("panel() escapes and bounds whatever was sent", () => {
    for (const text of HOSTILE_NAMES) {
      const view: PanelView = {
        ...EMPTY,
        name: text,
        id: text,
        project: text,
        directory: text,
        rows: 3,
        metrics: [metric(text, loss(3)), metric(`${text}/b`, loss(3), text)],
        system: [chart(text, loss(3))],
        warnings: Array.from({ length: 100 }, () => text),
        error: text,
      };
      const html = panel(view);
      expect(faultOf(closed(html))).toBeUndefined();
      expect(html).not.toMatch(/<script|<img src=x/);
      expect(html.length).toBeLessThan(60_000);
      expect(textOf(html)).toContain("and 80 warnings");
      expect(faultOf(
        page(view).replace(/<!doctype html>|<meta [^>]*>/g, "").replace(
          /(<img [^>]*)>/g,
          "$1/>",
        ),
      )).toBeUndefined();
    }
  });

  test("panel() draws long times in minutes and hours", () => {
    const at = (seconds: number) => {
      const view = { ...loss(3), x: Float64Array.of(0, seconds / 2, seconds) };
      return panel({ ...EMPTY, rows: 3, system: [chart("cpu", view)] });
    };
    expect(at(60)).toContain("cpu over seconds");
    expect(at(600)).toContain("cpu over minutes");
    expect(at(36_000)).toContain("cpu over hours");
  });

  test("panel() shows an error and each state in words", () => {
    for (const state of ["running", "finished", "failed", "crashed"] as const) {
      expect(textOf(panel({ ...EMPTY, state, error: "Error: a < b" }))).toContain(state);
    }
    expect(panel({ ...EMPTY, error: "Error: a < b" })).toContain("Error: a &lt; b");
  });
});

describe("page", () => {
  test("page() is one document that needs nothing else", () => {
    const html = page(trainingPanel(1_000), "<p>more</p>");
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain("<title>brisk-otter-12 · mnist</title>");
    expect(html).toContain("color-scheme:light dark");
    expect(html).toContain("width=device-width");
    expect(html).toContain("<p>more</p>");
    expect(html).not.toMatch(/<script|<link|https?:/);
  });
});
