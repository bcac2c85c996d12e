import { beforeAll, describe, expect, test } from "vitest";
import { executeNotebook, type Execution } from "../jupyter/notebook.ts";
import { RIG, setUp } from "../jupyter/setup.ts";

beforeAll(setUp, 300_000);

/** The HTML that the cell with a text in its source shows. */
function shownBy({ notebook, outputs }: Execution, text: string): string {
  const { cells } = notebook as { cells: { source: string | string[] }[] };
  const cell = cells.findIndex(({ source }) => [source].flat().join("").includes(text));
  return outputs[cell]?.findLast((output) => output.data?.["text/html"])?.data?.["text/html"] ?? "";
}

describe("in a real kernel", () => {
  test("the notebook watch trains, watches and draws", async () => {
    const execution = await executeNotebook(`${RIG.notebooks}/watch.ipynb`, { allowErrors: false });
    const panel = shownBy(execution, "cellar.init");
    expect(panel).toContain("finished");
    const watching = shownBy(execution, "run.watching");
    for (const name of ["hidden/kernel", "hidden/bias", "digits/kernel", "digits/bias"]) {
      expect(watching.match(new RegExp(`How ${name} is spread at 32 steps`, "g"))?.length).toBe(2);
    }
    expect(watching).toContain("25,120");
    const confusion = /alt="(Confusion matrix of 10 classes and 1,000 predictions[^"]*)"/;
    expect(shownBy(execution, "plot.confusionMatrix")).toMatch(confusion);
    expect(panel).toMatch(confusion);
    const right = Number(/predictions, ([\d.]+) % of them right/.exec(panel)?.[1]);
    expect(right).toBeGreaterThan(75);
    expect(shownBy(execution, "plot.rocCurve")).toContain("AUC 0.9");
    expect(shownBy(execution, "plot.prCurve")).toContain("Precision against Recall for 3, 5, 8");
    expect(shownBy(execution, "plot.heatmap")).toContain("Heat map of 28 by 28 values");
    expect(shownBy(execution, "plot.observable")).toContain(
      "How sure the network is of each digit.",
    );
    expect(shownBy(execution, "plot.bar")).toContain("accuracy by 10 labels: 0 ");
    // What notebooks that are not trusted would remove.
    const all = execution.outputs.flat().map((output) => output.data?.["text/html"] ?? "").join("");
    expect(all).not.toMatch(/<(script|svg|style)/);
  });
});
