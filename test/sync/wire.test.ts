import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fromExtendedJson, toExtendedJson } from "../../src/record/extended_json.ts";
import { RunRecord } from "../../src/run/run_record.ts";
import { consoleLine } from "../../src/sync/payload/console_line.ts";
import { encodeMetrics } from "../../src/sync/payload/metrics.ts";
import { NO_FACTS } from "../../src/sync/payload/run_facts.ts";
import { summaryLine } from "../../src/sync/payload/summary.ts";
import { runUrl } from "../../src/sync/run_url.ts";
import { Session } from "../../src/sync/session.ts";
import { StreamSender } from "../../src/sync/stream_sender.ts";
import { answerText } from "../../src/sync/wire/answer_text.ts";
import { Backoff } from "../../src/sync/wire/backoff.ts";
import { WireClient } from "../../src/sync/wire/client.ts";
import { rateLimitPause, retryAfter } from "../../src/sync/wire/retry_after.ts";
import { isLoopback } from "../../src/sync/wire/stream_request.ts";
import { Follower } from "../../src/view/follower.ts";
import { tempDir } from "../temp.ts";
import { Recording, syncing, until } from "./recording.ts";
import { parseExtended, TestServer } from "./test_server.ts";

const parent = tempDir();

describe("retryAfter()", () => {
  test.each([
    ["3", 3_000],
    ["0.5", 500],
    ["Wed, 25 Nov 2026 20:00:10 GMT", 10_000],
    ["Wed, 25 Nov 2026 19:00:00 GMT", 0],
    ["99999999", 3_600_000],
    ["soon", undefined],
    ["-3", undefined],
    ["", undefined],
  ])("reads %j as %s ms", (value, ms) => {
    const now = Date.parse("2026-11-25T20:00:00Z");
    expect(retryAfter(new Headers({ "retry-after": value }), now)).toBe(ms);
  });
});

describe("rateLimitPause()", () => {
  test.each([
    ["10", "5", 500],
    ["0", "5", 5_000],
    ["1", "100000", 60_000],
    ["x", "5", 0],
    ["10", "", 0],
  ])("spreads %s requests over %s seconds", (remaining, reset, ms) => {
    const headers = { "ratelimit-remaining": remaining, "ratelimit-reset": reset };
    expect(rateLimitPause(new Headers(headers))).toBe(ms);
  });
});

describe("Backoff", () => {
  test("doubles to a minute, and begins anew after a success", () => {
    const backoff = new Backoff();
    const fault = { passing: true };
    const waits = Array.from({ length: 8 }, () => backoff.failed(fault, 0));
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000));
    backoff.succeeded();
    expect(backoff.failed(fault, 1)).toBe(1_250);
    expect(backoff.failed({ passing: false }, 0)).toBe(300_000);
    expect(backoff.failed({ passing: true, retryAfterMs: 7 }, 1)).toBe(7);
  });
});

describe("answerText()", () => {
  test.each([
    ['{"error":"full"}', "full"],
    ['{"error":{"message":"full"}}', "full"],
    ['{"errors":["full"]}', "full"],
    ['{"errors":[{"message":"full"}]}', "full"],
    ["<html><b>no</b>\n\u001b[31mway</html>", "no [31mway"],
    ["", ""],
  ])("finds what %j says", (body, text) => {
    expect(answerText(body)).toBe(text);
  });

  test("cuts what is long", () => {
    expect(answerText("x".repeat(10_000))).toHaveLength(201);
  });
});

describe("extended JSON", () => {
  test.each([
    ['{"a":"NaN"}', '{"a":NaN}'],
    ['{"a":["NaN","NaN","Infinity"],"b":"-Infinity"}', '{"a":[NaN,NaN,Infinity],"b":-Infinity}'],
    ['{"NaN":"x NaN\\",\\"NaN\\""}', '{"NaN":"x NaN\\",\\"NaN\\""}'],
  ])("has bare words where %s has strings, and back", (json, extended) => {
    expect(toExtendedJson(json)).toBe(extended);
    expect(fromExtendedJson(extended)).toBe(json);
  });
});

describe("consoleLine()", () => {
  test("writes time and stream out, or as JSON", () => {
    const line = '{"time":1795500000.25,"stream":"stderr","text":"\\u001b[31mno\\u001b[0m"}';
    expect(consoleLine(line, false)).toBe("ERROR 2026-11-24T06:00:00.250000 \u001b[31mno\u001b[0m");
    expect(JSON.parse(consoleLine(line, true))).toEqual({
      level: "error",
      ts: "2026-11-24T06:00:00.250000",
      content: "\u001b[31mno\u001b[0m",
    });
  });

  test("makes something of a line that lacks everything", () => {
    expect(consoleLine("{}", false)).toBe("1970-01-01T00:00:00.000000 ");
    expect(consoleLine('{"time":1e300,"text":5}', false)).toBe("1970-01-01T00:00:00.000000 5");
  });
});

describe("summaryLine()", () => {
  test("nests what was logged nested, keeps dots that were in a name, and what was assigned wins", () => {
    const record = new RunRecord();
    const head = { _step: 3, _timestamp: 12, _runtime: 2 };
    record.applyRow({ ...head, a: { b: 1, c: { d: 2 } }, "x.y": 3, n: "NaN" });
    record.applyLine({ type: "summary", set: { best: 5, a2: { b: 1 } } });
    const summary = parseExtended(summaryLine(record));
    expect(summary).toMatchObject({
      a: { b: 1, c: { d: 2 } },
      "x.y": 3,
      n: "NaN",
      best: 5,
      a2: { b: 1 },
      _step: 3,
      _timestamp: 12,
    });
    expect(summaryLine(record)).toContain('"n":NaN');
  });
});

