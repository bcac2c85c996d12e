import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openData } from "../../src/server/open_data.ts";
import { CellarServer } from "./cellar_server.ts";
import { startTestServer } from "../server/testing.ts";
import { tempDir } from "../temp.ts";
import { deliver, Recording, syncing, until } from "./recording.ts";
import { type Fault, TestServer } from "./test_server.ts";

const parent = tempDir();
const newDir = () => Deno.makeTempDirSync({ dir: parent });
const KEY = "k".repeat(40);
let server: TestServer;
beforeEach(() => server = TestServer.start());
afterEach(() => server.close());

/** Misbehaves for the first so many requests of an operation. */
function first(count: number, op: string, fault: Fault): void {
  let left = count;
  server.fault = (request) => request.op === op && left-- > 0 ? fault : undefined;
}

/** Whether a text is anywhere below a directory. */
function holds(directory: string, text: string): boolean {
  for (const entry of Deno.readDirSync(directory)) {
    const path = `${directory}/${entry.name}`;
    if (entry.isDirectory ? holds(path, text) : Deno.readTextFileSync(path).includes(text)) {
      return true;
    }
  }
  return false;
}

describe("RunSync with a server that is not there", () => {
  test("says so once, goes on by itself when the server comes, and delivers everything", async () => {
    await server.close();
    const recording = new Recording(newDir()).log(100);
    const { sync, statuses, warnings } = syncing(recording, server.baseUrl);
    await until(() => warnings.length > 0);
    expect(warnings[0]).toContain("it does not answer: nothing listens there");
    expect(statuses.at(-1)).toMatchObject({ phase: "waiting", left: 100, url: null });
    expect(statuses.at(-1)?.since).toBeGreaterThan(Date.now() / 1000 - 60);
    server.listen();
    recording.log(100);
    await until(() => statuses.at(-1)?.phase === "synced");
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: true, left: 0, reason: null });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
    expect(warnings).toHaveLength(1);
  });

  test("ends within the time that it is given, and says what is left", async () => {
    await server.close();
    const recording = new Recording(newDir()).log(12).finish();
    const { sync, warnings } = syncing(recording, server.baseUrl);
    const began = performance.now();
    expect(await sync.finish(2_500)).toMatchObject({ complete: false, left: 12, phase: "waiting" });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(warnings).toHaveLength(1);
    server.listen();
    expect(await deliver(recording, server.baseUrl)).toMatchObject({ complete: true, left: 0 });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("takes the time of the end also from a server that accepts and never answers", async () => {
    server.fault = () => ({ delayMs: 60_000 });
    const recording = new Recording(newDir()).log(12).finish();
    const began = performance.now();
    const { sync } = syncing(recording, server.baseUrl);
    expect(await sync.finish(1_000)).toMatchObject({ complete: false, left: 12 });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("holds no rows in memory while the server is away, however many there are", async () => {
    await server.close();
    const recording = new Recording(newDir());
    const { sync, statuses } = syncing(recording, server.baseUrl);
    await until(() => statuses.at(-1)?.phase === "waiting");
    const before = Deno.memoryUsage().heapUsed;
    for (let i = 0; i < 10; i++) {
      recording.log(50_000);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    // The rows have 35 MB on disk, and several times that as strings and objects.
    expect(Deno.memoryUsage().heapUsed - before).toBeLessThan(60_000_000);
    server.listen();
    recording.finish();
    expect(await sync.finish(60_000)).toMatchObject({ complete: true, left: 0 });
    expect(server.run(recording.id).lines("wandb-history.jsonl")).toHaveLength(500_000);
  });

  test("asks again what a server holds that was away, and sends what it has lost", async () => {
    const recording = new Recording(newDir()).log(50);
    const { sync, statuses } = syncing(recording, server.baseUrl);
    await until(() => server.runs.size > 0 && server.run(recording.id).rows().length === 50);
    await server.close();
    recording.log(10);
    await until(() => statuses.at(-1)?.phase === "waiting");
    server.run(recording.id).lines("wandb-history.jsonl").length = 20;
    server.listen();
    await until(() => statuses.at(-1)?.phase === "synced");
    recording.finish();
    await sync.finish(10_000);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });
});

describe("RunSync with a server that misbehaves", () => {
  test.each<[string, Fault]>([
    ["an error", { status: 500, body: '{"error":"disk full"}' }],
    ["no service", { status: 503 }],
    ["a page that is no answer", { status: 200, body: "<html><body>Please log in</body></html>" }],
    ["nothing at all", { status: 200, body: "" }],
    ["an answer without an end", { status: 200, body: "{".repeat(100_000) }],
    ["a broken connection", { cut: true }],
    ["an answer that is lost", { loseAnswer: true }],
  ])("tries again after %s, and every row is there once", async (_, fault) => {
    first(1, "file_stream", fault);
    const recording = new Recording(newDir()).log(10).finish();
    const { warnings, ...delivery } = await deliver(recording, server.baseUrl);
    expect(delivery).toMatchObject({ complete: true, left: 0 });
    expect(warnings).toEqual([]);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("waits as long as Retry-After says, and does not begin anew", async () => {
    first(1, "file_stream", { status: 429, headers: { "retry-after": "2" } });
    const recording = new Recording(newDir()).log(10);
    const { sync } = syncing(recording, server.baseUrl);
    const sent = () => server.requests.filter(({ op }) => op === "file_stream");
    await until(() => sent().length === 2);
    expect(sent()[1]!.at - sent()[0]!.at).toBeGreaterThanOrEqual(1_950);
    expect(server.ops().filter((op) => op === "UpsertBucket")).toHaveLength(1);
    recording.finish();
    await sync.finish(10_000);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("waits as long as Retry-After says also when the run ends meanwhile", async () => {
    first(1, "file_stream", { status: 429, headers: { "retry-after": "1" } });
    first(1, "CreateRunFiles", { status: 503, headers: { "retry-after": "1" } });
    const recording = new Recording(newDir()).log(10).file("a.txt", "a");
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => ["file_stream", "CreateRunFiles"].every((op) => server.ops().includes(op)));
    recording.finish();
    expect(await sync.finish(20_000)).toMatchObject({ complete: true, left: 0, filesLeft: 0 });
    for (const op of ["file_stream", "CreateRunFiles"]) {
      const [refused, next] = server.requests.filter((request) => request.op === op);
      expect(next!.at - refused!.at, op).toBeGreaterThanOrEqual(950);
    }
  });

  test("follows no redirect, and says where it was to be led", async () => {
    const other = TestServer.start();
    server.fault = () => ({ status: 307, headers: { location: `${other.baseUrl}/graphql` } });
    const recording = new Recording(newDir()).log(10).finish();
    const { sync, warnings } = syncing(recording, server.baseUrl, { apiKey: KEY });
    expect(await sync.finish(2_500)).toMatchObject({ complete: false, left: 10 });
    expect(other.requests).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining(`redirects to ${other.baseUrl}/graphql`)]);
    await other.close();
  });

  test("goes on by itself with the key that is kept after the first one was refused", async () => {
    server.apiKey = KEY;
    let kept: string | undefined = "old";
    const recording = new Recording(newDir()).log(10);
    const { sync, statuses, warnings } = syncing(recording, server.baseUrl, {
      apiKey: "old",
      keptKey: () => Promise.resolve(kept),
    });
    await until(() => statuses.at(-1)?.phase === "refused");
    kept = undefined;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const asked = server.requests.length;
    kept = KEY;
    await until(() => statuses.at(-1)?.phase === "synced");
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: true, left: 0 });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
    expect(warnings).toHaveLength(1);
    // While no other key is there, the server is left alone.
    expect(asked).toBeLessThanOrEqual(2);
  });

  test("says at once that the key is refused, never shows it, and waits for no better answer", async () => {
    server.apiKey = "another";
    server.fault = () => ({ status: 401, body: `{"errors":[{"message":"bad key ${KEY}"}]}` });
    server.apiKey = null;
    const recording = new Recording(newDir()).log(10).finish();
    const began = performance.now();
    const { warnings, ...delivery } = await deliver(recording, server.baseUrl, { apiKey: KEY });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(delivery).toMatchObject({ complete: false, left: 10, phase: "refused" });
    expect(warnings).toEqual([
      expect.stringContaining("refuses the API key (401: bad key <the key>)"),
    ]);
    expect(warnings[0]).toContain(`cellar login ${server.baseUrl}`);
    expect(JSON.stringify(delivery)).not.toContain(KEY);
    expect(holds(recording.directory, KEY)).toBe(false);
  });

  test("leaves no key in the run directory, and sends it to the server alone", async () => {
    server.apiKey = KEY;
    const recording = new Recording(newDir()).log(10).file("a.txt", "a").finish();
    expect(await deliver(recording, server.baseUrl, { apiKey: KEY })).toMatchObject({
      complete: true,
    });
    expect(holds(recording.directory, KEY)).toBe(false);
    expect(holds(recording.directory, btoa(`api:${KEY}`))).toBe(false);
    const puts = server.requests.filter(({ op }) => op === "PUT");
    expect(puts.length).toBeGreaterThan(0);
    for (const { headers } of puts) expect([...headers.keys()]).not.toContain("authorization");
  });

  test("makes a run again that was gone when rows came", async () => {
    const recording = new Recording(newDir()).log(10);
    const { sync } = syncing(recording, server.baseUrl);
    await until(() => server.runs.size > 0 && server.run(recording.id).rows().length === 10);
    server.runs.clear();
    recording.log(10);
    await until(() => server.runs.size > 0 && server.run(recording.id).rows().length === 20);
    recording.finish();
    await sync.finish(10_000);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("leaves a run alone that somebody has deleted, until it is synced anew", async () => {
    await using cellar = await startTestServer();
    const { baseUrl, key: apiKey } = cellar;
    const recording = new Recording(newDir()).log(10);
    const { sync, warnings, statuses } = syncing(recording, baseUrl, { apiKey });
    const lines = () => cellar.run(recording.id).then((run) => run.historyLines, () => 0);
    while (await lines() < 10) await new Promise((resolve) => setTimeout(resolve, 20));
    await cellar.data.files.deleteRun(await cellar.run(recording.id));
    recording.line({ type: "about", name: "renamed" }).log(10);
    await until(() => warnings.length > 0);
    expect(statuses.at(-1)).toMatchObject({ phase: "refused", left: 10 });
    expect(warnings).toEqual([expect.stringMatching(/was deleted.*`cellar sync` would make it/)]);
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: false, left: 10 });
    await expect(cellar.run(recording.id)).rejects.toThrow("There is no run");
    expect(await deliver(recording, baseUrl, { apiKey })).toMatchObject({ complete: true });
    expect(await cellar.run(recording.id)).toMatchObject({
      displayName: "renamed",
      historyLines: 20,
      state: "finished",
    });
  });

  test("leaves a run alone that was deleted while the server could not be reached", async () => {
    const data = newDir();
    await using cellar = await CellarServer.start(data);
    const { baseUrl, apiKey } = cellar;
    const recording = new Recording(newDir()).log(10);
    const { sync, warnings, statuses } = syncing(recording, baseUrl, { apiKey });
    await until(() => statuses.at(-1)?.delivered === 10);
    await cellar.kill();
    recording.log(10);
    await until(() => statuses.at(-1)?.phase === "waiting");
    const { store, files } = await openData(data);
    const [user] = await store.people.list();
    const find = () => store.runs.find(user!.username, "proj", recording.id);
    await files.deleteRun((await find())!);
    await cellar.start();
    await until(() => statuses.at(-1)?.phase === "refused", 30_000);
    expect(warnings.at(-1)).toContain("was deleted");
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: false, left: 10 });
    expect(await find()).toBeUndefined();
    await store.close();
  });

  test.each<[string, Fault]>([
    ["is out of order", { status: 500, body: '{"error":"disk full"}' }],
    ["has lost the run each time", { status: 404, body: '{"error":"no such run"}' }],
  ])("does not hammer a server whose file stream %s, and warns once", async (_, fault) => {
    server.fault = ({ op }) => op === "file_stream" ? fault : undefined;
    const recording = new Recording(newDir()).log(10);
    const { sync, warnings, statuses } = syncing(recording, server.baseUrl, { firstRetryMs: 200 });
    await until(() => warnings.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(server.ops().filter((op) => op === "file_stream").length).toBeLessThan(6);
    expect(statuses.at(-1)).toMatchObject({ left: 10, reason: expect.stringContaining("answers") });
    server.fault = () => undefined;
    recording.finish();
    expect(await sync.finish(10_000)).toMatchObject({ complete: true, left: 0 });
    expect(warnings).toHaveLength(1);
  });

  test("gives up on a server that has only errors, when its patience is over", async () => {
    server.fault = ({ op }) => op === "file_stream" ? { status: 500 } : undefined;
    const recording = new Recording(newDir()).log(10).finish();
    const { sync } = syncing(recording, server.baseUrl, { patienceMs: 600 });
    const began = performance.now();
    expect(await sync.finish(60_000)).toMatchObject({ complete: false, left: 10 });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("gives up on files that it never gets rid of, and ends the run without them", async () => {
    server.fault = ({ op }) => op === "PUT" ? { status: 503 } : undefined;
    const recording = new Recording(newDir()).log(10).file("a.txt", "a").finish();
    const { sync } = syncing(recording, server.baseUrl, { patienceMs: 600 });
    expect(await sync.finish(60_000)).toMatchObject({ complete: false, left: 0, filesLeft: 1 });
    expect(server.run(recording.id)).toMatchObject({ complete: true, exitCode: 0 });
    expect(server.ops().filter((op) => op === "PUT").length).toBeLessThan(40);
  });

  test("takes a server's refusal of the run for what it is", async () => {
    first(100, "UpsertBucket", {
      status: 200,
      body: '{"data":null,"errors":[{"message":"project is \\u001b[31mfull"}]}',
    });
    const recording = new Recording(newDir()).log(10).finish();
    const { warnings, ...delivery } = await deliver(recording, server.baseUrl);
    expect(delivery).toMatchObject({ complete: false, left: 10, phase: "refused" });
    expect(warnings).toEqual([
      expect.stringContaining("it rejects UpsertBucket: project is [31mfull"),
    ]);
  });

  test("takes an answer to the upsert without a project for garbage", async () => {
    first(1, "UpsertBucket", { status: 200, body: '{"data":{"upsertBucket":null}}' });
    const recording = new Recording(newDir()).log(10).finish();
    expect(await deliver(recording, server.baseUrl)).toMatchObject({ complete: true, left: 0 });
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test.each<[string, string, Fault]>([
    ["no place for files", "CreateRunFiles", {
      status: 200,
      body: '{"data":{"createRunFiles":null}}',
    }],
    ["an error for a file", "PUT", { status: 503 }],
    ["a broken upload", "PUT", { cut: true }],
  ])("tries files again after %s, and the rows do not wait for them", async (_, op, fault) => {
    first(1, op, fault);
    const recording = new Recording(newDir()).log(10).file("a.txt", "a").finish();
    const { sync } = syncing(recording, server.baseUrl);
    const delivery = await sync.finish(20_000);
    expect(delivery).toMatchObject({ complete: true, left: 0, filesLeft: 0 });
    expect(server.run(recording.id).uploaded).toContain("a.txt");
  });

  test("passes a file over that the server will not have, and tries it again the next time", async () => {
    server.fault = ({ op, path }) =>
      op === "PUT" && path.endsWith("bad.txt") ? { status: 403 } : undefined;
    const recording = new Recording(newDir()).log(10).file("bad.txt", "a").file("good.txt", "b");
    recording.finish();
    const { warnings, ...delivery } = await deliver(recording, server.baseUrl);
    expect(delivery).toMatchObject({ left: 0, filesLeft: 1 });
    expect(warnings).toEqual([expect.stringContaining('Cannot upload "bad.txt": it answers 403')]);
    const run = server.run(recording.id);
    expect(run.complete).toBe(true);
    expect(run.uploaded).toContain("good.txt");
    server.fault = () => undefined;
    expect(await deliver(recording, server.baseUrl)).toMatchObject({
      complete: true,
      filesLeft: 0,
    });
    expect(run.uploaded).toContain("bad.txt");
    expect(run.rows()).toEqual(recording.read());
  });

  test("ends a run without its files when they take too long, and sends them later", async () => {
    server.fault = ({ op }) => op === "PUT" ? { delayMs: 30_000 } : undefined;
    const recording = new Recording(newDir()).log(10).file("slow.bin", "a").finish();
    const { sync } = syncing(recording, server.baseUrl);
    expect(await sync.finish(3_000)).toMatchObject({ complete: false, left: 0, filesLeft: 1 });
    const run = server.run(recording.id);
    expect(run).toMatchObject({ complete: true, exitCode: 0 });
    expect(run.rows()).toEqual(recording.read());
    server.fault = () => undefined;
    expect(await deliver(recording, server.baseUrl)).toMatchObject({
      complete: true,
      filesLeft: 0,
    });
    expect(run.uploaded).toContain("slow.bin");
  });

  test("goes on after the alert that a server refuses, and after a key that no longer holds", async () => {
    first(1, "NotifyScriptableRunAlert", { status: 200, body: '{"errors":[{"message":"no"}]}' });
    const recording = new Recording(newDir()).log(1);
    const alert = { type: "alert", text: "x", level: "INFO", wait: 0, time: 1 } as const;
    recording.line({ ...alert, title: "a" }).line({ ...alert, title: "b" }).finish();
    const { warnings, ...delivery } = await deliver(recording, server.baseUrl);
    expect(delivery).toMatchObject({ complete: true });
    expect(warnings).toEqual([expect.stringContaining("An alert was not passed on")]);
    expect(server.run(recording.id).alerts).toMatchObject([{ title: "b" }]);
  });
});

describe("RunSync through a network that loses, doubles, delays and reorders", () => {
  test.each([1, 2, 3])("delivers every row once (seed %i)", async (seed) => {
    const random = lcg(seed);
    server.fault = ({ op }) => {
      const kind = Math.floor(random() * 12);
      if (op === "PUT" && kind > 3) return undefined;
      switch (kind) {
        case 0:
          return { cut: true };
        case 1:
          return { loseAnswer: true };
        case 2:
          return { duplicate: true };
        case 3:
          return { againAfterMs: random() * 400, loseAnswer: true };
        case 4:
          return { againAfterMs: random() * 400 };
        case 5:
          return { status: 429, headers: { "retry-after": "0.05" } };
        case 6:
          return { delayMs: random() * 200 };
        default:
          return undefined;
      }
    };
    const recording = new Recording(newDir());
    const { sync } = syncing(recording, server.baseUrl);
    for (let i = 0; i < 12; i++) {
      recording.log(Math.ceil(random() * 200));
      await new Promise((resolve) => setTimeout(resolve, random() * 150));
    }
    recording.file("a.txt", "a").finish();
    expect(await sync.finish(60_000)).toMatchObject({ complete: true, left: 0 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const run = server.run(recording.id);
    expect(run.rows()).toEqual(recording.read());
    expect(run.uploaded).toContain("a.txt");
  }, 90_000);
});

function lcg(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}
