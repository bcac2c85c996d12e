import { Histogram, Image, init, openRun, Table } from "../../mod.ts";

/** What media cost the thread that logs them. Prints JSON. */
const [dir = "."] = Deno.args;
const ROUNDS = 15;
const SIDE = 224;
const IMAGES = 100;

const run = await init({ project: "bench", dir, settings: { quiet: true } });
await new Promise((resolve) => setTimeout(resolve, 500));

/** The median of some calls, and the best, in milliseconds. */
async function timed(rounds: number, call: () => void, pause = 0) {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const before = performance.now();
    call();
    times.push(performance.now() - before);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1]!, best: times[0]! };
}

const pixels = Array.from(
  { length: IMAGES },
  (_, n) => Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 7 + n) % 256),
);
const shape = [SIDE, SIDE, 3];
const images = await timed(ROUNDS, () => {
  run.log({ images: pixels.map((data) => new Image(data, { shape })) });
}, 2_000);
const target = new Uint8Array(IMAGES * SIDE * SIDE * 3);
const copy = await timed(ROUNDS, () => {
  for (const [i, data] of pixels.entries()) target.set(data, i * data.length);
}, 20);

const values = Float32Array.from({ length: 1_000_000 }, () => Math.random() + Math.random());
const histogram = await timed(ROUNDS, () => void new Histogram(values));

const rows = Array.from(
  { length: 100_000 },
  (_, i) =>
    Object.fromEntries(
      Array.from({ length: 10 }, (_, j) => [`c${j}`, j % 3 === 0 ? `text ${i} ${j}` : i * j / 7]),
    ),
);
const before = performance.now();
const made = Table.from(rows);
const making = performance.now() - before;
run.log({ table: made });
const blocked = performance.now() - before;
while (run.summary.table === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
const recorded = performance.now() - before;

await run.finish();
const { summary } = openRun(run.directory!);
if ((summary.table as { nrows: number }).nrows !== rows.length) throw new Error("rows were lost");
console.log(JSON.stringify({ images, copy, histogram, table: { making, blocked, recorded } }));
