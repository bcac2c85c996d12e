import { expect, test } from "vitest";
import { Histogram, Image, init, plot } from "../../mod.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();

test("run.chart() of what holds no numbers says what it holds", async () => {
  const run = await init({ project: "charts", dir, settings: { quiet: true } });
  run.log({
    "gradients/w": new Histogram([1, 2, 3]),
    sample: new Image(new Uint8Array(16), { shape: [4, 4] }),
    note: "a text",
    bars: plot.bar([{ name: "a", value: 1 }], { label: "name", value: "value" }),
    nan: NaN,
  });
  await run.finish();
  const alt = async (name: string) => (await run.chart(name).html()).match(/alt="([^"]*)"/)?.[1];
  expect(await alt("gradients/w")).toBe(
    "gradients/w over step: no numbers, but histogram of 3; run.watching draws it.",
  );
  expect(await alt("sample")).toBe("sample over step: no numbers, but image of 4 × 4.");
  expect(await alt("note")).toBe("note over step: texts only.");
  expect(await alt("bars")).toBe("bars over step: a chart of its own, which the panel shows.");
  expect(await alt("nan")).toBe("nan over step, 1 point, none of them finite.");
  expect(await alt("unheard")).toBe("unheard over step: no points yet.");
});

test("run.chart() of one metric names it", async () => {
  const run = await init({ project: "charts", dir, settings: { quiet: true } });
  run.log({ loss: 1, "a <b>": 2 });
  for (const name of ["loss", "a <b>", "mistyped"]) {
    const shown = name.replace("<", "&lt;").replace(">", "&gt;");
    expect((await run.chart(name).svg()).replaceAll("&#x3C;", "&lt;")).toContain(
      `>${shown}</text>`,
    );
  }
  await run.finish();
});
