import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CELLAR_SCRIPT } from "./cellar_runs.ts";
import { checkBasic, checkConsole, checkMedia, checkOdd, checkResumed } from "./checks.ts";
import { type Interop, type PythonResult, type ScriptOutput, startInterop } from "./sdk.ts";
import { setUpWandb } from "./setup.ts";

let interop: Interop;
let online: PythonResult;
let ours: ScriptOutput;

beforeAll(async () => {
  await setUpWandb();
  interop = await startInterop();
  ours = await interop.cellar(CELLAR_SCRIPT);
  online = await interop.python("online.py");
}, 400_000);
afterAll(() => interop?.[Symbol.asyncDispose]());

const stored = (id: string) => interop.stored(id);
const rows = (id: string) => interop.rows(id);

describe.each([
  ["the wandb SDK", ""],
  ["Cellar's client", "cellar-"],
])("with %s", (_name, prefix) => {
  const run = (id: string) => ({ interop, id: prefix + id });
  beforeAll(() => expect(ours.code, ours.output).toBe(0));

  test("init(), log() and finish() leave every row, line and file on the server", async () => {
    await checkBasic(run("basic"));
  });

  test("log() of odd names, numbers and steps keeps each as it was", async () => {
    await checkOdd(run("odd"));
  });

  test("log() of media uploads the files that its rows name", async () => {
    await checkMedia(run("media"));
  });

  test("the console is kept as a terminal shows it, line by line", async () => {
    await checkConsole(run("console"));
  });

  test("init() with resume goes on with the rows, the config and the summary", async () => {
    await checkResumed(run("resumed"));
  });
});