describe("encodeMetrics()", () => {
  test("gives step metrics places, expands globs, and knows every kind of summary", () => {
    const record = new RunRecord();
    const define = (line: Record<string, unknown>) =>
      record.applyLine({ type: "metric", ...line } as Parameters<RunRecord["applyLine"]>[0]);
    define({ name: "val/*", stepMetric: "epoch", stepSync: false });
    define({ name: "loss", summary: ["min", "best", "first"], goal: "minimize", hidden: true });
    record.applyRow({ _step: 0, _timestamp: 0, _runtime: 0, "val/a": 1, other: 2 });
    expect(encodeMetrics(record.metrics, false)).toEqual([
      { "1": "loss", "6": [2, 3], "7": [1, 4, 8], "8": 1 },
      { "1": "val/a", "5": 3, "6": [3], "7": [] },
      { "1": "epoch", "6": [], "7": [] },
    ]);
    expect(encodeMetrics(record.metrics, true)).toContainEqual(
      { "2": "val/*", "5": 3, "6": [], "7": [] },
    );
  });
});

test("runUrl() leads to where a server's pages are", () => {
  const address = { entity: "me", project: "a b", id: "x" };
  expect(runUrl("https://api.wandb.ai", address)).toBe("https://wandb.ai/me/a%20b/runs/x");
  expect(runUrl("http://h:1/prefix", address)).toBe("http://h:1/prefix/me/a%20b/runs/x");
});

test("isLoopback() knows this machine", () => {
  expect(["http://127.0.0.1:1", "http://localhost", "http://[::1]:8"].map(isLoopback))
    .toEqual([true, true, true]);
  expect(["http://10.0.0.1", "https://127.example.org"].map(isLoopback)).toEqual([false, false]);
});

describe("the file stream", () => {
  let server: TestServer;
  beforeEach(() => server = TestServer.start());
  afterEach(async () => {
    vi.restoreAllMocks();
    await server.close();
  });

  test("gets a sign of life when nothing was sent for 30 seconds", async () => {
    const recording = new Recording(Deno.makeTempDirSync({ dir: parent })).log(1);
    const follower = new Follower(recording.directory);
    follower.readAll();
    const client = new WireClient({ baseUrl: server.baseUrl });
    const { signal } = new AbortController();
    const { record } = follower;
    const session = await Session.open(client, {
      baseUrl: server.baseUrl,
      entity: undefined,
      project: "proj",
      id: recording.id,
    }, { record, facts: NO_FACTS, state: null, goesOn: false, isDelivered: () => false, signal });
    const sender = new StreamSender(recording.directory, client);
    await sender.bind(session!, { state: null, resumed: false, signal });
    const work = { record, uploaded: [], ended: false, closing: true, complete: null };
    expect(await sender.send(session!, work, signal)).not.toBeNull();
    expect(await sender.send(session!, work, signal)).toBeNull();
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now + 29_000);
    expect(await sender.send(session!, work, signal)).toBeNull();
    vi.spyOn(performance, "now").mockReturnValue(now + 31_000);
    expect(await sender.send(session!, work, signal)).not.toBeNull();
    expect(server.requests.at(-1)).toMatchObject({ op: "file_stream", json: {} });
    expect(Object.keys(server.requests.at(-1)?.json ?? {})).toEqual([]);
    follower.close();
  });

  test("gets requests as seldom as RateLimit-Remaining and RateLimit-Reset ask for", async () => {
    server.streamHeaders = { "ratelimit-remaining": "1", "ratelimit-reset": "1" };
    const recording = new Recording(Deno.makeTempDirSync({ dir: parent })).log(1);
    const { sync } = syncing(recording, server.baseUrl);
    const sent = () => server.requests.filter(({ op }) => op === "file_stream");
    await until(() => sent().length === 1);
    recording.log(1);
    await until(() => sent().length === 2);
    expect(sent()[1]!.at - sent()[0]!.at).toBeGreaterThanOrEqual(950);
    // The end of the run waits as well.
    recording.log(1).finish();
    await sync.finish(10_000);
    expect(sent()).toHaveLength(3);
    expect(sent()[2]!.at - sent()[1]!.at).toBeGreaterThanOrEqual(950);
    expect(server.run(recording.id).rows()).toEqual(recording.read());
  });

  test("is told of large files, which are streamed with their length", async () => {
    const recording = new Recording(Deno.makeTempDirSync({ dir: parent })).log(1);
    recording.file("big.bin", "x".repeat(5_000_000));
    const { sync } = syncing(recording, server.baseUrl);
    recording.finish();
    expect(await sync.finish(20_000)).toMatchObject({ complete: true, filesLeft: 0 });
    expect(server.run(recording.id).files.get("big.bin")).toHaveLength(5_000_000);
    const put = server.requests.find(({ path }) => path.endsWith("big.bin"));
    expect(put?.headers.get("content-length")).toBe("5000000");
    expect(put?.headers.get("authorization")).toBeNull();
    expect(server.run(recording.id).uploaded).toContain("big.bin");
  });

  test("passes a large file over that is refused before it was read", async () => {
    server.fault = ({ path }) => path.endsWith("big.bin") ? { status: 403, body: "no" } : undefined;
    const recording = new Recording(Deno.makeTempDirSync({ dir: parent })).log(1);
    recording.file("big.bin", "x".repeat(5_000_000)).finish();
    const { sync, warnings } = syncing(recording, server.baseUrl);
    expect(await sync.finish(20_000)).toMatchObject({ left: 0, filesLeft: 1 });
    expect(warnings).toEqual([expect.stringContaining("it answers 403 to a file: no")]);
  });
});
