import { describe, expect, test } from "vitest";
import { Html, init, plot, type Run } from "../../mod.ts";
import { showHtml } from "../../src/cli/show.ts";
import { join } from "../../src/record/layout.ts";
import { draw } from "../../src/view/draw.ts";
import { Follower } from "../../src/view/follower.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();

function begin(): Promise<Run> {
  return init({ project: "charts", dir, settings: { quiet: true } });
}

async function panelOf(directory: string): Promise<string> {
  const follower = new Follower(directory);
  try {
    return (await draw(follower, { kind: "panel" })).html;
  } finally {
    follower.close();
  }
}

describe("a logged chart", () => {
  test("log() records a table and a definition, and no value of its own", async () => {
    const run = await begin();
    run.log({ loss: 1, "eval/roc": plot.rocCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]) });
    await run.finish();
    const lines = Deno.readTextFileSync(`${run.directory}/run.jsonl`).trim().split("\n")
      .map((line) => JSON.parse(line));
    const defined = lines.filter(({ type }) => type === "visualize");
    expect(defined.map(({ key }) => key)).toEqual(["eval/roc"]);
    expect(defined[0].config.panel_config.panelDefId).toBe("wandb/area-under-curve/v0");
    const history = Deno.readTextFileSync(`${run.directory}/history.jsonl`).trim().split("\n")
      .map((line) => JSON.parse(line));
    const table = history.findLast((row) => row["eval/roc_table"])["eval/roc_table"];
    expect(table).toMatchObject({ _type: "table-file", ncols: 3, nrows: 5 });
    expect(history.some((row) => "eval/roc" in row)).toBe(false);
    const file = Deno.readTextFileSync(join(run.directory!, "files", table.path));
    expect(JSON.parse(file)).toEqual({
      columns: ["class", "fpr", "tpr"],
      data: [["1", 0, 0], ["1", 0, 0.5], ["1", 0.5, 0.5], ["1", 0.5, 1], ["1", 1, 1]],
    });
  });

  test("log() of a chart again defines it once, and the panel shows the last one", async () => {
    const run = await begin();
    for (const value of [1, 2]) {
      run.log({ bars: plot.bar([{ name: "a", value }], { label: "name", value: "value" }) });
    }
    run.log({ map: plot.heatmap([[1, NaN], [-Infinity, 2]], { showText: true }) });
    await run.finish();
    const lines = Deno.readTextFileSync(`${run.directory}/run.jsonl`).trim().split("\n");
    expect(lines.filter((line) => line.includes('"visualize"')).length).toBe(2);
    for (const html of [await panelOf(run.directory!), await showHtml(run.directory!)]) {
      expect(html).toContain(`alt="value by 1 labels: a 2."`);
      expect(html).toContain(`alt="Heat map of 2 by 2 values from 1 to 2. 2 are not finite."`);
      expect(html.replace(/<style>[^]*<\/style>/, "")).not.toMatch(/<(script|svg|style)/);
    }
  });

  test("a panel leaves out charts that it cannot draw, and reads no file outside of the run", async () => {
    const run = await begin();
    run.log({ fine: plot.histogram([1, 2, 3]) });
    await run.finish();
    const secret = join(dir, "secret.json");
    Deno.writeTextFileSync(secret, `{"columns":["value"],"data":[[4711]]}`);
    const config = (panelDefId: string) => ({
      panel_config: { panelDefId, fieldSettings: { value: "value", label: "none" } },
    });
    const lines = [
      { key: "outside", config: config("wandb/histogram/v0") },
      { key: "unknown", config: config("somebody/else/v0") },
      { key: "wrong", config: config("wandb/bar/v0") },
      { key: "nothing", config: null },
    ];
    const append = { append: true };
    for (const line of lines) {
      const text = JSON.stringify({ type: "visualize", ...line });
      Deno.writeTextFileSync(`${run.directory}/run.jsonl`, `${text}\n`, append);
    }
    const path = Array.from(Deno.readDirSync(join(run.directory!, "files/media/table")))[0]!.name;
    const table = (path: string) => ({ _type: "table-file", path });
    const row = {
      _step: 9,
      _timestamp: 1,
      _runtime: 1,
      outside_table: table("../../secret.json"),
      unknown_table: table(`media/table/${path}`),
      wrong_table: table(`media/table/${path}`),
      nothing_table: table("media/table/none.json"),
    };
    Deno.writeTextFileSync(`${run.directory}/history.jsonl`, `${JSON.stringify(row)}\n`, append);
    const html = await panelOf(run.directory!);
    expect(html).toContain("A histogram of 3 values");
    // The tables of those that cannot be drawn are shown as tables.
    expect(html).not.toMatch(/<span>(outside|unknown|wrong|nothing)<\/span>/);
    expect(html).not.toContain("4711");
  });

  test("a panel shows charts of Plot, and takes no other HTML apart", async () => {
    const run = await begin();
    const rows = [{ a: 1, b: 2 }, { a: 2, b: 3 }];
    run.log({
      dots: plot.observable({
        title: `"Dots" & <more>`,
        width: 760,
        height: 300,
        marks: [{ mark: "dot", data: rows, x: "a", y: "b" }],
      }),
      page: new Html(`<script>alert(1)</script><img alt="x" width="1" height="1" src="a.png">`),
    });
    await run.finish();
    const html = await panelOf(run.directory!);
    expect(html).toContain(
      `<img alt="&quot;Dots&quot; &amp; &lt;more&gt;." width="560" height="221"`,
    );
    expect(html).not.toMatch(/<script|a\.png|dots_table/);
  });

  test("log() warns of a chart that cannot be, and keeps the rest of the row", async () => {
    const run = await begin();
    run.log({ loss: 1, roc: plot.rocCurve([0, 1], [0.5]) });
    const { rejected } = await run.finish();
    expect(rejected.values).toBe(1);
    expect(Deno.readTextFileSync(`${run.directory}/run.jsonl`)).toContain(
      'Cannot record \\"roc\\": Cannot draw a curve of 2 labels and 1 scores',
    );
  });
});
