import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRun } from "../../../mod.ts";
import { replayRun } from "../../../src/cells/replay.ts";
import { KernelProcess } from "../../../src/notebook/kernel/kernel_process.ts";
import { RIG, setUp } from "../../jupyter/setup.ts";
import { readFileList } from "../../record/read_file_list.ts";
import { runDirectories } from "../../session/script.ts";
import { tempDir } from "../../temp.ts";

beforeAll(setUp, 300_000);
const parent = tempDir();
const kernels: KernelProcess[] = [];
afterAll(() => Promise.all(kernels.map((kernel) => kernel.kill())));

const IMPORT = `import * as cellar from ${JSON.stringify(`${RIG.root}/mod.ts`)};`;
const BEGIN = `${IMPORT}
const run = await cellar.init({ project: "cells" });`;

async function newKernel(env: Record<string, string> = {}) {
  const dir = Deno.makeTempDirSync({ dir: parent });
  const kernel = await KernelProcess.start({
    connectionFile: `${dir}/kernel-0f1e.json`,
    cwd: RIG.notebooks,
    env: { WANDB_DIR: dir, ...env },
  });
  kernels.push(kernel);
  const directory = () => runDirectories(dir)[0]!;
  const cells = () => [...openRun(directory()).cells];
  const lines = (name: string) =>
    Deno.readTextFileSync(`${directory()}/${name}`).trim().split("\n").map((line) =>
      JSON.parse(line)
    );
  return { kernel, dir, directory, cells, lines };
}

async function until(condition: () => boolean): Promise<void> {
  const holds = () => {
    try {
      return condition();
    } catch {
      return false;
    }
  };
  for (let i = 0; i < 400 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 25));
  expect(condition()).toBe(true);
}

/** Asks the reference implementation, and gives the executed cells' sources. */
async function validNotebook(path: string): Promise<string[]> {
  const code = `import json, sys, nbformat
notebook = nbformat.read(sys.argv[1], as_version=4)
nbformat.validate(notebook)
print(json.dumps([cell.source for cell in notebook.cells]))`;
  const { success, stdout, stderr } = await new Deno.Command(`${RIG.bin}/python`, {
    args: ["-W", "error", "-c", code, path],
  }).output();
  expect([success, new TextDecoder().decode(stderr)]).toEqual([true, ""]);
  return JSON.parse(new TextDecoder().decode(stdout));
}

