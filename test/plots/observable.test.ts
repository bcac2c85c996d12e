import * as Plot from "@observablehq/plot";
import { describe, expect, test } from "vitest";
import { init, openRun, plot } from "../../mod.ts";
import { drawObservable } from "../../src/charts/observable.ts";
import { join } from "../../src/record/layout.ts";
import { faultOf, HOSTILE_NAMES } from "../charts/well_formed.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();
const ROWS = Array.from({ length: 30 }, (_, i) => ({ x: i, y: Math.sin(i / 4), k: "ab"[i % 2] }));

/** What the run holds of a chart that was logged as `chart`. */
async function logged(chart: plot.ObservableChart) {
  const run = await init({ project: "plot", dir, settings: { quiet: true } });
  run.log({ loss: 1, chart });
  await run.finish();
  const record = openRun(run.directory!);
  const [row] = [...record.rows()];
  const { path } = (row?.["chart"] ?? {}) as { path?: string };
  const html = path === undefined ? "" : Deno.readTextFileSync(join(run.directory!, "files", path));
  return { row: row ?? {}, html, warnings: record.warnings };
}

/** The drawing in HTML. */
function svgIn(html: string): string {
  const [, data = ""] = /base64,([^"]*)"/.exec(html) ?? [];
  return new TextDecoder().decode(Uint8Array.fromBase64(data));
}

describe("plot.observable()", () => {
  test("observable() of marks that are data is drawn in the background, with its table", async () => {
    const marks = [{ mark: "ruleY", data: [0] }, { mark: "dot", data: ROWS, x: "x", y: "y" }];
    const { row, html, warnings } = await logged(plot.observable({ title: "Dots", marks }));
    expect(warnings).toEqual([]);
    expect(row["chart"]).toMatchObject({ _type: "html-file" });
    expect(row["chart_table"]).toMatchObject({ _type: "table-file", ncols: 3, nrows: 30 });
    expect(html).toMatch(/^<div><div [^>]*>Dots<\/div><img alt="Dots\."/);
    expect(svgIn(html).match(/<circle/g)?.length).toBe(30);
  });

  test("observable() of a function is given Plot", async () => {
    const chart = plot.observable(
      (given: typeof Plot) => ({
        color: { legend: true },
        marks: [given.lineY(ROWS, { x: "x", y: "y", stroke: "k" })],
      }),
      { data: ROWS },
    );
    const { row, html, warnings } = await logged(chart);
    expect(warnings).toEqual([]);
    expect(row["chart_table"]).toMatchObject({ nrows: 30 });
    expect(svgIn(html)).toContain(`aria-label="line"`);
    // Plot's own legend would need a browser.
    expect(html.match(/■<\/span> [ab]</g)).toEqual(["■</span> a<", "■</span> b<"]);
  });

  test("observable() takes options and marks that were made with the user's own Plot", async () => {
    const options = { marks: [Plot.dot(ROWS, { x: "x", y: "y" }), Plot.frame()] };
    const { row, html } = await logged(plot.observable(options));
    expect(row["chart_table"]).toMatchObject({ nrows: 30 });
    expect(svgIn(html).match(/<circle/g)?.length).toBe(30);
    const mark = plot.observable(() => Plot.rectY(ROWS, Plot.binX({ y: "count" }, { x: "y" })));
    expect(await mark.svg()).toContain("<rect");
  });

  test("finish() of a run that is not recorded does not wait for charts and tables", async () => {
    const run = await init({ project: "plot", mode: "disabled" });
    run.log({
      bar: plot.bar(ROWS, { label: "k", value: "y" }),
      chart: plot.observable({ marks: [{ mark: "dot", data: ROWS, x: "x", y: "y" }] }),
    });
    const begin = performance.now();
    const { rejected } = await run.finish();
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(rejected.values).toBe(0);
  });

  test("log() of a chart that Plot cannot draw says why, and keeps the rest of the row", async () => {
    const chart = plot.observable(() => {
      throw new Error("no such column");
    });
    const { row, warnings } = await logged(chart);
    expect(row["loss"]).toBe(1);
    expect(warnings).toEqual(["Cannot record chart: Cannot draw a chart: no such column"]
      .map((text) => text.replace("chart:", `"chart":`)));
    const unknown = await logged(plot.observable({ marks: [{ mark: "__proto__" }] }));
    expect(unknown.warnings[0]).toContain(`"__proto__" is no mark of Plot`);
    const nothing = await logged(plot.observable(7 as never));
    expect(nothing.warnings[0]).toContain("a chart of Plot is made of its options, or a function");
  });
});

describe("drawObservable()", () => {
  test.for<[string, unknown]>([
    ["nothing", {}],
    ["a mark", Plot.dot(ROWS, { x: "x", y: "y" })],
    ["several marks", (given: typeof Plot) => given.tree(["/a/b", "/a/c"])],
    ["facets", {
      facet: { data: ROWS, y: "k" },
      marks: [{ mark: "dot", data: ROWS, x: "x", y: "y" }],
    }],
    ["tips and pointers", () => Plot.dot(ROWS, { x: "x", y: "y", tip: true })],
    ["clips", () => Plot.line(ROWS, { x: "x", y: "y", clip: true })],
    ["patterns", () => Plot.waffleY([5, 8], {})],
    ["densities", () => Plot.density(ROWS, { x: "x", y: "y" })],
    ["maps", () => ({ projection: "equal-earth", marks: [Plot.sphere()] })],
    ["NaN", { marks: [{ mark: "lineY", data: [1, NaN, 3] }] }],
  ])("drawObservable() draws %s", ([, spec]) => {
    const { svg, html, text } = drawObservable(spec);
    expect(faultOf(svg)).toBeUndefined();
    expect(svg).toMatch(/^<svg xmlns=/);
    expect(html).not.toMatch(/<(script|svg|style|figure)/);
    expect(text).toMatch(/\.$/);
  });

  test.for<[string, unknown, string]>([
    ["a plot", (given: typeof Plot) => given.plot({}), "give its options instead"],
    ["a raster", () => Plot.raster(ROWS, { x: "x", y: "y", fill: "y" }), "need a browser"],
    ["a picture", { mark: "image", data: [1], src: "https://example.org/a.png" }, "is no mark"],
    ["a number", 3, "options of Plot are needed, not number"],
    ["null", () => null, "not null"],
  ])("drawObservable() refuses %s, and says why", ([, spec, why]) => {
    expect(() => drawObservable(spec)).toThrow(why);
  });

  test("drawObservable() refuses what would not fit into a notebook", () => {
    const many = Array.from({ length: 200_000 }, (_, i) => ({ i, name: "x".repeat(9) }));
    const spec = { marks: [{ mark: "text", data: many, x: "i", y: "i", text: "name" }] };
    expect(() => drawObservable(spec)).toThrow("draw fewer marks");
  });

  test("drawObservable() escapes and bounds titles and names", () => {
    for (const name of HOSTILE_NAMES) {
      const rows = ROWS.map((row) => ({ ...row, k: name }));
      const { html, svg } = drawObservable({
        title: name,
        caption: name,
        color: { legend: true, label: name },
        marks: [{ mark: "dot", data: rows, x: "x", y: "y", fill: "k" }],
      });
      expect(faultOf(svg)).toBeUndefined();
      expect(faultOf(html.replace(/<img ([^>]*)>/, "<img $1/>"))).toBeUndefined();
      expect(html).not.toContain("<script");
    }
  });
});
