import { answerChart } from "../../src/server/charts/answer.ts";
import { readCharts } from "../../src/server/charts/read_charts.ts";
import type { StoredRun } from "../../src/server/store/store.ts";
import { type PagesServer, startPages } from "../dashboard/server.ts";
import { atMost, type BenchRow, type BenchSection } from "./bench.ts";

const MILLION = 1_000_000;
const PIXELS = 1_000;
/** Times each work is done; the median is what is told. */
const REPEATS = 15;

/** What a chart and a page take of the server, from the database to the last byte. */
export const dashboard: BenchSection = {
  title: "Chart queries and pages",
  async rows() {
    await using pages = await startPages();
    return [
      ...await longSeries(pages),
      ...await manyRuns(pages),
      ...await runPage(pages),
      ...await runsTable(pages),
    ];
  },
};

async function longSeries(pages: PagesServer): Promise<BenchRow[]> {
  const run = await filled(pages, "long", MILLION, (step) => ({
    loss: Math.exp(-step / 3e5) + Math.random() * 0.1,
  }));
  const draw = (from: number, to: number, x = "_step") => () =>
    readCharts(pages.store, { runs: [run], keys: ["loss"], width: PIXELS, from, to, x });
  const what = "1,000,000 points at 1,000 px";
  // The most that is read from points: a part of as many chunks as are not drawn by their sums.
  const widest = 165 * 1_024;
  return [
    atMost(`${what}, zoomed out`, await median(draw(-Infinity, Infinity)), 10, "ms"),
    atMost(`${what}, 20,000 of them`, await median(draw(500_000, 520_000)), 20, "ms"),
    atMost(
      `${what}, the part that costs most (${widest.toLocaleString("en")})`,
      await median(draw(300_000, 300_000 + widest)),
      20,
      "ms",
    ),
    atMost(`${what}, over time`, await median(draw(-Infinity, Infinity, "_runtime")), 10, "ms"),
  ];
}

async function manyRuns(pages: PagesServer): Promise<BenchRow[]> {
  const runs: StoredRun[] = [];
  for (let i = 0; i < 50; i++) {
    runs.push(await filled(pages, `one-of-50-${i}`, 2_000, () => ({ loss: Math.random() + i })));
  }
  const query = { runs, keys: ["loss"], width: 2_000 };
  const answer = async () => JSON.stringify(await answerChart(pages.store, query, new Map()));
  return [atMost("50 runs x 2,000 points in one answer, as JSON", await median(answer), 50, "ms")];
}

async function runPage(pages: PagesServer): Promise<BenchRow[]> {
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    // Nothing of a new run was drawn before.
    const run = await filled(
      pages,
      `charts-${i}`,
      100_000,
      () => Object.fromEntries(Array.from({ length: 20 }, (_, k) => [`m${k}`, Math.random()])),
    );
    times.push(await timed(() => text(pages, `/bench/p/runs/${run.id}`)));
  }
  const again = await median(() => text(pages, "/bench/p/runs/charts-0"));
  return [
    atMost("a run's page, 20 charts of 100,000 points", middle(times), 150, "ms"),
    atMost("the same page again", again, 150, "ms"),
  ];
}

async function runsTable(pages: PagesServer): Promise<BenchRow[]> {
  for (let i = 0; i < 10_000; i++) {
    await pages.run({ entity: "bench", project: "many", id: `r${i}` }, {
      state: "finished",
      config: { lr: Math.random(), model: `m${i % 5}` },
      summary: { loss: Math.random(), acc: Math.random() },
    });
  }
  const page = "/bench/many?sort=summary.loss";
  const second = /rel="next" href="([^"]+)"/.exec(await text(pages, page))![1]!;
  const next = second.replaceAll("&amp;", "&");
  const search = "/bench/many?q=config.lr%3E0.5&sort=-summary.loss";
  return [
    atMost("50 of 10,000 runs by a summary field", await median(() => text(pages, page)), 30, "ms"),
    atMost("the page after that", await median(() => text(pages, next)), 30, "ms"),
    atMost("the same, of those that match", await median(() => text(pages, search)), 30, "ms"),
  ];
}

async function filled(
  pages: PagesServer,
  id: string,
  rows: number,
  row: (step: number) => Record<string, unknown>,
): Promise<StoredRun> {
  const run = await pages.run({ entity: "bench", project: "p", id });
  const start = run.createdAt / 1_000;
  for (let offset = 0; offset < rows; offset += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, rows - offset) }, (_, i) => {
      const step = offset + i;
      return JSON.stringify({ _step: step, _timestamp: start + step / 10, ...row(step) });
    });
    await pages.store.lines.write(run.key, [{ stream: "history", offset, lines }]);
  }
  return (await pages.store.runs.get(run.key))!;
}

async function text(pages: PagesServer, path: string): Promise<string> {
  const response = await pages.ask(path);
  if (!response.ok) throw new Error(`Cannot read ${path}: ${response.status}`);
  return await response.text();
}

async function median(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  await work();
  for (let i = 0; i < REPEATS; i++) times.push(await timed(work));
  return middle(times);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function middle(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1]!;
}
