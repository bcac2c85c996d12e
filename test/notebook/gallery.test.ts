import { beforeAll, describe, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { executeNotebook, type Execution, type Output } from "../jupyter/notebook.ts";
import { RIG, setUp } from "../jupyter/setup.ts";
import { readFileList } from "../record/read_file_list.ts";
import { runDirectories } from "../session/script.ts";

let execution: Execution;

beforeAll(async () => {
  await setUp();
  execution = await executeNotebook(`${RIG.notebooks}/gallery.ipynb`);
}, 400_000);

/** The results of cells, by what they show. */
function results(): string[] {
  return execution.outputs.flat()
    .filter((output: Output) => output.output_type === "execute_result")
    .map((output: Output) => output.data?.["text/html"] ?? "");
}

describe("the notebook gallery, on a real kernel", () => {
  test("runs without an error, and shows each kind in its cell", () => {
    const errors = execution.outputs.flat().filter((output) => output.output_type === "error");
    expect(errors).toEqual([]);
    const shown = results().join("\n");
    for (
      const kind of [
        /alt="An image of 28 by 28 pixels: a \d"/,
        /alt="An image of 28 by 28 pixels with 1 box/,
        /src="data:image\/png;base64/,
        /alt="A histogram of 342 values in 30 bins/,
        /Adelie/,
        /<audio controls/,
        /<iframe sandbox=""/,
        /alt="A video \(gif\)" [^>]*src="data:image\/gif;base64/,
        /alt="An image of 1024 by 819 pixels with \d boxes: boats in Nagasaki, about 1870"/,
        /alt="An image of 160 by 110 pixels with 1 box" width="64"/,
        /alt="Points in three dimensions: 5,307" width="480"/,
        /<strong>assistant<\/strong>/,
        /alt="Beak Depth \(mm\) against Beak Length \(mm\), 342 points/,
        /alt="Confusion matrix of 10 classes and 200 predictions/,
        /alt="Heat map of 61 by 87 values/,
        /alt="Daily maxima in Seattle\."/,
      ]
    ) {
      expect(shown).toMatch(kind);
    }
    expect(shown).not.toMatch(/<script/);
  });

  test("keeps its media, texts and alerts in the panel", () => {
    const [panel = ""] = execution.outputs.flat()
      .filter((output) => output.output_type === "display_data")
      .map((output) => output.data?.["text/html"] ?? "");
    expect(panel).toContain("finished");
    expect(panel).toContain("alert: warning");
    expect(panel).toContain(`alt="Confusion matrix of 10 classes and 200 predictions`);
    expect(panel).toContain(`alt="Daily maxima in Seattle."`);
    expect(panel).toMatch(/alt="An image of 1024 by 819 pixels with \d boxes: boats in Nagasaki/);
    expect(panel.match(/alt="An image of 28 by 28 pixels: a \d"/g)?.length).toBeGreaterThan(7);
    expect(panel).not.toMatch(/<(script|svg|style|iframe)/);
    // Images and charts have a budget of 120,000 characters each; curves and tables come to it.
    expect(panel.length).toBeLessThan(350_000);
  });

  test("shows what a network sees in real photographs", () => {
    const seen = results().find((html) => html.includes(">seen as<")) ?? "";
    expect(seen.match(/alt="An image of 160 by 110 pixels/g)).toHaveLength(12);
    expect(seen.match(/>cat</g)?.length).toBeGreaterThan(2);
    const harbour = results().find((html) => html.includes("boats in Nagasaki")) ?? "";
    const [, base64 = ""] = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(harbour)!;
    const svg = new TextDecoder().decode(Uint8Array.fromBase64(base64));
    expect(svg).toContain("data:image/jpeg;base64,");
    expect(svg).toMatch(/>person 0\.\d\d</);
    expect(svg).toMatch(/>boat 0\.\d\d</);
  });

  test("records all of it, with its files", () => {
    const directory = runDirectories(RIG.notebooks).findLast((path) =>
      openRun(path).project === "gallery"
    )!;
    const run = openRun(directory);
    expect(run.warnings).toEqual([]);
    const kinds = Object.fromEntries(
      Object.entries(run.summary).map(([key, value]) => [
        key,
        (value as { _type?: string })?._type ?? typeof value,
      ]),
    );
    expect(kinds).toMatchObject({
      digits: "images/separated",
      annotated: "image-file",
      logo: "image-file",
      mass: "histogram",
      penguins: "table-file",
      mistakes: "table-file",
      accuracy: "number",
      cat: "video-file",
      harbour: "image-file",
      seen: "table-file",
      sound: "audio-file",
      page: "html-file",
      cloud: "object3D-file",
      surface: "plotly-file",
      chat: "table-file",
      note: "string",
    });
    const files = readFileList(directory);
    for (const { path, size } of files.values()) {
      expect(Deno.statSync(`${directory}/files/${path}`).size).toBe(size);
    }
    expect([...files.keys()].some((path) => path.endsWith("penguins.json"))).toBe(true);
  });
});