describe("a run of a notebook", () => {
  test("keeps every cell that began, and a valid notebook of them, when the kernel is killed", async () => {
    const { kernel, directory, cells, lines } = await newKernel();
    // The background worker is there when the loop begins, as half a second after the import.
    await kernel.execute(`${BEGIN}\nawait new Promise((resolve) => setTimeout(resolve, 1_500));`);
    await kernel.execute(`console.log("a"); console.error("b"); 40 + 2`);
    void kernel.execute(`console.log("begun"); run.log({ a: 1 }); for (;;);`).catch(() => {});
    await until(() => cells().length === 3 && cells()[2]!.consoleLines > 0);
    await kernel.kill();
    expect(cells().map(({ execution, status }) => [execution, status])).toEqual([
      [1, "ok"],
      [2, "ok"],
      [3, "unfinished"],
    ]);
    const sources = await validNotebook(`${directory()}/files/code/_session_history.ipynb`);
    // The cell that never ended is in the record alone.
    expect(sources.slice(1, 2)).toEqual([`console.log("a"); console.error("b"); 40 + 2`]);
    expect(lines("console.jsonl").map(({ stream, text }) => [stream, text])).toEqual([
      ["stdout", "a"],
      ["stderr", "b"],
      ["stdout", "begun"],
    ]);
  });

  test("goes on recording when the background worker dies and is started again", async () => {
    const { kernel, cells, lines } = await newKernel();
    await kernel.execute(`import { Worker } from "node:worker_threads";
const workers: Worker[] = [];
const { unref } = Worker.prototype;
Worker.prototype.unref = function () { workers.push(this); return unref.call(this); };`);
    await kernel.execute(BEGIN);
    await until(() => cells().some(({ status }) => status === "ok"));
    await kernel.execute(
      `console.log("before"); await new Promise((resolve) => setTimeout(resolve, 700));
await workers[0].terminate(); await new Promise((resolve) => setTimeout(resolve, 2500)); console.log("after");`,
    );
    await kernel.execute(`run.log({ a: 1 });`);
    await until(() => cells().some(({ execution, status }) => execution === 4 && status === "ok"));
    expect(cells().map(({ execution, status, steps }) => [execution, status, steps?.rows ?? 0]))
      .toEqual([[1, "unknown", 0], [2, "ok", 0], [3, "ok", 0], [4, "ok", 1]]);
    expect(lines("cells.jsonl").filter(({ type }) => type === "kernel")).toHaveLength(1);
  });

  test("has its cells, and where it comes from, anew when its directory was removed", async () => {
    const { kernel, directory, cells, lines } = await newKernel();
    await kernel.execute(`const seed: number = 7;`);
    await kernel.execute(BEGIN);
    await kernel.execute(`run.log({ a: 1 }); console.log("lost");`);
    await until(() => cells().at(-1)?.status === "ok" && openRun(directory()).environment !== null);
    await kernel.execute(`Deno.removeSync(run.directory, { recursive: true });`);
    await until(() => openRun(directory()).environment !== null);
    await kernel.execute(`run.log({ a: 2 }); console.log("kept");`);
    await until(() => cells().at(-1)?.status === "ok" && cells().at(-1)?.execution === 5);
    expect(cells().map(({ execution, status, steps }) => [execution, status, steps?.rows ?? 0]))
      .toEqual([[1, "unknown", 0], [2, "ok", 0], [3, "ok", 0], [4, "ok", 0], [5, "ok", 1]]);
    expect(cells()[2]!.source).toBe(`run.log({ a: 1 }); console.log("lost");`);
    expect(lines("cells.jsonl").filter(({ type }) => type === "kernel" || type === "begin"))
      .toHaveLength(2);
    await until(() => lines("console.jsonl").some(({ text }) => text === "kept"));
    await kernel.execute(`await cellar.finish();`);
    await until(() => cells().at(-1)?.status === "ok" && cells().at(-1)?.execution === 6);
    const session = await validNotebook(`${directory()}/files/code/_session_history.ipynb`);
    expect(session.slice(2)).toEqual(cells().slice(2).map(({ source }) => source));
    expect([...readFileList(directory()).keys()]).toEqual(
      expect.arrayContaining(["code/_session_history.ipynb", "wandb-metadata.json"]),
    );
  });

  test("lists and completes the session's notebook and the notebook's own file at its end", async () => {
    const dir = Deno.makeTempDirSync({ dir: parent, prefix: "ünï code " });
    const path = `${dir}/my note..book.ipynb`;
    const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };
    Deno.writeTextFileSync(path, JSON.stringify(notebook));
    const { kernel, directory, cells } = await newKernel({ JPY_SESSION_NAME: path });
    await kernel.execute(BEGIN);
    await kernel.execute(`setTimeout(() => console.log("late"), 100); undefined`);
    await kernel.execute(`await new Promise((resolve) => setTimeout(resolve, 900));`);
    await kernel.execute(`await cellar.finish(); console.log("the last words");`);
    await until(() => cells().at(-1)?.status === "ok");
    await until(() => Deno.readTextFileSync(`${directory()}/cells.jsonl`).includes("last words"));
    const files = readFileList(directory());
    const notebooks = [...files.keys()].filter((path) => path.endsWith(".ipynb"));
    expect(notebooks.sort()).toEqual(["code/_session_history.ipynb", "code/my note..book.ipynb"]);
    const session = `${directory()}/files/code/_session_history.ipynb`;
    expect(await validNotebook(session)).toHaveLength(4);
    const { cells: kept } = JSON.parse(Deno.readTextFileSync(session));
    expect(kept.map((cell: { execution_count: number }) => cell.execution_count))
      .toEqual([1, 2, 3, 4]);
    // The kernel says that a timer's output is of the cell that runs, as it shows it there.
    expect(kept[1].outputs).toEqual([]);
    expect(kept[2].outputs).toMatchObject([{ name: "stdout", text: "late\n" }]);
    expect(kept[3].outputs).toMatchObject([{ name: "stdout", text: "the last words\n" }]);
    for (const { path, size } of files.values()) {
      expect(Deno.statSync(`${directory()}/files/${path}`).size).toBe(size);
    }
  });

  test("shows its cells as a table and one by one, with what they printed escaped", async () => {
    const { kernel, directory, cells } = await newKernel();
    await kernel.execute(BEGIN);
    await kernel.execute(`// <b>bold</b>
const html = "<script>alert(1)</script>"; console.log(html, "\\u001b[31mred\\u001b[0m");
for (let i = 0; i < 20; i++) run.log({ "loss<i>": 1 / (i + 1) });`);
    await kernel.execute(`throw new RangeError("<img src=x>");`);
    await kernel.execute(
      `const table = await run.cells.html(); const card = await run.cells.at(2).html();
await Deno.writeTextFile(${JSON.stringify(`${parent}/drawn.json`)}, JSON.stringify([table, card,
  JSON.stringify(run.cells), [...run.cells].length, run.cells.at(-1).summary.status]));`,
    );
    await until(() => cells().length === 4 && cells()[3]!.status === "ok");
    const [table, card, json, length, status] = JSON.parse(
      Deno.readTextFileSync(`${parent}/drawn.json`),
    );
    expect(length).toBeGreaterThanOrEqual(3);
    expect(["running", "error"]).toContain(status);
    expect(JSON.parse(json)[1].metrics[0]).toMatchObject({
      name: "loss<i>",
      points: 20,
      last: 0.05,
    });
    expect(table).toContain("loss&lt;i&gt;");
    expect(table).toContain("RangeError: &lt;img src=x&gt;");
    expect(card).toContain("&lt;script&gt;alert(1)&lt;/script&gt; red");
    expect(card).toMatch(/<span style="color:#8968d4">const<\/span>/);
    expect(card).toMatch(/<img alt="loss&lt;i&gt; over step, 20 points/);
    for (const html of [table, card]) expect(html).not.toMatch(/<(script|svg|style|b>|i>)/);
    const { cells: recorded } = openRun(directory());
    expect(await recorded.text()).toMatch(/\[2\] {2}ok +\S+( ms|s) +0–19 +const html/);
    expect(() => recorded.at(99).summary).toThrow("Cannot read cell 99: the record has 1 to 4");
  });

  test("is executed again by replayRun(), which says what is the same", async () => {
    const { kernel, directory, cells } = await newKernel();
    await kernel.execute(`const base: number = 2;`);
    await kernel.execute(`${IMPORT}
const run = await cellar.init({ project: "cells", id: "fixed", resume: "allow" });`);
    await kernel.execute(
      `for (let i = 0; i < 5; i++) run.log({ power: base ** i, noise: Math.random(), pid: Deno.pid });`,
    );
    await kernel.execute(`throw new Error("as before");`);
    await kernel.execute(`run.log({ power: -1 }); await cellar.finish();`);
    await until(() => cells().at(-1)?.status === "ok");
    await kernel.kill();
    const report = await replayRun(directory());
    expect(report.stopped).toBeNull();
    expect(report.cells.map(({ cell, status }) => [cell.execution, status])).toEqual([
      [1, "ok"],
      [2, "ok"],
      [3, "ok"],
      [4, "error"],
      [5, "ok"],
    ]);
    const [power, noise] = report.metrics;
    expect(power).toMatchObject({ name: "power", recorded: 6, replayed: 6, same: 6, first: null });
    expect(noise).toMatchObject({ name: "noise", recorded: 5, replayed: 5, same: 0 });
    expect(noise!.first?.step).toBe(0);
    // The record itself is untouched.
    expect(openRun(directory()).length).toBe(6);
    expect(report.directory).not.toBe(directory());
  });

  test("is found by the Jupyter Server that started its kernel", async () => {
    const dir = Deno.makeTempDirSync({ dir: parent });
    const path = `${dir}/sub/from the server.ipynb`;
    Deno.mkdirSync(`${dir}/sub`);
    Deno.writeTextFileSync(path, JSON.stringify({ cells: [] }));
    const asked: (string | null)[] = [];
    await using server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request) => {
        asked.push(request.headers.get("authorization"));
        return Response.json([
          { path: "other.ipynb", kernel: { id: "other" } },
          { path: "sub/from the server.ipynb", kernel: { id: "0f1e" } },
        ]);
      },
    );
    Deno.writeTextFileSync(
      `${dir}/jpserver-7.json`,
      JSON.stringify({
        url: `http://127.0.0.1:${server.addr.port}/base`,
        token: "secret",
        root_dir: dir,
      }),
    );
    Deno.writeTextFileSync(`${dir}/jpserver-8.json`, `{"url": "http://127.0.0.1:1/", "tok`);
    const { kernel, lines } = await newKernel({ JUPYTER_RUNTIME_DIR: dir, JPY_PARENT_PID: "7" });
    await kernel.execute(BEGIN);
    await until(() => lines("cells.jsonl").some(({ type }) => type === "notebook"));
    expect(lines("cells.jsonl").find(({ type }) => type === "notebook").path).toBe(path);
    expect(asked[0]).toBe("token secret");
    // The token is nowhere in the record.
    expect(JSON.stringify(lines("cells.jsonl"))).not.toContain("secret");
  });
});