describe("the wandb SDK", () => {
  test("Api().run() reads back what was logged", () => {
    expect(online.result.basic).toMatchObject({
      state: "finished",
      config: { lr: 0.1, net: { act: "relu", layers: [1, 2] }, added: true },
      tags: ["a", "b"],
      group: "g",
      job_type: "train",
      notes: "n1",
      name: "first",
      summary: { best: 0.99, acc: 0.99, epoch: 1 },
      loss: { min: 0.01, max: 1, last: 0.01 },
      last_step: 100,
      history: 101,
      row: { loss: 0.25, acc: 0.03, "val/x": 3, _step: 3 },
      sampled: 10,
      keys: { _step: 5, loss: 1 / 6, acc: 0.05 },
      x_axis: 100,
      nested: [{ _step: 100, "nested.a.b": 2 }],
      scan: [101, 101],
      scan_keys: 100,
      scan_none: 0,
      scan_range: [10, 11, 12],
      artifacts: 0,
      console: ["hello stdout", "hello stderr"],
      user: interop.user,
    });
    expect(online.result.basic.system).toBeGreaterThan(0);
    expect(online.result.basic.files).toEqual([
      "config.yaml",
      "output.log",
      "requirements.txt",
      "wandb-metadata.json",
      "wandb-summary.json",
    ]);
    expect(online.result.basic.program).toMatch(/online\.py$/);
    expect(online.result.output_log).toBe("hello stdout\nhello stderr\n");
  });

  test("log() of boxes, masks, audio, video, points, molecules and charts uploads their files", () => {
    const { media_rows: [row], media_config, media_files } = online.result;
    expect(row).toMatchObject({
      boxed: { _type: "image-file", boxes: { guess: {} }, masks: { guess: { _type: "mask" } } },
      audio: { _type: "audio-file" },
      video: { _type: "video-file" },
      points: { _type: "object3D-file" },
      molecule: { _type: "molecule-file" },
      line_table: { _type: "table-file" },
    });
    const paths = [
      row.boxed.path,
      row.boxed.boxes.guess.path,
      row.boxed.masks.guess.path,
      ...["audio", "video", "points", "molecule", "line_table"].map((key) => row[key].path),
    ];
    for (const path of paths) expect(media_files[path], path).toBeGreaterThan(0);
    expect(media_files[row.video.path]).toBe("bytes of clip.mp4".length);
    expect(media_config.visualize.line.panel_type).toBe("Vega2");
  });

  test("init() of a run that exists obeys resume", () => {
    const { result } = online;
    expect(result.must_missing).toContain("nothing");
    expect(result.never_existing).toContain("basic");
    expect(result.starting_step).toBe(10);
    expect(result.summary_on_resume).toBe(9);
    expect(result.resumed).toEqual([
      ...Array.from({ length: 10 }, (_, i) => [i, i, true]),
      ...Array.from({ length: 5 }, (_, i) => [10 + i, 100 + i, true]),
    ]);
    expect(result.resumed_config).toMatchObject({ old: 1, new: 2 });
    // An id that is used again without resuming appends; the steps begin anew.
    expect(result.reused.map(([, v]: number[]) => v).sort()).toEqual([1, 2, 3]);
    expect(result.rewound).toEqual([
      ...Array.from({ length: 5 }, (_, i) => [i, i, true]),
      ...Array.from({ length: 3 }, (_, i) => [5 + i, 100 + i, true]),
    ]);
  });

  test("Api().runs() filters, orders and pages", () => {
    const { lists, projects, sweeps, bad_filter } = online.result;
    const all = [
      "basic",
      "odd",
      "media",
      "media-all",
      "console",
      "resumed",
      "allowed",
      "reused",
      "rewound",
    ];
    const own = (ids: string[]) => ids.filter((id) => !id.startsWith("cellar-"));
    expect(own(lists.all)).toEqual(all);
    expect(own(lists.two_a_page)).toEqual(all);
    expect(lists.count).toBe(lists.all.length);
    expect(lists).toMatchObject({
      config: ["cellar-basic", "basic"],
      config_value: ["cellar-basic", "basic"],
      and: ["cellar-basic", "basic"],
      regex: ["cellar-odd", "odd"],
      tags: ["cellar-odd", "odd"],
    });
    expect(lists.not).toContain("odd");
    expect(own(lists.order)).toEqual(["rewound", "reused", "allowed"]);
    expect(projects).toContain("proj");
    expect(sweeps).toBe(0);
    expect(bad_filter).toContain('"$where" is not an operator');
    expect(online.result.no_run).toContain("Could not find run");
    expect(online.result.no_project).toContain("Could not find run");
  });

  test("Api() changes, uploads and deletes", () => {
    const { edited, uploaded, deleted_file, files_before, made, after_delete } = online.result;
    expect(edited).toEqual([1, 2, ["edited"], "edited name", "finished"]);
    expect(uploaded).toEqual([...files_before, "down/output.log"].sort());
    expect(deleted_file).toEqual(files_before);
    expect(made).toEqual(["running", 1]);
    expect(after_delete).toBe(0);
  });

  test("wandb sync brings an offline run, and again nothing", async () => {
    const { output: printed, code } = await interop.python("offline.py");
    expect(code, printed).toBe(0);
    expect(await interop.data.store.runs.find(interop.user, "proj", "offline")).toBeUndefined();
    const first = await interop.wandb(["sync", "--yes", "wandb"]);
    expect(first.code, first.output).toBe(0);
    const run = await stored("offline");
    expect(run).toMatchObject({ state: "finished", historyLines: 50 });
    expect(JSON.parse(run.summary)).toMatchObject({ best: 7, loss: 0.02 });
    expect((await rows("offline")).map(({ loss }) => loss)).toEqual(
      Array.from({ length: 50 }, (_, i) => 1 / (i + 1)),
    );
    expect((await interop.data.store.files.count(run.key)).files).toBeGreaterThan(3);
    const again = await interop.wandb(["sync", "--yes", "wandb"]);
    expect(again.code, again.output).toBe(0);
    expect(await stored("offline")).toEqual(run);
  });
});
