/**
 * What a server must hold of a run, whichever client has logged it.
 *
 * @module
 */

import { expect } from "vitest";
import type { Interop } from "./sdk.ts";

/** A run to look at. */
export interface CheckedRun {
  readonly interop: Interop;
  readonly id: string;
}

/** A plain run: rows, metric definitions, console, summary, config, files. */
export async function checkBasic({ interop, id }: CheckedRun): Promise<void> {
  const run = await interop.stored(id);
  expect(run).toMatchObject({
    exitCode: 0,
    state: "finished",
    displayName: "first",
    notes: "n1",
    group: "g",
    jobType: "train",
    tags: ["a", "b"],
    historyLines: 101,
    lastStep: 100,
  });
  expect(run.eventLines).toBeGreaterThan(0);
  const rows = await interop.rows(id);
  expect(rows.map(({ _step }) => _step)).toEqual(Array.from({ length: 101 }, (_, i) => i));
  expect(rows.slice(0, 100)).toMatchObject(
    Array.from({ length: 100 }, (_, i) => ({ loss: 1 / (i + 1), acc: i / 100, "val/x": i })),
  );
  expect(rows[100]).toMatchObject({ epoch: 1, "val/acc": 0.5, nested: { a: { b: 2 } } });
  for (const { _timestamp, _runtime } of rows) {
    expect(_timestamp).toBeGreaterThan(1.7e9);
    expect(_runtime).toBeLessThan(600);
  }
  const config = JSON.parse(run.config);
  expect(config).toMatchObject({
    lr: { value: 0.1 },
    net: { value: { act: "relu", layers: [1, 2] } },
    added: { value: true },
  });
  const { m, t, cli_version } = config._wandb.value;
  // Definitions by a glob are expanded for servers that do not say that they do it.
  expect(m.map((entry: Record<string, string>) => entry[1])).toEqual(
    expect.arrayContaining(["epoch", "loss", "val/acc", "val/x"]),
  );
  expect(t).toBeDefined();
  expect(cli_version).toBeDefined();
  expect(JSON.parse(run.summary)).toMatchObject({
    best: 0.99,
    acc: 0.99,
    epoch: 1,
    loss: { min: 0.01, max: 1, last: 0.01 },
    _step: 100,
  });
  // The feature for structured lines is on.
  const console = await interop.data.store.lines.read(run.key, "console");
  expect(console.map(({ text }) => JSON.parse(text))).toMatchObject([
    { content: "hello stdout" },
    { content: "hello stderr", level: "error" },
  ]);
  const files = ["config.yaml", "output.log", "wandb-metadata.json", "wandb-summary.json"];
  expect(await fileNames({ interop, id })).toEqual(expect.arrayContaining(files));
  expect(await readFile({ interop, id }, "output.log")).toBe("hello stdout\nhello stderr\n");
}

/** What is unusual: numbers, names, steps, files, an alert, changes while it runs, an exit code. */
export async function checkOdd({ interop, id }: CheckedRun): Promise<void> {
  const run = await interop.stored(id);
  expect(run).toMatchObject({
    displayName: "renamed",
    tags: ["late-tag"],
    notes: "changed notes",
    state: "failed",
    exitCode: 3,
  });
  const rows = await interop.rows(id);
  expect(rows.map(({ _step }) => _step)).toEqual([0, 5, 7]);
  expect(rows[0]).toMatchObject({
    nan: "NaN",
    inf: "Infinity",
    neg: "-Infinity",
    text: "x",
    none: null,
    true: true,
    list: [1, 2],
    "a.b": 1,
    "c/d": 2,
    "ü 🎉": 3,
  });
  const [line] = await interop.data.store.lines.read(run.key, "history");
  expect(line!.text).toContain(`${2n ** 60n}`);
  // A row stays open until it is committed; what comes for an earlier step is dropped.
  expect(rows[2]).toMatchObject({ part: 1, part2: 2, array: { _type: "histogram" } });
  expect(rows[2]!.late).toBeUndefined();
  expect(await interop.data.store.runs.alerts(run.key, 10)).toMatchObject([
    { title: "Title", text: "text body", level: "WARN" },
  ]);
  expect(await readFile({ interop, id }, "kept.txt")).toBe("kept bytes");
  expect(await readFile({ interop, id }, "sub dir/ü file.txt")).toBe("unicode");
}

