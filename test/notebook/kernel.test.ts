import { beforeAll, describe, expect, test } from "vitest";
import { openRun } from "../../mod.ts";
import { executeNotebook, type Execution, type Message } from "../jupyter/notebook.ts";
import { RIG, setUp } from "../jupyter/setup.ts";
import { runDirectories } from "../session/script.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();
const IMPORT = `import * as cellar from ${JSON.stringify(`${RIG.root}/mod.ts`)};`;

function init(dir: string, more = ""): string {
  return `${IMPORT}
const run = await cellar.init({ project: "kernel", dir: ${JSON.stringify(dir)}${more} });`;
}

function newDir(): string {
  return Deno.makeTempDirSync({ dir: parent });
}

function html(execution: Execution, cell: number): string {
  const output = execution.outputs[cell]?.find((output) => output.data?.["text/html"]);
  return output?.data?.["text/html"] ?? "";
}

function updates(messages: readonly Message[]): Message[] {
  return messages.filter((message) => message.type === "update_display_data");
}

function errors(execution: Execution): string[] {
  return execution.outputs.flat().filter((output) => output.output_type === "error").map(
    (output) => `${output.ename}: ${output.evalue}`,
  );
}

beforeAll(setUp, 300_000);

describe("in a real kernel", () => {
  test.each(["quickstart", "mnist", "cells"])(
    "the notebook %s runs, and keeps its charts",
    async (name) => {
      const execution = await executeNotebook(`${RIG.notebooks}/${name}.ipynb`);
      expect(errors(execution)).toEqual([]);
      const panels = execution.outputs.flat().filter((output) =>
        output.output_type === "display_data"
      );
      expect(panels).toHaveLength(1);
      const panel = panels[0]?.data?.["text/html"] ?? "";
      expect(panel).toContain("finished");
      expect(panel).not.toContain("not on the record");
      expect(panel.match(/<img alt="[^"]+ over [^"]+"/g)?.length).toBeGreaterThanOrEqual(4);
      // What notebooks that are not trusted would remove.
      expect(panel).not.toMatch(/<(script|svg|style)/);
    },
    // One of them trains for real.
    120_000,
  );

  test("the panel grows during one blocking loop, one to four times a second", async () => {
    const execution = await executeNotebook([
      init(newDir()),
      `const end = performance.now() + 4000;
for (let i = 0; performance.now() < end; i++) {
  run.log({ loss: 1 / (i + 1) });
  const next = performance.now() + 5;
  while (performance.now() < next);
}`,
      `await run.finish()`,
    ]);
    expect(errors(execution)).toEqual([]);
    const during = updates(execution.messages).filter((message) => message.cell === 1);
    expect(during.length).toBeGreaterThanOrEqual(3);
    expect(during.length).toBeLessThanOrEqual(17);
    const times = during.map((message) => message.time);
    // The first one waits for the chart library to load.
    for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeLessThan(1.5);
    expect(html(execution, 0)).toContain("finished");
  });

  test("a run, its summary, charts and tables draw themselves at the end of a cell", async () => {
    const execution = await executeNotebook([
      init(newDir()),
      `for (let i = 0; i < 50; i++) cellar.log({ "<b>bold</b>": i, loss: 1 / (i + 1) });`,
      `run`,
      `cellar.summary`,
      `run.chart("loss", { scale: "log" })`,
      `run.table([{ a: 1, b: "<script>alert(1)</script>" }])`,
      `await cellar.finish()`,
      `run`,
    ]);
    expect(errors(execution)).toEqual([]);
    expect(html(execution, 2)).toContain("running");
    expect(html(execution, 3)).toMatch(/<table[\s\S]*loss[\s\S]*<img/);
    expect(html(execution, 4)).toMatch(/^<img alt="loss over step, 50 points/);
    expect(html(execution, 5)).toContain("&lt;script&gt;");
    expect(html(execution, 7)).toContain("finished");
    for (const cell of [2, 3, 5, 7]) expect(html(execution, cell)).not.toContain("<b>bold");
  });

  test("a second init() finishes the run before it", async () => {
    const dir = newDir();
    const execution = await executeNotebook([
      `${init(dir)}\nrun.log({ a: 1 });`,
      `const second = await cellar.init({ dir: ${JSON.stringify(dir)} });`,
      `[run.ended, second.ended, cellar.currentRun() === second]`,
    ]);
    expect(errors(execution)).toEqual([]);
    expect(JSON.stringify(execution.outputs[2])).toMatch(/true.*false.*true/);
    expect(openRun(runDirectories(dir)[0]!).state).toBe("finished");
  });

  test("the stop button fires run.signal, and the kernel and the run live on", async () => {
    const dir = newDir();
    const execution = await executeNotebook([
      init(dir),
      `let steps = 0;
while (!run.signal.aborted) {
  run.log({ step: steps++ });
  await new Promise((resolve) => setTimeout(resolve, 10));
}
"stopped"`,
      `run.log({ step: -1 }); steps`,
    ], { actions: [{ cell: 1, seconds: 1.5, signal: "SIGINT" }], timeout: 20 });
    expect(execution.dead).toBe(false);
    expect(errors(execution)).toEqual([]);
    expect(JSON.stringify(execution.outputs[1])).toContain("stopped");
    expect(openRun(runDirectories(dir)[0]!).summary.step).toBe(-1);
  });

  test("the stop button is seen by a blocking loop that logs", async () => {
    const execution = await executeNotebook([
      init(newDir()),
      `for (let i = 0; !run.signal.aborted; i++) run.log({ i }); "stopped"`,
    ], { actions: [{ cell: 1, seconds: 1.5, signal: "SIGINT" }], timeout: 20 });
    expect(execution.dead).toBe(false);
    expect(JSON.stringify(execution.outputs[1])).toContain("stopped");
  });

  test("a second interrupt within three seconds ends a blocking loop with the kernel", async () => {
    const dir = newDir();
    const execution = await executeNotebook([init(dir), `run.log({ a: 1 }); while (true);`], {
      actions: [
        { cell: 1, seconds: 1.5, signal: "SIGINT" },
        { cell: 1, seconds: 2.5, signal: "SIGINT" },
      ],
      timeout: 30,
    });
    expect(execution.dead).toBe(true);
    expect(openRun(runDirectories(dir)[0]!)).toMatchObject({ state: "crashed", length: 1 });
  });

  test("with interrupt: false the stop button has its default effect", async () => {
    const execution = await executeNotebook([
      init(newDir(), ", settings: { interrupt: false }"),
      `await new Promise((resolve) => setTimeout(resolve, 10_000));`,
    ], { actions: [{ cell: 1, seconds: 1.5, signal: "SIGINT" }], timeout: 30 });
    expect(execution.dead).toBe(true);
  });

  test("a killed kernel loses no row, and the next one reads and resumes the run", async () => {
    const dir = newDir();
    const first = await executeNotebook([
      init(dir, `, id: "victim"`),
      `for (let i = 0; ; i++) {
  run.log({ i });
  await new Promise((resolve) => setTimeout(resolve, 10));
}`,
    ], { actions: [{ cell: 1, seconds: 1.5, signal: "SIGKILL" }], timeout: 30 });
    expect(first.dead).toBe(true);
    const crashed = openRun(runDirectories(dir)[0]!);
    expect(crashed.state).toBe("crashed");
    expect(crashed.length).toBeGreaterThan(20);
    const second = await executeNotebook([
      init(dir, `, id: "victim", resume: "must"`),
      `run.log({ i: -1 }); await run.finish();`,
    ]);
    expect(errors(second)).toEqual([]);
    expect(openRun(crashed.directory)).toMatchObject({
      state: "finished",
      length: crashed.length + 1,
    });
  });
});
