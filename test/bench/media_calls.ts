import { Histogram, Image, init, openRun, Table } from "../../mod.ts";

/** What media cost the thread that logs them. Prints JSON. */
const [dir = "."] = Deno.args;
const ROUNDS = 15;
const SIDE = 224;
const IMAGES = 100;

const run = await init({ project: "bench", dir, settings: { quiet: true } });
await new Promise((resolve) => setTimeout(resolve, 500));

/** How long a call takes, in milliseconds. */
function time(call: () => void): number {
  const before = performance.now();
  call();
  return performance.now() - before;
}

/** The median of some times, and the best. */
function timesOf(times: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, best: sorted[0]! };
}

const pixels = Array.from(
  { length: IMAGES },
  (_, n) => Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => (i * 7 + n) % 256),
);
const target = new Uint8Array(IMAGES * SIDE * SIDE * 3);
const shape = [SIDE, SIDE, 3];
const logAll = (arrays: readonly Uint8Array[], transfer: boolean) => {
  run.log({ images: arrays.map((data) => new Image(data, { shape, transfer })) });
};
const copyAll = () => {
  for (const [n, data] of pixels.entries()) target.set(data, n * data.length);
};
/** Waits until the last ones are made: what comes next has the processor for itself. */
const allMade = async () => {
  const pause = () => new Promise((resolve) => setTimeout(resolve, 50));
  const last = `images_${run.step - 1}_`;
  while (!JSON.stringify(run.summary.images ?? "").includes(last)) await pause();
  await pause();
};

const giving: number[] = [];
for (let i = 0; i < ROUNDS; i++) {
  // A training loop has just made them.
  const given = pixels.map((data) => data.slice());
  giving.push(time(() => logAll(given, true)));
  await allMade();
}
const logging: number[] = [];
const copying: number[] = [];
// In pairs: what else the machine does meanwhile slows both, and their ratio stays. In turn, since
// the second finds the pixels in the processor's cache.
for (let i = 0; i < ROUNDS; i++) {
  if (i % 2 === 0) copying.push(time(copyAll));
  logging.push(time(() => logAll(pixels, false)));
  if (i % 2 === 1) copying.push(time(copyAll));
  await allMade();
}
const images = {
  given: timesOf(giving),
  copied: timesOf(logging),
  copy: timesOf(copying),
  ratio: timesOf(logging.map((ms, i) => ms / copying[i]!)).median,
};

const values = Float32Array.from({ length: 1_000_000 }, () => Math.random() + Math.random());
const histogram = timesOf(
  Array.from({ length: ROUNDS }, () => time(() => void new Histogram(values))),
);

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
console.log(
  JSON.stringify({ images, histogram, table: { making, blocked, recorded } }),
);
