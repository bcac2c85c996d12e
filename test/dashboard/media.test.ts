import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawObservable } from "../../src/charts/observable.ts";
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
    expect(html).toContain(
      `<audio controls preload="metadata" src="${source("media/audio/a.wav")}"`,
    );
    expect(html).toContain(`<a href="${source("media/html/p.html")}" target="_blank"`);
    expect(html).toContain(`<pre class="prose" tabindex="0">a text a text`);
    expect(html).not.toMatch(/<pre class="prose"[^>]*>a word/);
    expect((await show("/team/mnist/runs/media?part=media")).trim()).toMatch(
      /^<div data-part="media"><section id="media"/,
    );
  });

  it("are images with their boxes and masks over them, and the names of the classes", async () => {
    const file = (path: string) => ({ path, _type: "x" });
    const run = await pages.run({ id: "marked" }, {
      config: {
        _wandb: {
          "mask/class_labels": {
            scene_wandb_delimeter_ground: { value: { 0: "nothing", 3: "tree <b>" } },
          },
        },
      },
      summary: {
        scene: {
          _type: "images/separated",
          filenames: ["media/images/a.png", "media/images/b.png"],
          width: 640,
          height: 320,
          all_boxes: [{ seen: file("media/boxes.json") }, { seen: file("media/lost.json") }],
          all_masks: [{}, { ground: file("media/images/mask.png") }],
        },
        one: {
          _type: "image-file",
          path: "media/images/a.png",
          width: 640,
          height: 320,
          boxes: { strange: file("media/strange.json") },
        },
      },
    });
    for (const path of ["images/a.png", "images/b.png", "images/mask.png"]) {
      await pages.file(run, `media/${path}`, "x");
    }
    await pages.file(
      run,
      "media/boxes.json",
      JSON.stringify({
        box_data: [
          { position: { minX: 0.5, maxX: 0.75, minY: 0.25, maxY: 0.5 }, class_id: 1 },
          {
            position: { middle: [100, 50], width: 20, height: 10 },
            domain: "pixel",
            class_id: 2,
            box_caption: "<i>",
          },
          { position: "nowhere", class_id: 1 },
          {
            position: { minX: 0.9, maxX: 1, minY: 0.5, maxY: 1 },
            class_id: 1,
            box_caption: "at the right edge",
          },
        ],
        class_labels: { 1: "car", 2: "dog" },
      }),
    );
    await pages.file(run, "media/strange.json", `{"box_data": {"a": 1}}`);
    const html = await show("/team/mnist/runs/marked");
    // A place of its own before it is loaded, and what lies over it in pixels of the image.
    expect(html).toMatch(/<img [^>]*a\.png"[^>]* width="320" height="160">/);
    expect(html).toContain(`<svg class="marks" viewBox="0 0 640 320"`);
    expect(html).toContain(`<rect x="320" y="80" width="160" height="80" fill="none"`);
    expect(html).toContain(`<rect x="90" y="45" width="20" height="10" fill="none"`);
    expect(html).toContain(`alt="a.png, with boxes: car, &lt;i&gt;, at the right edge"`);
    // The label ends where the image does: 17 letters at two pixels of the image in one.
    expect(html).toContain(`<text x="${640 - 2 * (17 * 6.6 + 6) + 6}"`);
    const mask = `/files/${run.key}/${encodeURIComponent("media/images/mask.png")}`;
    expect(html).toContain(`<image href="${mask}" width="640" height="320"`);
    expect(html).toContain(`id="mask-colours"`);
    const legend = /<ul class="legend">(.*?)<\/ul>/.exec(html)![1]!;
    expect(legend.replace(/<svg.*?<\/svg>/g, "")).toBe(
      "<li>car</li><li>dog</li><li>tree &lt;b&gt;</li>",
    );
    expect(html.match(/class="marks"/g)).toHaveLength(2);
  });

  it("are charts of Plot as the images that were recorded, with the words around them", async () => {
    const { html: recorded } = drawObservable({
      title: "Sizes <b>",
      caption: "of some",
      color: { legend: true },
      marks: [{
        mark: "dot",
        data: [{ a: 1, b: 2, c: "x & y" }, { a: 3, b: 4, c: "z" }],
        x: "a",
        y: "b",
        stroke: "c",
      }],
    });
    const page = (path: string) => ({ _type: "html-file", path });
    const run = await pages.run({ id: "plots" }, {
      summary: {
        sizes: page("media/html/sizes.html"),
        sizes_table: { _type: "table-file", path: "media/table/sizes.json", nrows: 1, ncols: 1 },
        other: page("media/html/other.html"),
      },
    });
    await pages.file(run, "media/html/sizes.html", recorded);
    await pages.file(run, "media/html/other.html", `${recorded}<script>alert(1)</script>`);
    await pages.file(run, "media/table/sizes.json", tableFile(["a"], [[1]]));
    const html = await show("/team/mnist/runs/plots");
    const figure = /<figure[^>]*data-id="sizes".*?<\/figure>/s.exec(html)![0];
    expect(figure).toContain("<p><b>Sizes &lt;b&gt;</b></p>");
    expect(figure).toContain("of some");
    expect(figure.replace(/<svg.*?<\/svg>/g, "")).toContain("<li>x &amp; y</li><li>z</li>");
    expect(figure).toMatch(/<img src="data:image\/svg\+xml;base64,[^"]+" alt="Sizes &lt;b&gt;\./);
    // The chart shows what is in its table.
    expect(html).not.toContain("sizes_table</b>");
    // What is not exactly such a chart is a stranger's page, in a frame.
    const source = `/files/${run.key}/${encodeURIComponent("media/html/other.html")}`;
    expect(html).toContain(`<iframe sandbox="" loading="lazy" title="other" src="${source}?framed`);
    expect(html).not.toContain("<script>alert");
  });

  it("are clouds of points as pictures, and links to what cannot be drawn", async () => {
    const cloud = (name: string) => ({
      _type: "object3D-file",
      path: `media/object3D/${name}`,
      caption: `the <${name}>`,
    });
    const scene = cloud("scene.pts.json");
    const run = await pages.run({ id: "clouds" }, {
      summary: {
        points: cloud("points.pts.json"),
        scene: { ...scene, caption: undefined },
        torn: cloud("torn.pts.json"),
        uneven: cloud("uneven.pts.json"),
        model: { ...cloud("model.glb"), caption: undefined },
      },
    });
    const row = [[0, 0, 0], [1, 0, 2], [0, 1, 1]];
    for (
      const [name, text] of Object.entries({
        "points.pts.json": JSON.stringify(row),
        "scene.pts.json": JSON.stringify({ type: "lidar/beta", points: row, boxes: [] }),
        "torn.pts.json": "[[0,0,",
        "uneven.pts.json": "[[0,0,0],[1,2]]",
        "model.glb": "glTF",
      })
    ) await pages.file(run, `media/object3D/${name}`, text);
    for (let again = 0; again < 2; again++) {
      const html = await show("/team/mnist/runs/clouds?part=media");
      const picture =
        /<img src="data:image\/png;base64,[A-Za-z0-9+/=]+" alt="([^"]*)" width="480"/g;
      expect(Array.from(html.matchAll(picture), ([, alt]) => alt)).toEqual([
        "the &lt;points.pts.json&gt;",
        "Points in three dimensions",
      ]);
      expect(html).toContain(">the &lt;torn.pts.json&gt;</a>");
      expect(html).toContain(">the &lt;uneven.pts.json&gt;</a>");
      expect(html).toMatch(/title="media\/object3D\/model.glb">Download<\/a>/);
    }
  });

  it("are those of an earlier step where the address asks for it", async () => {
    const image = (name: string) => ({ _type: "image-file", path: `media/images/${name}.png` });
    const run = await pages.run({ id: "steps" }, {
      summary: { seen: image("c"), late: image("late"), loss: 1 },
    });
    await pages.log(run, [
      { _step: 0, loss: 3, seen: image("a") },
      { _step: 200, loss: 2, seen: image("b") },
      { _step: 300, loss: 1, seen: image("c") },
      { _step: 310, late: image("late") },
    ]);
    for (const name of ["a", "b", "c", "late"]) {
      await pages.file(run, `media/images/${name}.png`, name);
    }
    const shown = async (step: string) => {
      const html = await show(`/team/mnist/runs/steps?chart=loss${step}`);
      const names = Array.from(html.matchAll(/alt="(\w+)\.png"/g), ([, name]) => name);
      const links = Array.from(
        html.matchAll(/rel="(prev|next)" aria-label="[^"]*step" href="([^"]*)"/g),
        ([, rel, href]) => `${rel} ${href!.replaceAll("&amp;", "&")}`,
      );
      return { names, links, slider: /<input type="range"[^>]*value="(\d+)"/.exec(html)?.[1] };
    };
    const at = (step: number) => `/team/mnist/runs/steps?chart=loss&step=${step}#media`;
    expect(await shown("")).toEqual({
      names: ["c", "late"],
      links: [`prev ${at(300)}`],
      slider: "310",
    });
    expect(await shown("&step=250")).toEqual({
      names: ["b"],
      links: [`prev ${at(0)}`, `next ${at(300)}`],
      slider: "200",
    });
    // The last step is what stays the last: it has no number in the address.
    expect((await shown("&step=300")).links[1]).toBe(
      "next /team/mnist/runs/steps?chart=loss#media",
    );
    expect((await shown("&step=-5")).names).toEqual(["a"]);
    expect((await shown("&step=nonsense")).names).toEqual(["c", "late"]);
    const html = await show("/team/mnist/runs/steps");
    expect(html).toContain(`min="0"\nmax="310" step="10"`);
  });

  it("are turns of a conversation in full lines", async () => {
    const run = await pages.run({ id: "chat" }, {
      summary: { chat: { _type: "table-file", path: "media/table/c.json", nrows: 1, ncols: 3 } },
    });
    const rows = [["user", "one\ntwo <b>", 7]];
    await pages.file(run, "media/table/c.json", tableFile(["role", "content", "tokens"], rows));
    const html = await show("/team/mnist/runs/chat");
    expect(html).toContain(
      `<b>user</b> <span class="soft">tokens 7</span><p>one\ntwo &lt;b&gt;</p>`,
    );
  });

  it("have numbers to the right in columns with gaps", async () => {
    const run = await pages.run({ id: "gaps" }, {
      summary: { t: { _type: "table-file", path: "media/table/g.json", nrows: 2, ncols: 2 } },
    });
    await pages.file(
      run,
      "media/table/g.json",
      tableFile(["n", "none"], [[1, null], [null, null]]),
    );
    const html = await show("/team/mnist/runs/gaps");
    expect(html).toContain(`<th scope="col" class="number">n</th><th scope="col">none</th>`);
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
    expect(await show("/team/mnist/runs/none")).toContain(`<a href="#media" hidden>`);
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

describe("the files of a run", () => {
  it("are its own at the top, also where there are very many media", async () => {
    const run = await pages.run({ id: "files" });
    for (let i = 0; i < 320; i++) await pages.file(run, `media/images/${i}.png`, "x");
    await pages.file(run, "output.log", "done");
    await pages.file(run, "wandb-metadata.json", "{}");
    const html = await show("/team/mnist/runs/files");
    const names = Array.from(html.matchAll(/<tr data-id="([^"]*)"/g), ([, name]) => name);
    expect(names.slice(0, 3)).toEqual([
      "output.log",
      "wandb-metadata.json",
      "media/images/0.png",
    ]);
    expect(html).toContain("322 files");
    expect(html).toContain("20 more are not shown.");
  });
});