/** Values that have files. */
export async function checkMedia({ interop, id }: CheckedRun): Promise<void> {
  const [row] = await interop.rows(id);
  expect(row).toMatchObject({
    img: { _type: "image-file", caption: "black", width: 8, height: 8, format: "png" },
    imgs: { _type: "images/separated", count: 2 },
    hist: { _type: "histogram" },
    html: { _type: "html-file" },
    tab: { _type: "table-file", ncols: 2, nrows: 2 },
  });
  const { img, imgs, html, tab } = row as Record<string, { path: string; filenames: string[] }>;
  const names = await fileNames({ interop, id });
  for (const path of [img!.path, html!.path, tab!.path, ...imgs!.filenames]) {
    expect(names).toContain(path);
  }
  expect(await readFile({ interop, id }, img!.path)).toContain("PNG");
  expect(await readFile({ interop, id }, html!.path)).toContain("<b>hi</b>");
  expect(JSON.parse(await readFile({ interop, id }, tab!.path))).toMatchObject({
    columns: ["x", "y"],
    data: [[1, "a"], [2, "b"]],
  });
}

/** A coloured line, a progress bar and a line that is too long. */
export async function checkConsole({ interop, id }: CheckedRun): Promise<void> {
  const { key } = await interop.stored(id);
  const lines = await interop.data.store.lines.read(key, "console");
  const texts = lines.map(({ text }) => JSON.parse(text).content);
  expect(texts.slice(0, 2)).toEqual(["\x1b[31mred\x1b[0m", "100 %"]);
  // The SDK cuts at 4,096 characters; Cellar says within them how many more there were.
  expect(texts).toHaveLength(3);
  expect(texts[2]).toMatch(/^x{4000}/);
  expect(texts[2].length).toBeLessThanOrEqual(4096);
  expect((await readFile({ interop, id }, "output.log")).split("\n").slice(1, 2)).toEqual([
    "100 %",
  ]);
}

/** A run of ten rows that another process, or another session, goes on with. */
export async function checkResumed({ interop, id }: CheckedRun): Promise<void> {
  const run = await interop.stored(id);
  const rows = await interop.rows(id);
  expect(rows.map(({ _step, loss }) => [_step, loss])).toEqual([
    ...Array.from({ length: 10 }, (_, i) => [i, i]),
    ...Array.from({ length: 5 }, (_, i) => [10 + i, 100 + i]),
  ]);
  expect(JSON.parse(run.config)).toMatchObject({ old: { value: 1 }, new: { value: 2 } });
  expect(JSON.parse(run.summary)).toMatchObject({ loss: 104, _step: 14 });
  expect(run).toMatchObject({ state: "finished", exitCode: 0 });
}

/** A run of a script in a git repository that has changes, with code saving. */
export async function checkCode(
  { interop, id }: CheckedRun,
  { program, commit }: { readonly program: string; readonly commit: string },
): Promise<void> {
  const run = await interop.stored(id);
  expect(run).toMatchObject({ state: "finished", commit, historyLines: 1 });
  expect(run.repo).toContain("example.org/team/repo.git");
  expect(run.program).toContain(program);
  const metadata = JSON.parse(await readFile({ interop, id }, "wandb-metadata.json"));
  expect(metadata).toMatchObject({ codePath: program, git: { commit } });
  expect(metadata.git.remote).toContain("example.org/team/repo.git");
  expect(JSON.stringify(metadata)).not.toContain("secret");
  expect(await readFile({ interop, id }, `code/${program}`)).toContain("changed after the commit");
  expect(await readFile({ interop, id }, "diff.patch")).toMatch(/^\+.*changed after the commit/m);
  const { store } = interop.data;
  expect(await store.runs.alerts(run.key, 10)).toMatchObject([{ title: "From code" }]);
}

/** The rows of a run that logged `v` from 0 on, and how it ended. */
export async function checkRows(
  { interop, id }: CheckedRun,
  count: number,
  end: { readonly state: string; readonly exitCode: number | null },
): Promise<void> {
  const rows = await interop.rows(id);
  expect(rows.map(({ _step, v }) => [_step, v])).toEqual(
    Array.from({ length: count }, (_, i) => [i, i]),
  );
  expect(await interop.stored(id)).toMatchObject(end);
}

/** The text of a file of a run. */
export async function readFile({ interop, id }: CheckedRun, path: string): Promise<string> {
  const { store, files } = interop.data;
  const file = await store.files.find((await interop.stored(id)).key, path);
  if (file === undefined) throw new Error(`The run ${id} has no file ${path}`);
  return new TextDecoder().decode((await files.readStart(file, 1_000_000))!);
}

async function fileNames({ interop, id }: CheckedRun): Promise<string[]> {
  const { key } = await interop.stored(id);
  return (await interop.data.store.files.list(key, { first: 1_000 })).files.map(({ path }) => path);
}
