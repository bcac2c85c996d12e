import { describe, expect, test } from "vitest";
import { showHtml, showText } from "../../src/cli/show.ts";
import { Alerts } from "../../src/run/alert.ts";
import { record } from "../media/recording.ts";

describe("alert()", () => {
  test("is in the record, in words and on the page, escaped", async () => {
    const { run, directory } = record();
    run.alert({ title: "Loss is <b>NaN</b>", text: "at step 120\u001b[31m", level: "ERROR" });
    run.alert({ title: "Half way" });
    await run.finish();
    const alerts = Deno.readTextFileSync(`${directory}/run.jsonl`).split("\n")
      .filter((line) => line.includes('"alert"')).map((line) => JSON.parse(line));
    expect(alerts).toEqual([
      {
        type: "alert",
        title: "Loss is <b>NaN</b>",
        text: "at step 120\u001b[31m",
        level: "ERROR",
        wait: 60_000,
        time: expect.any(Number),
      },
      {
        type: "alert",
        title: "Half way",
        text: "",
        level: "INFO",
        wait: 60_000,
        time: expect.any(Number),
      },
    ]);
    const html = await showHtml(directory);
    expect(html).toContain("Loss is &lt;b&gt;NaN&lt;/b&gt;");
    expect(html.indexOf("Half way")).toBeLessThan(html.indexOf("Loss is"));
    const text = await showText(directory);
    expect(text).toContain("alert (ERROR): Loss is <b>NaN</b>: at step 120");
    expect(text).not.toContain("\u001b");
  });

  test("is not repeated within its wait, and is afterwards", () => {
    const alerts = new Alerts();
    const at = (seconds: number, title = "a", wait?: number) =>
      alerts.line({ title, ...(wait === undefined ? {} : { wait }) }, {
        now: seconds,
        monotonic: seconds * 1000,
      });
    expect(at(0)).not.toBeNull();
    expect(at(59)).toBeNull();
    expect(at(59, "b")).not.toBeNull();
    expect(at(60)).not.toBeNull();
    expect(at(61, "c", 0)).not.toBeNull();
    expect(at(61, "c", 0)).not.toBeNull();
  });

  test("takes nonsense without throwing", async () => {
    const { run, said } = record();
    run.alert({ title: 5 as never, text: { a: 1 } as never, level: "LOUD" as never, wait: NaN });
    await run.finish();
    run.alert({ title: "late" });
    expect(said).toEqual([expect.stringContaining("has finished")]);
  });
});
