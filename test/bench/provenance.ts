import { runGit } from "../provenance/repository.ts";
import { spawnScript } from "../session/script.ts";
import { atMost, type BenchRow, type BenchSection, figure, lastJson } from "./bench.ts";

const FILES = 50_000;
const PATCH_BYTES = 5_000_000;
const ROUNDS = 7;

/** What it costs to record where a run comes from, and what a script prints. */
export const provenance: BenchSection = {
  title: "Code, Git and console",
  async rows() {
    const dir = Deno.makeTempDirSync({ prefix: "cellar-bench-" });
    try {
      return [...await largeRepository(dir), ...await printing(dir)];
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
};

interface Begun {
  readonly initMs: number;
  readonly slowestLogMs: number;
  readonly gitMs: number;
  readonly patchMB: number;
}

/** A run that logs for as long as the background takes Git's state. */
const BEGIN = (git: boolean) => `
const before = performance.now();
const run = await cellar.init({ dir: DIR, mode: "offline", settings: { quiet: true, git: ${git} } });
const initMs = performance.now() - before;
let slowestLogMs = 0, gitMs = NaN;
for (let i = 0; i < 3000 && Number.isNaN(gitMs); i++) {
  const start = performance.now();
  run.log({ i });
  slowestLogMs = Math.max(slowestLogMs, performance.now() - start);
  await new Promise((resolve) => setTimeout(resolve, 5));
  if (!${git} && i > 200) break;
  if (i % 10 === 0 && cellar.openRun(run.directory).git !== null) gitMs = performance.now() - before;
}
const patchMB = (cellar.openRun(run.directory).git?.patch?.size ?? 0) / 1e6;
await run.finish();
console.log(JSON.stringify({ initMs, slowestLogMs, gitMs, patchMB }));`;

async function largeRepository(dir: string): Promise<BenchRow[]> {
  const root = `${dir}/large`;
  await makeRepository(root);
  const begin = async (git: boolean) => {
    const { stdout } = await spawnScript(BEGIN(git), { dir: root }).output();
    return lastJson<Begun>(stdout);
  };
  const rounds: { on: Begun; off: Begun }[] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push({ on: await begin(true), off: await begin(false) });
  const on = rounds.map((round) => round.on);
  const off = rounds.map((round) => round.off);
  const init = (runs: readonly Begun[]) => median(runs.map((run) => run.initMs));
  const { patchMB } = on[0]!;
  return [
    atMost(
      `init() in a repository of ${FILES} files: longer than without Git`,
      init(on) - init(off),
      5,
      "ms",
    ),
    { what: "  init() without Git", measured: `${figure(init(off))} ms` },
    {
      what: "  its patch",
      measured: `${figure(patchMB)} MB`,
      expected: "≥ 5 MB",
      ok: patchMB >= 5,
    },
    {
      what: "  slowest log() while Git's state is taken",
      measured: `${figure(median(on.map((run) => run.slowestLogMs)))} ms`,
      expected: `${figure(median(off.map((run) => run.slowestLogMs)))} ms without`,
    },
    atMost(
      "  Git's state is in the record after",
      median(on.map((run) => run.gitMs)),
      10_000,
      "ms",
    ),
  ];
}

async function makeRepository(root: string): Promise<void> {
  const line = `${"x".repeat(99)}\n`;
  for (let folder = 0; folder < FILES / 500; folder++) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    for (let i = 0; i < 500; i++) Deno.writeTextFileSync(`${root}/${folder}/${i}.txt`, line);
  }
  runGit(root, "init", "--quiet", "--initial-branch=main");
  runGit(root, "add", "--all");
  runGit(root, "commit", "--quiet", "--no-verify", "--message", "all");
  const changed = 100;
  const text = "y".repeat(99) + "\n";
  for (let i = 0; i < changed; i++) {
    Deno.writeTextFileSync(`${root}/0/${i}.txt`, text.repeat(PATCH_BYTES / changed / 100));
  }
}

interface Printed {
  readonly plainUs: number;
  readonly recordedUs: number;
  readonly slowPlainUs: number;
  readonly slowRecordedUs: number;
}

/** The same lines without a run, and within one; then slowly, as most scripts print. */
const PRINT = `
const time = (n) => {
  const start = performance.now();
  for (let i = 0; i < n; i++) console.log("epoch", i, "loss", 0.25);
  return 1000 * (performance.now() - start) / n;
};
const slow = async () => {
  let us = 0;
  for (let i = 0; i < 200; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    us += time(1);
  }
  return us / 200;
};
time(5_000);
const slowPlainUs = await slow();
const plainUs = time(20_000);
const run = await cellar.init({ dir: DIR, mode: "offline", settings: { quiet: true } });
await new Promise((resolve) => setTimeout(resolve, 1000));
const recordedUs = time(20_000);
const slowRecordedUs = await slow();
await run.finish();
Deno.writeTextFileSync(DIR + "/printed.json", JSON.stringify({
  plainUs, recordedUs, slowPlainUs, slowRecordedUs,
}));`;

async function printing(dir: string): Promise<BenchRow[]> {
  const child = spawnScript(PRINT, { dir });
  await child.output();
  const text = Deno.readTextFileSync(`${dir}/printed.json`);
  const { plainUs, recordedUs, slowPlainUs, slowRecordedUs } = JSON.parse(text) as Printed;
  return [
    atMost("console.log() in a loop: longer when it is recorded", recordedUs - plainUs, 15, "µs"),
    { what: "  console.log() in a loop, without a run", measured: `${figure(plainUs)} µs` },
    atMost(
      "console.log() every 5 ms: longer when it is recorded",
      slowRecordedUs - slowPlainUs,
      200,
      "µs",
    ),
    { what: "  console.log() every 5 ms, without a run", measured: `${figure(slowPlainUs)} µs` },
  ];
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
