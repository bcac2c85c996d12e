import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChartAnswer, chartApi, type Viewer } from "../../../src/server/charts/mod.ts";
import { type TestStore, testStore } from "./store.ts";

const READER: Viewer = {
  username: "ada",
  entities: ["team"],
  mayRead: (entity) => entity === "team",
  mayWrite: () => false,
};

let test: TestStore;
beforeAll(async () => {
  test = await testStore();
});
afterAll(() => test[Symbol.asyncDispose]());

async function ask(path: string, init?: RequestInit): Promise<Response> {
  const request = new Request(`http://server${path}`, init);
  const response = await chartApi(request, { store: test.store, viewer: READER });
  return response!;
}

async function answer(path: string): Promise<ChartAnswer> {
  const response = await ask(path);
  expect(response.status).toBe(200);
  return await response.json() as ChartAnswer;
}

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ _step: from + i, loss: from + i }));

describe("GET /api/charts", () => {
  it("answers columns, the last point included, with null for a gap", async () => {
    await test.run("gap", [
      { _step: 0, loss: 1 },
      { _step: 1, loss: "NaN" },
      { _step: 2, loss: "Infinity" },
      { _step: 3, loss: 3 },
    ]);
    const { series, complete } = await answer("/api/charts?run=team/p/gap&key=loss&from=0&to=3");
    expect(complete).toBe(true);
    expect(series).toEqual([{
      run: "team/p/gap",
      key: "loss",
      x: [0, 1, 2, 3],
      mean: [1, null, null, 3],
      points: 4,
      nonFinite: 2,
      first: 1,
      last: 3,
      min: 1,
      minX: 0,
      max: 3,
      maxX: 3,
    }]);
  });

  it("answers low, high and count where a bucket is more than a point", async () => {
    await test.run("long", rows(0, 5_000));
    const { series: [one] } = await answer("/api/charts?run=team/p/long&key=loss&width=10");
    expect(one!.x.length).toBeLessThanOrEqual(10);
    expect(one!.low![0]).toBe(0);
    expect(one!.high!.at(-1)).toBe(4_999);
    expect(one!.count!.reduce((sum, n) => sum + n, 0)).toBe(5_000);
  });

  it("answers many keys of many runs, in the order in which they were asked for", async () => {
    await test.run("a", [{ _step: 0, x: 1, y: 2 }]);
    await test.run("b", [{ _step: 0, y: 3 }]);
    const path = "/api/charts?run=team/p/b&run=team/p/a&key=y&key=x";
    const { series } = await answer(path);
    expect(series.map(({ run, key, last }) => [run, key, last])).toEqual([
      ["team/p/b", "y", 3],
      ["team/p/a", "y", 2],
      ["team/p/a", "x", 1],
    ]);
  });

  it("answers with a cursor only what has come since", async () => {
    let run = await test.run("grows", rows(0, 3_000));
    const path = "/api/charts?run=team/p/grows&key=loss&width=4000";
    const first = await answer(path);
    expect(await answer(`${path}&cursor=${first.cursor}`)).toMatchObject({
      complete: false,
      series: [],
    });
    run = await test.log(run, rows(3_000, 2));
    const second = await answer(`${path}&cursor=${first.cursor}`);
    expect(second.complete).toBe(false);
    expect(second.series[0]).toMatchObject({ x: [3_000, 3_001], points: 2 });
    const whole = await answer(path);
    expect([...first.series[0]!.x, ...second.series[0]!.x]).toEqual(whole.series[0]!.x);
    expect(second.cursor).toBe(whole.cursor);
    expect(run.historyLines).toBe(3_002);
  });

  it("begins anew when the run was rewound", async () => {
    const run = await test.run("rewound", rows(0, 100));
    const path = "/api/charts?run=team/p/rewound&key=loss";
    const { cursor } = await answer(path);
    await test.store.lines.truncate(run.key, "history", 50);
    const again = await answer(`${path}&cursor=${cursor}`);
    expect(again.complete).toBe(true);
    expect(again.series[0]!.points).toBe(50);
  });

  it("takes a cursor that it did not write for none", async () => {
    for (const cursor of ["", "x", "1:2;3", "-1:5", "1:1e9", "'; DROP TABLE run"]) {
      const path = `/api/charts?run=team/p/gap&key=loss&cursor=${encodeURIComponent(cursor)}`;
      expect((await answer(path)).complete).toBe(true);
    }
  });

  it("knows no run that the viewer may not read, and says no more of it than of one that is not", async () => {
    const at = Date.now();
    const { project } = await test.store.projects.ensure("secret", "p", at);
    const made = { username: "eve", displayName: "x", at };
    await test.store.runs.upsert(project.key, "x", {}, made);
    const hidden = await ask("/api/charts?run=secret/p/x&key=loss");
    const missing = await ask("/api/charts?run=secret/p/y&key=loss");
    expect([hidden.status, missing.status]).toEqual([404, 404]);
    expect(await hidden.json()).toEqual({ error: `Cannot find the run "secret/p/x"` });
  });

  it.each([
    ["no run", "key=loss"],
    ["a width of nothing", "run=team/p/gap&width=0"],
    ["a width beyond any screen", "run=team/p/gap&width=100000"],
    ["a width that is none", "run=team/p/gap&width=wide"],
    ["a range that is none", "run=team/p/gap&from=here"],
    ["a stream that is none", "run=team/p/gap&stream=console"],
    [
      "too many keys",
      `run=team/p/gap${Array.from({ length: 201 }, (_, i) => `&key=k${i}`).join("")}`,
    ],
    [
      "too many buckets",
      `run=team/p/gap&width=4000${Array.from({ length: 150 }, (_, i) => `&key=k${i}`).join("")}`,
    ],
  ])("refuses %s", async (_what, query) => {
    const response = await ask(`/api/charts?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toHaveProperty("error");
  });

  it("refuses to be written to, and leaves other addresses to others", async () => {
    expect((await ask("/api/charts", { method: "POST" })).status).toBe(405);
    expect(await ask("/api/chart")).toBeNull();
  });
});

describe("GET /api/charts/keys", () => {
  it("lists what can be drawn, over all runs", async () => {
    await test.run("k1", [{ _step: 0, loss: 5, name: "a" }]);
    await test.run("k2", [{ _step: 0, loss: 7 }, { _step: 1, loss: "NaN" }]);
    const response = await ask("/api/charts/keys?run=team/p/k1&run=team/p/k2");
    expect(await response.json()).toEqual([
      { key: "loss", stream: "history", runs: 2, points: 3, min: 5, max: 7 },
    ]);
  });
});

/** Reads events until as many have come, and ends the stream. */
async function events(response: Response, count: number, between?: () => Promise<unknown>) {
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const found: { event: string; id: string | undefined; data: unknown }[] = [];
  let text = "";
  while (found.length < count) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const fields = new Map(
        text.slice(0, end).split("\n").map((line) => line.split(/: ?(.*)/s) as [string, string]),
      );
      text = text.slice(end + 2);
      if (!fields.has("data")) continue;
      const data: unknown = JSON.parse(fields.get("data")!);
      found.push({ event: fields.get("event")!, id: fields.get("id"), data });
      await between?.();
    }
  }
  await reader.cancel();
  return found;
}

describe("GET /api/charts/events", () => {
  it("sends the columns at once, and then what comes", async () => {
    const run = await test.run("live", rows(0, 10));
    const response = await ask("/api/charts/events?run=team/p/live&key=loss");
    let written = false;
    const found = await events(response, 2, async () => {
      if (written) return;
      written = true;
      await test.log(run, rows(10, 1));
    });
    expect(found.map(({ event }) => event)).toEqual(["columns", "columns"]);
    expect(found[0]!.data).toMatchObject({ complete: true, series: [{ points: 10 }] });
    expect(found[1]!.data).toMatchObject({ complete: false, series: [{ x: [10], mean: [10] }] });
  });

  it("goes on from where a browser was cut off", async () => {
    const run = await test.run("cut", rows(0, 10));
    const [first] = await events(await ask("/api/charts/events?run=team/p/cut&key=loss"), 1);
    await test.log(run, rows(10, 5));
    const headers = { "last-event-id": first!.id! };
    const again = await ask("/api/charts/events?run=team/p/cut&key=loss", { headers });
    const [second] = await events(again, 1);
    expect(second!.data).toMatchObject({ complete: false, series: [{ points: 5 }] });
  });

  it("makes one event of the changes that come while nobody reads", async () => {
    const run = await test.run("burst", rows(0, 1));
    const response = await ask("/api/charts/events?run=team/p/burst&key=loss");
    let written = false;
    const found = await events(response, 2, async () => {
      if (written) return;
      written = true;
      for (let i = 1; i <= 50; i++) await test.log(run, rows(i, 1));
    });
    expect(found[1]!.data).toMatchObject({ series: [{ points: 50 }] });
  });

  it("says without keys that a run has changed, and when it is gone, and ends", async () => {
    const run = await test.run("notice", rows(0, 1));
    const response = await ask("/api/charts/events?run=team/p/notice");
    let step = 0;
    const found = await events(response, 10, async () => {
      step++;
      const alert = { title: "look", text: "", level: "WARN", at: 1 } as const;
      if (step === 1) await test.store.runs.update(run.key, { state: "finished" });
      if (step === 2) await test.store.runs.addAlert(run.key, alert);
      if (step === 3) await test.store.runs.delete(run.key);
    });
    expect(found).toMatchObject([
      { event: "change", data: [{ run: "team/p/notice", state: "running", rows: 1 }] },
      { event: "change", data: [{ state: "finished", alerts: 0 }] },
      { event: "change", data: [{ state: "finished", alerts: 1 }] },
      { event: "gone" },
    ]);
  });

  it("watches the store no longer than somebody reads", async () => {
    let watching = 0;
    const watched = {
      ...test.store,
      people: test.store.people,
      projects: test.store.projects,
      runs: test.store.runs,
      series: test.store.series,
      watch(listener: Parameters<typeof test.store.watch>[0]) {
        watching++;
        const end = test.store.watch(listener);
        return () => {
          watching--;
          end();
        };
      },
    } as typeof test.store;
    await test.run("left", rows(0, 1));
    const request = new Request("http://server/api/charts/events?run=team/p/left&key=loss");
    const response = await chartApi(request, { store: watched, viewer: READER });
    expect(watching).toBe(1);
    await events(response!, 1);
    expect(watching).toBe(0);
  });
});
