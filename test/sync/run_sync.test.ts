import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RUN_FILES } from "../../src/record/layout.ts";
import { tempDir } from "../temp.ts";
import { deliver, Recording, syncing, until } from "./recording.ts";
import { TestServer } from "./test_server.ts";

const parent = tempDir();
const newDir = () => Deno.makeTempDirSync({ dir: parent });
let server: TestServer;
beforeEach(() => server = TestServer.start());
afterEach(() => server.close());

describe("RunSync of a run that goes on", () => {
  test("delivers rows within a second of their being logged, to a server that wants them live", async () => {
    const recording = new Recording(newDir());
    const { sync } = syncing(recording, server.baseUrl);
    recording.log(3);
    await until(() => server.runs.size > 0 && server.run(recording.id).rows().length === 3);
    recording.log(1);
    const began = performance.now();
    await until(() => server.run(recording.id).rows().length === 4);
    // The bound of one second is the bench's; here a loaded machine has some more.
    expect(performance.now() - began).toBeLessThan(5_000);
    recording.log(2).finish(3);
    const delivery = await sync.finish(10_000);
    expect(delivery).toMatchObject({ complete: true, delivered: 6, left: 0, phase: "synced" });
    const run = server.run(recording.id);
    expect(run.rows()).toEqual(recording.read());
    expect(run).toMatchObject({ complete: true, exitCode: 3 });
    expect(run.summary).toMatchObject({ loss: 5, _step: 5 });
  });

  test("sends a row again when something is added to it, and the server holds it once", async () => {
    const recording = new Recording(newDir());
    const { sync } = syncing(recording, server.baseUrl);
    recording.log(2).append(RUN_FILES.history, '{"_step":2,"_timestamp":2,"_runtime":2,"a":1}');
    await until(() => server.runs.size > 0 && server.run(recording.id).rows().length === 3);
    recording.append(RUN_FILES.history, '{"_step":2,"_timestamp":3,"_runtime":3,"b":2}');
    recording.append(RUN_FILES.history, '{"_step":9,"_timestamp":4,"_runtime":4,"a":5}');
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: true, delivered: 4 });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
    expect(server.run(recording.id).rows()[2]).toMatchObject({ a: 1, b: 2 });
  });

  test("sends at most one request in 15 s to other servers, and the rest with the end", async () => {
    server.features = [];
    const recording = new Recording(newDir()).log(5);
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => server.ops().includes("file_stream"));
    recording.log(5);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(server.ops().filter((op) => op === "file_stream")).toHaveLength(1);
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: true, left: 0 });
    expect(server.ops().filter((op) => op === "file_stream")).toHaveLength(2);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("tells the server of config and metric definitions as they change", async () => {
    const recording = new Recording(newDir());
    recording.line({ type: "config", set: { lr: 0.1, big: "Infinity" } });
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => server.runs.size > 0);
    recording.line({ type: "config", set: { lr: 0.2 } });
    recording.line({ type: "metric", name: "epoch" });
    recording.line({ type: "metric", name: "val/*", stepMetric: "epoch", stepSync: true });
    recording.log(1, () => ({ epoch: 0, "val/acc": 1 }));
    await until(() => server.run(recording.id).upserts.length > 1);
    recording.finish();
    await sync.finish(10_000);
    const config = JSON.parse(server.run(recording.id).config.replace(":Infinity", ':"Infinity"'));
    expect(config.lr).toEqual({ value: 0.2 });
    expect(config.big).toEqual({ value: "Infinity" });
    expect(config._wandb.value.m).toEqual([
      { "1": "epoch", "6": [3], "7": [] },
      { "1": "val/acc", "5": 1, "6": [1, 3], "7": [] },
    ]);
    const [first, ...later] = server.run(recording.id).upserts;
    expect(first).toMatchObject({ displayName: "calm-oak-1", tags: ["a", "b"], jobType: "train" });
    for (const change of later) expect(change).toMatchObject({ displayName: null, tags: null });
  });

  test("tells the server what the run says of itself as that changes, and of nothing else", async () => {
    const recording = new Recording(newDir()).log(1);
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => server.runs.size > 0);
    const { upserts } = server.run(recording.id);
    recording.line({ type: "about", name: "renamed" }).line({ type: "about", tags: [] });
    await until(() => upserts.length > 1);
    recording.line({ type: "about", notes: "" }).finish();
    await sync.finish(10_000);
    const nothing = { config: null, displayName: null, tags: null, notes: null };
    const [, ...later] = upserts.map(({ config, displayName, tags, notes }) => ({
      config,
      displayName,
      tags,
      notes,
    }));
    expect(later.filter(({ config }) => config === null).length).toBeGreaterThan(0);
    const told = Object.fromEntries(
      later.flatMap((change) => Object.entries(change)).filter(([, value]) => value !== null),
    );
    expect({ ...nothing, ...told, config: null })
      .toEqual({ ...nothing, displayName: "renamed", tags: [], notes: "" });
  });

  test("tells the server of what was changed offline, with the run", async () => {
    const recording = new Recording(newDir()).log(1);
    recording.line({ type: "about", name: "renamed", tags: ["c"] });
    recording.line({ type: "about", tags: [] }).finish();
    await deliver(recording, server.baseUrl);
    const [first] = server.run(recording.id).upserts;
    expect(first).toMatchObject({ displayName: "renamed", tags: [], notes: "n1" });
  });

  test("sends system metrics and console lines by their numbers", async () => {
    server.features = ["CELLAR_LIVE", "STRUCTURED_CONSOLE_LOGS"];
    const recording = new Recording(newDir()).log(1);
    const sample = '{"_wandb":true,"_timestamp":1,"_runtime":1,"system.cpu":5}';
    recording.append(RUN_FILES.system, sample).append(RUN_FILES.system, "no json");
    recording.append(
      RUN_FILES.console,
      '{"time":1795500000.5,"stream":"stderr","text":"oh \\"no\\""}',
    );
    recording.append(RUN_FILES.system, sample.replace("5", "6")).finish();
    await deliver(recording, server.baseUrl);
    const run = server.run(recording.id);
    expect(run.lines("wandb-events.jsonl")).toEqual([sample, sample.replace("5", "6")]);
    expect(run.lines("output.log").map((line) => JSON.parse(line))).toEqual([
      { level: "error", ts: "2026-11-24T06:00:00.500000", content: 'oh "no"' },
    ]);
    expect(new TextDecoder().decode(run.files.get("output.log"))).toBe('oh "no"\n');
  });

  test("passes alerts on, each once", async () => {
    const recording = new Recording(newDir());
    const alert = {
      type: "alert",
      title: "t".repeat(80),
      text: "x",
      level: "WARN",
      wait: 60_000,
      time: 1,
    } as const;
    recording.line({ ...alert, wait: 5_000 });
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => server.runs.size > 0 && server.run(recording.id).alerts.length === 1);
    recording.line({ ...alert, title: "second" }).finish();
    await sync.finish(10_000);
    await deliver(recording, server.baseUrl);
    expect(server.run(recording.id).alerts).toMatchObject([
      { title: "t".repeat(64), severity: "WARN", waitDuration: 5_000 },
      { title: "second", waitDuration: 60_000 },
    ]);
  });

  test("uploads files when they are listed, those for the end at the end, and a changed one anew", async () => {
    const recording = new Recording(newDir()).log(1);
    recording.file("media/images/x.png", "png").file("model.bin", "weights", "end");
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => server.runs.size > 0 && server.run(recording.id).uploaded.size === 1);
    const run = server.run(recording.id);
    expect([...run.files.keys()]).toEqual(["media/images/x.png"]);
    recording.file("media/images/x.png", "png again").file("sub/a b ü.txt", "").finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: true, filesLeft: 0 });
    const names = ["media/images/x.png", "model.bin", "sub/a b ü.txt", "config.yaml"];
    for (const name of [...names, "wandb-summary.json"]) {
      expect(run.uploaded).toContain(name);
      expect(run.files.has(name)).toBe(true);
    }
    expect(new TextDecoder().decode(run.files.get("media/images/x.png"))).toBe("png again");
    for (const { op, headers } of server.requests) {
      if (op !== "PUT") continue;
      expect(headers.get("authorization")).toBeNull();
      expect(headers.get("x-test")).toBe("yes");
    }
  });

  test("fires once when somebody has stopped the run on the server", async () => {
    const recording = new Recording(newDir()).log(1);
    const { sync, stops } = syncing(recording, server.baseUrl);
    await until(() => server.ops().includes("file_stream"));
    expect(stops).toEqual([]);
    server.stopped = true;
    recording.log(1);
    await until(() => stops.length > 0);
    recording.log(1).finish();
    await sync.finish(10_000);
    expect(stops).toEqual([1]);
  });

  test("compresses what it sends when the server offers it, and asks nothing of it otherwise", async () => {
    const rows = () => ({ text: "long and the same ".repeat(20) });
    const plain = new Recording(newDir(), { id: "plain" }).log(10, rows).finish();
    await deliver(plain, server.baseUrl, { gzip: true });
    expect(server.requests.at(-1)?.headers.get("content-encoding")).toBeNull();
    server.features.push("FILESTREAM_GZIP");
    const zipped = new Recording(newDir(), { id: "zipped" }).log(10, rows).finish();
    await deliver(zipped, server.baseUrl, { gzip: true });
    expect(server.requests.at(-1)?.headers.get("content-encoding")).toBe("gzip");
    expect(server.run("zipped").rows()).toEqual(zipped.read());
  });

  test("leaves a run alone that another process delivers, and takes over when that has gone", async () => {
    const recording = new Recording(newDir()).log(2);
    const first = syncing(recording, server.baseUrl);
    await until(() => server.ops().includes("file_stream"));
    const second = syncing(recording, server.baseUrl);
    recording.line({
      type: "alert",
      title: "once",
      text: "",
      level: "INFO",
      wait: 0,
      time: 1,
    });
    recording.file("once.txt", "x");
    await until(() => server.run(recording.id).uploaded.size === 1);
    await until(() => second.statuses.at(-1)?.phase === "elsewhere");
    expect(await deliver(recording, server.baseUrl)).toMatchObject({
      phase: "elsewhere",
      complete: false,
    });
    recording.log(2).finish();
    await first.sync.finish(10_000);
    expect(await second.sync.finish(10_000)).toMatchObject({ left: 0, complete: true });
    expect(server.run(recording.id).alerts).toHaveLength(1);
    expect(server.requests.filter(({ path }) => path.endsWith("once.txt"))).toHaveLength(1);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });
});

