import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visualizeConfig } from "../../src/plots/visualize.ts";
import { type PagesServer, startPages } from "./server.ts";

let pages: PagesServer;

beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages[Symbol.asyncDispose]());

const tableFile = (columns: readonly string[], data: readonly (readonly unknown[])[]) =>
  JSON.stringify({ columns, data });

async function show(path: string): Promise<string> {
  const response = await pages.ask(path);
  expect(response.status).toBe(200);
  return await response.text();
}

describe("the media of a run", () => {
  it("are the images, sounds and pages that it logged last, through their files' addresses", async () => {
    const run = await pages.run({ id: "media" }, {
      summary: {
        one: { _type: "image-file", path: "media/images/one.png", caption: "a & b", width: 8 },
        val: {
          pair: {
            _type: "images/separated",
            filenames: ["media/images/l.png", "media/images/r.png"],
            captions: ["left", "right"],
            count: 2,
            width: 640,
            height: 480,
          },
        },
        late: { _type: "image-file", path: "media/images/late.png" },
        sound: { _type: "audio-file", path: "media/audio/a.wav" },
        page: { _type: "html-file", path: "media/html/p.html" },
        short: "a word",
        long: "a text ".repeat(30),
      },
    });
    const files = ["images/one.png", "images/l.png", "images/r.png", "audio/a.wav", "html/p.html"];
    for (const path of files) await pages.file(run, `media/${path}`, "x");
    const html = await show("/team/mnist/runs/media");
    expect(html).toContain(`<a href="#media">Media</a>`);
    const source = (path: string) => `/files/${run.key}/${encodeURIComponent(path)}`;
    expect(html).toContain(`src="${source("media/images/one.png")}" alt="a &amp; b"`);
    expect(html).toContain(`src="${source("media/images/l.png")}" alt="left"`);
    expect(html).toContain(`<b title="val.pair">val.pair</b>`);
    expect(html).toContain("2 images of 640 × 480");
    // Nothing refers to a file that has not arrived.
    expect(html).not.toContain("late.png");
    expect(html).toContain(`<audio controls preload="none" src="${source("media/audio/a.wav")}"`);
    expect(html).toContain(`<a href="${source("media/html/p.html")}" target="_blank"`);
    expect(html).toContain(`<pre class="prose">a text a text`);
    expect(html).not.toContain(`<pre class="prose">a word`);
    expect((await show("/team/mnist/runs/media?part=media")).trim()).toMatch(
      /^<div data-part="media"><section id="media"/,
    );
  });

  it("are the first rows of tables, with the images in them", async () => {
    const columns = ["n", "image", ...Array.from({ length: 20 }, (_, i) => `c${i}`)];
    const cell = { _type: "image-file", path: "media/images/cell.png" };
    const data = Array.from({ length: 30 }, (_, i) => [i, cell, `<b>${i}</b>`]);
    const value = { _type: "table-file", path: "media/table/t.json", nrows: 30, ncols: 22 };
    const run = await pages.run({ id: "table" }, { summary: { answers: value } });
    await pages.file(run, "media/table/t.json", tableFile(columns, data));
    await pages.file(run, "media/images/cell.png", "x");
    const html = await show("/team/mnist/runs/table");
    expect(html).toContain("table of 30 × 22");
    expect(html).toContain("&lt;b&gt;7&lt;/b&gt;");
    expect(html).not.toContain("&lt;b&gt;8&lt;/b&gt;");
    expect(html.match(/<img [^>]*cell\.png/g)).toHaveLength(8);
    expect(html).toContain("22 more rows, 10 more columns");
  });

  it("are custom charts and histograms, drawn as a cell draws them", async () => {
    const table = { _type: "table-file", path: "media/table/s.json", nrows: 3, ncols: 2 };
    const definition = {
      preset: "wandb/scatter/v0",
      fields: { x: "size", y: "ms" },
      strings: { title: "How long" },
    };
    const run = await pages.run({ id: "custom" }, {
      config: {
        _wandb: {
          visualize: {
            timing: visualizeConfig(definition, "timing"),
            lacks: visualizeConfig({ ...definition, fields: { x: "no", y: "no" } }, "lacks"),
            strange: { panel_config: { panelDefId: "somebody/else/v1" } },
          },
        },
      },
      summary: {
        timing_table: table,
        lacks_table: table,
        weights: { _type: "histogram", values: [1, 5, 2], bins: [0, 1, 2, 3] },
        packed: {
          _type: "histogram",
          values: [4, 4],
          packedBins: { min: 0, size: 0.5, count: 2 },
        },
        broken: { _type: "histogram", values: [1], bins: ["a", null] },
      },
    });
    await pages.file(run, "media/table/s.json", tableFile(["size", "ms"], [[1, 4], [2, 9]]));
    const html = await show("/team/mnist/runs/custom");
    const titles = Array.from(
      html.matchAll(/<b title="[^"]*">([^<]*)<\/b>/g),
      ([, title]) => title,
    );
    // What cannot be drawn is the table that it is.
    expect(titles).toEqual(["timing", "weights", "packed", "lacks_table", "broken"]);
    expect(html).toContain("How long");
    expect(html.match(/<svg role="img"[^>]*(?:histogram|bins)/gi)).toHaveLength(2);
  });

  it("are counted where there are very many, and left out where there are none", async () => {
    const image = { _type: "image-file", path: "media/images/x.png" };
    const summary = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, image]));
    const run = await pages.run({ id: "many" }, { summary });
    await pages.file(run, "media/images/x.png", "x");
    const html = await show("/team/mnist/runs/many");
    expect(html.match(/<img /g)).toHaveLength(40);
    expect(html).toContain("60 more are not shown.");
    await pages.run({ id: "none" }, { summary: { loss: 1 } });
    expect(await show("/team/mnist/runs/none")).not.toContain("#media");
  });

  it("have no columns in the table of runs", async () => {
    const image = { _type: "image-file", path: "media/images/x.png", width: 3 };
    await pages.run({ project: "columns", id: "a" }, { summary: { seen: image, loss: 1 } });
    const html = await show("/team/columns");
    expect(html).toContain("summary.loss");
    expect(html).not.toContain("summary.seen");
  });
});

describe("the alerts of a run", () => {
  it("are shown above all else, the newest first", async () => {
    const run = await pages.run({ id: "alerts" });
    const alert = (title: string, at: number) =>
      pages.store.runs.addAlert(run.key, { title, text: "<i>why</i>", level: "WARN", at });
    await alert("early", 1_000);
    await alert("<b>late</b>", 2_000);
    const html = await show("/team/mnist/runs/alerts");
    expect(html.indexOf("&lt;b&gt;late&lt;/b&gt;")).toBeLessThan(html.indexOf("early"));
    expect(html).toContain("&lt;i&gt;why&lt;/i&gt;");
    expect(html).toContain("Warning:");
  });
});