describe("RunSync of a run that was delivered before", () => {
  test("asks the server, and sends nothing when it holds everything", async () => {
    const recording = new Recording(newDir()).log(10).finish();
    await deliver(recording, server.baseUrl);
    server.requests.length = 0;
    expect(await deliver(recording, server.baseUrl)).toMatchObject({ complete: true, left: 0 });
    expect(server.ops()).toEqual(["RunResumeStatus"]);
  });

  test("goes on where it stopped, when the run was resumed", async () => {
    const recording = new Recording(newDir()).log(10).finish();
    await deliver(recording, server.baseUrl);
    recording.line({ type: "config", set: { again: true } }).log(5).finish();
    // A resumed run begins with a first line again, which takes the end back.
    expect(await deliver(recording, server.baseUrl)).toMatchObject({
      complete: true,
      delivered: 15,
    });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
    const sent = server.requests.flatMap(({ json }) => json.files?.["wandb-history.jsonl"] ?? []);
    expect(sent.map(({ offset, content }) => [offset, content.length])).toEqual([[0, 10], [10, 5]]);
  });

  test.each([[0, "all of it"], [7, "a part of it"]])(
    "sends again what the server has lost, when %i rows are left there",
    async (kept) => {
      const recording = new Recording(newDir()).log(20).finish();
      await deliver(recording, server.baseUrl);
      if (kept === 0) server.runs.clear();
      else server.run(recording.id).lines("wandb-history.jsonl").length = kept;
      expect(await deliver(recording, server.baseUrl)).toMatchObject({ complete: true, left: 0 });
      expect(server.run(recording.id).rows()).toEqual(recording.read());
    },
  );

  test("finds its rows on the server by themselves, when its notes are gone", async () => {
    const recording = new Recording(newDir()).log(20);
    await deliver(recording, server.baseUrl);
    Deno.removeSync(`${recording.directory}/${RUN_FILES.syncState}`);
    recording.log(5).finish();
    expect(await deliver(recording, server.baseUrl)).toMatchObject({ complete: true, left: 0 });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("doubles nothing when a copy of the directory, made earlier, is sent too", async () => {
    const recording = new Recording(newDir()).log(10);
    const copy = newDir();
    for (const file of [RUN_FILES.run, RUN_FILES.history]) {
      Deno.copyFileSync(`${recording.directory}/${file}`, `${copy}/${file}`);
    }
    recording.log(10).finish();
    await deliver(recording, server.baseUrl);
    await deliver({ directory: copy, id: recording.id }, server.baseUrl);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("appends to a run of the same id that others have begun", async () => {
    const theirs = new Recording(newDir()).log(10).finish();
    await deliver(theirs, server.baseUrl);
    const ours = new Recording(newDir(), { time: theirs.time + 1_000 }).log(5).finish();
    await deliver(ours, server.baseUrl);
    await deliver(theirs, server.baseUrl);
    await deliver(ours, server.baseUrl);
    expect(server.run(ours.id).rows()).toEqual([...theirs.read(), ...ours.read()]);
  });

  test("goes on after the rows of others, when they came in between", async () => {
    const first = new Recording(newDir()).log(10);
    await deliver(first, server.baseUrl);
    const early = first.read();
    const second = new Recording(newDir(), { time: first.time + 1_000 }).log(5).finish();
    await deliver(second, server.baseUrl);
    first.log(3).finish();
    await deliver(first, server.baseUrl);
    expect(server.run(first.id).rows()).toEqual([
      ...early,
      ...second.read(),
      ...first.read().slice(10),
    ]);
  });

  test("goes by its notes with a server that cannot say what it holds", async () => {
    const body = '{"data":null,"errors":[{"message":"not supported"}]}';
    server.fault = ({ op }) => op === "RunResumeStatus" ? { status: 200, body } : undefined;
    const recording = new Recording(newDir()).log(10);
    await deliver(recording, server.baseUrl);
    recording.log(5).finish();
    expect(await deliver(recording, server.baseUrl)).toMatchObject({ complete: true, left: 0 });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("keeps its notes by server, so that one run can be on two", async () => {
    const other = TestServer.start();
    const recording = new Recording(newDir()).log(10).finish();
    await deliver(recording, server.baseUrl);
    await deliver(recording, other.baseUrl);
    expect(other.run(recording.id).rows()).toEqual(recording.read());
    server.requests.length = 0;
    await deliver(recording, server.baseUrl);
    expect(server.ops()).toEqual(["RunResumeStatus"]);
    await other.close();
  });
});

describe("RunSync of what is hard to send", () => {
  test("delivers numbers that JSON has no words for, and integers beyond a double", async () => {
    const recording = new Recording(newDir());
    recording.append(
      RUN_FILES.history,
      '{"_step":0,"_timestamp":1,"_runtime":0,"a":"NaN","b":["NaN","NaN",1],"c":"\\"NaN\\",",' +
        '"big":12345678901234567890,"-":"-Infinity"}',
    ).finish();
    await deliver(recording, server.baseUrl);
    expect(server.run(recording.id).lines("wandb-history.jsonl")[0]).toBe(
      '{"_step":0,"_timestamp":1,"_runtime":0,"a":NaN,"b":[NaN,NaN,1],"c":"\\"NaN\\",",' +
        '"big":12345678901234567890,"-":-Infinity}',
    );
  });

  test("passes over lines that are damaged or torn, the same ones each time", async () => {
    const recording = new Recording(newDir()).log(3);
    recording.append(RUN_FILES.history, '{"_step":3,"loss":').append(RUN_FILES.history, "[]");
    recording.log(3).finish();
    Deno.writeTextFileSync(`${recording.directory}/${RUN_FILES.history}`, '{"_step":99', {
      append: true,
    });
    await deliver(recording, server.baseUrl);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
    expect(server.run(recording.id).rows()).toHaveLength(6);
  });

  test("splits what is too large for one request, and keeps the place of a row that is too large", async () => {
    const recording = new Recording(newDir());
    const large = "x".repeat(3_000_000);
    recording.log(5, (i) => i === 2 ? { text: large.repeat(4) } : { text: large }).finish();
    const { warnings, ...delivery } = await deliver(recording, server.baseUrl);
    expect(delivery).toMatchObject({ complete: true, left: 0 });
    expect(warnings).toEqual([expect.stringContaining("A row is too large")]);
    const rows = server.run(recording.id).rows();
    expect(rows.map(({ _step }) => _step)).toEqual([0, 1, 2, 3, 4]);
    expect(rows.map(({ text }) => text === undefined)).toEqual([false, false, true, false, false]);
    expect(server.requests.filter(({ op }) => op === "file_stream").length).toBeGreaterThan(2);
  });

  test("sends smaller requests to a server that finds them too large", async () => {
    server.fault = ({ op, json }) => {
      const sizes = Object.values(json.files ?? {}).flatMap(({ content }) =>
        content.map((line) => line.length)
      );
      const total = sizes.reduce((sum, size) => sum + size, 0);
      return op === "file_stream" && total > 100_000 ? { status: 413 } : undefined;
    };
    const recording = new Recording(newDir()).log(4_000, (i) => ({ i, text: "x".repeat(200) }));
    recording.finish();
    expect(await deliver(recording, server.baseUrl)).toMatchObject({ complete: true, left: 0 });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("ends a crashed run with an exit code, and a running one not at all", async () => {
    const recording = new Recording(newDir()).log(3);
    await deliver(recording, server.baseUrl);
    expect(server.run(recording.id)).toMatchObject({ complete: false, exitCode: null });
    await deliver(recording, server.baseUrl, { crashed: { exitCode: 1, time: 5 } });
    expect(server.run(recording.id)).toMatchObject({ complete: true, exitCode: 1 });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("starts over on the server's stream when the directory was removed and begun anew", async () => {
    const recording = new Recording(newDir()).log(5);
    const before = recording.read();
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => server.runs.size > 0 && server.run(recording.id).rows().length === 5);
    Deno.removeSync(`${recording.directory}/${RUN_FILES.history}`);
    recording.log(3).finish();
    await sync.finish(10_000);
    expect(server.run(recording.id).rows()).toEqual([...before, ...recording.read()]);
  });

  test("sends the files of a directory that was removed and begun anew", async () => {
    const recording = new Recording(newDir()).log(5).file("a.txt", "a").file("b.txt", "b");
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => server.runs.size > 0 && server.run(recording.id).files.size === 2);
    await until(() =>
      Deno.readTextFileSync(`${recording.directory}/sync.json`).includes('"files": 2')
    );
    Deno.removeSync(`${recording.directory}/${RUN_FILES.fileList}`);
    recording.file("c.txt", "c");
    sync.beginAnew();
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: true, filesLeft: 0 });
    expect([...server.run(recording.id).files.keys()]).toEqual(
      expect.arrayContaining(["a.txt", "b.txt", "c.txt"]),
    );
  });
});
