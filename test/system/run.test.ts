/** Runs that sample the hardware, each a process of its own, with the fake `nvidia-smi` on PATH. */
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { openRun, type RecordedRun } from "../../mod.ts";
import { runDirectories, runScript, type ScriptOptions, spawnScript } from "../session/script.ts";
import { tempDir } from "../temp.ts";
import { fakeEnv, fakeFile, isAlive, startsIn, until } from "./fake/mod.ts";

const parent = tempDir();
const POWER = "system.gpu.0.powerWatts";

interface Place extends ScriptOptions {
  /** What the fakes that were started wrote. */
  readonly log: string;
}

/** A directory of its own, and an environment in which there is a GPU. */
function place(variables: Record<string, string> = {}): Place {
  const dir = Deno.makeTempDirSync({ dir: parent });
  const log = `${dir}/fake.log`;
  const PATH = `${dirname(fakeFile)}:/usr/bin:/bin`;
  return { dir, log, env: fakeEnv({ PATH, FAKE_SMI_LOG: log, ...variables }) };
}

function init(more = "", system = "{ interval: 0.2 }"): string {
  return `const run = await cellar.init({
  dir: DIR, settings: { quiet: true, system: ${system} }, ${more}
});
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const gpu = async () => {
  while (run.system.columns(["${POWER}"])["${POWER}"].length === 0) await sleep(20);
};
`;
}

async function allGone(log: string): Promise<void> {
  try {
    await until(() => startsIn(log).every(({ pid }) => !isAlive(pid)), "the children are gone");
  } finally {
    // A test that fails must not leave them either.
    for (const { pid } of startsIn(log)) if (isAlive(pid)) Deno.kill(pid, "SIGKILL");
  }
}

function values(run: RecordedRun, key: string): (number | undefined)[] {
  return run.system.columns([key])[key] ?? [];
}

describe("init()", () => {
  test("init() samples at once, and goes on while the script blocks", async () => {
    const here = place();
    const { code, stderr, run } = await runScript(
      `${init()}
await gpu();
const end = performance.now() + 1500;
while (performance.now() < end);`,
      here,
    );
    expect([code, stderr]).toEqual([0, ""]);
    const rows = [...run().system.rows()];
    expect(rows[0]).toMatchObject({ _wandb: true });
    expect(rows[0]!._runtime).toBeLessThan(5);
    expect(rows[0]!._timestamp - rows[0]!._runtime).toBeCloseTo(
      run().startedAt.getTime() / 1000,
      2,
    );
    // The loop alone is worth seven of each.
    expect(values(run(), POWER).length).toBeGreaterThan(3);
    expect(values(run(), "system.proc.memory.rssMB").length).toBeGreaterThan(3);
    const times = rows.map((row) => row._runtime);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    await allGone(here.log);
  });

  test("init() samples every two seconds unless it is told otherwise", async () => {
    const here = place({ WANDB__STATS_SAMPLING_INTERVAL: "1.5" });
    const script = (settings: string) => `${init("", settings)} await gpu();`;
    await runScript(script("{}"), here);
    await runScript(script("{ interval: 0.5 }"), here);
    await runScript(script("undefined"), { ...here, env: { ...here.env, ...unset } });
    const loops = startsIn(here.log).map(({ args }) => /--loop-ms=(\d+)/u.exec(args)?.[1]);
    expect(loops.filter((loop) => loop !== undefined)).toEqual(["1500", "500", "2000"]);
  });

  test("init() samples nothing when it is told so", async () => {
    const off = place();
    await runScript(`${init("", "false")} await sleep(300);`, off);
    const disabled = place({ WANDB__DISABLE_STATS: "true" });
    await runScript(`${init("", "undefined")} await sleep(300);`, disabled);
    for (const { dir, log } of [off, disabled]) {
      expect(startsIn(log)).toEqual([]);
      const [directory = ""] = runDirectories(dir);
      expect([...Deno.readDirSync(directory)].map(({ name }) => name)).not.toContain(
        "system.jsonl",
      );
      expect(openRun(directory).system.columns()).toEqual({ _timestamp: [], _runtime: [] });
    }
  });

  test("init() goes on in the same file when a run is resumed, after half a line too", async () => {
    const here = place();
    await runScript(`${init(`id: "twice"`)} await gpu(); Deno.kill(Deno.pid, "SIGKILL");`, here);
    const [directory = ""] = runDirectories(here.dir);
    Deno.writeTextFileSync(`${directory}/system.jsonl`, `{"_wandb":true,"_time`, { append: true });
    const before = [...openRun(directory).system.rows()];
    const { code } = await runScript(
      `${init(`id: "twice", resume: "must"`)} const had = ${before.length};
while ([...run.system.rows()].length <= had) await sleep(20);`,
      here,
    );
    expect(code).toBe(0);
    const after = [...openRun(directory).system.rows()];
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after[before.length]!._runtime).toBeGreaterThan(before.at(-1)!._runtime);
    const lines = Deno.readTextFileSync(`${directory}/system.jsonl`).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(after);
    await allGone(here.log);
  });

  test("init() without nvidia-smi on PATH says nothing of GPUs", async () => {
    const here = place({ PATH: "/usr/bin:/bin" });
    const { stderr, run } = await runScript(
      `${init()} while (!run.system.keys().includes("system.cpu")) await sleep(20);`,
      here,
    );
    expect(stderr).toBe("");
    expect(run().warnings).toEqual([]);
    expect(run().system.keys().filter((key) => key.includes("gpu"))).toEqual([]);
    expect(values(run(), "system.cpu").length).toBeGreaterThan(0);
  });

  test("init() without --allow-run names it once, and records all else", async () => {
    const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"];
    const here = { ...place(), permissions };
    const { code, run } = await runScript(
      `${init()} run.log({ a: 1 });
while (cellar.openRun(run.directory).warnings.length < 2) await sleep(20);`,
      here,
    );
    expect(code).toBe(0);
    expect(run().warnings.filter((message) => message.includes("nvidia-smi"))).toEqual([
      "GPU metrics are off: nvidia-smi may not be run without --allow-run=nvidia-smi",
    ]);
    expect(run()).toMatchObject({ state: "finished", length: 1 });
    expect(values(run(), "system.memory_percent").length).toBeGreaterThan(0);
  });
});

const unset = { WANDB__STATS_SAMPLING_INTERVAL: "" };

describe("a run's nvidia-smi", () => {
  test.each([
    ["finish()", "await run.finish(); await sleep(3000);", 0],
    ["the end of the script", "", 0],
    ["Deno.exit()", "Deno.exit(3);", 3],
    [
      "an error that nobody catches",
      `setTimeout(() => { throw new Error("no"); }); await sleep(9e6);`,
      1,
    ],
    ["SIGTERM", `Deno.kill(Deno.pid, "SIGTERM"); await sleep(9e6);`, 143],
    ["SIGKILL", `Deno.kill(Deno.pid, "SIGKILL"); await sleep(9e6);`, 137],
  ])("ends with the run: %s", async (_how, ending, code) => {
    const here = place();
    const child = spawnScript(`${init()} await gpu(); console.log("ready");\n${ending}`, here);
    const status = child.status;
    await until(() => startsIn(here.log).length >= 1, "a child runs");
    if (code === 0 && ending !== "") {
      // Long before the process itself ends.
      await until(
        () => startsIn(here.log).every(({ pid }) => !isAlive(pid)),
        "the children are gone",
      );
    }
    await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
    expect((await status).code).toBe(code);
    await allGone(here.log);
  });

  test("ends at Deno.exit(), though it would be silent for an hour", async () => {
    const here = place();
    const { code } = await runScript(
      `${init("", "{ interval: 3600 }")} await gpu(); await sleep(200); Deno.exit(3);`,
      here,
    );
    expect(code).toBe(3);
    await allGone(here.log);
  });

  test("ends with a run that is killed, also when it knows nothing of closed pipes", async () => {
    const here = place();
    const program = `#!/bin/sh
case "$*" in *compute*) exit;; esac
echo "$$ $*" >> '${here.log}'
echo "index, power.draw [W]"
while :; do echo "0, 100.00 W"; sleep 0.1; done
`;
    Deno.writeTextFileSync(`${here.dir}/nvidia-smi`, program);
    Deno.chmodSync(`${here.dir}/nvidia-smi`, 0o755);
    const env = { PATH: `${here.dir}:/usr/bin:/bin` };
    const { code } = await runScript(
      `${init()} await gpu(); Deno.kill(Deno.pid, "SIGKILL"); await sleep(9e6);`,
      { ...here, env },
    );
    expect(code).toBe(137);
    expect(startsIn(here.log).length).toBe(1);
    await allGone(here.log);
  });

  test("ends with a worker that dies, and another one goes on", async () => {
    const here = place();
    const mortal = new URL("../worker/mortal.ts", import.meta.url).href;
    const host = new URL("../../src/worker/host.ts", import.meta.url).href;
    const { code, stderr } = await runScript(
      `import { WorkerHost } from ${JSON.stringify(host)};
Deno.mkdirSync(DIR + "/deaths");
Deno.env.set("CELLAR_TEST_DEATHS", DIR + "/deaths");
${init("", "false")}
const services = { system: { interval: 0.2 } };
const host = new WorkerHost(new URL(${JSON.stringify(mortal)}));
host.open(run.directory, { live: false, interrupt: false, services }, {
  panel() {}, vanished() {}, interrupt() {}, died() {}, warning: (message) => console.error(message),
  report: ({ pid }) => services.system = { ...services.system, leftover: pid },
});
await gpu();
await sleep(200);
Deno.writeTextFileSync(DIR + "/deaths/1", "");
const had = [...run.system.rows()].length;
while ([...run.system.rows()].filter((row) => "${POWER}" in row).length < had) await sleep(20);
const pids = Deno.readTextFileSync(Deno.env.get("FAKE_SMI_LOG")).split("\\n")
  .filter((line) => line.includes("--loop-ms")).map((line) => parseInt(line));
const alive = pids.filter((pid) => !/\\) Z /.test(
  (() => { try { return Deno.readTextFileSync("/proc/" + pid + "/stat") } catch { return ") Z " } })()
));
if (pids.length !== 2 || alive.length !== 1) console.error("children", pids, alive);
await host.close(run.directory, 3000);
await run.finish();`,
      here,
    );
    expect([code, stderr]).toEqual([0, ""]);
    await allGone(here.log);
  });

  test("may do what it likes: the run goes on, and says it once", async () => {
    const here = place({ FAKE_SMI_AFTER: "1" });
    const modes = {
      "exit0": /nvidia-smi ended \(exit code 0\)/,
      "exit127": /nvidia-smi ended \(exit code 127\)/,
      "die": /nvidia-smi ended \(exit code 3\)/,
      "hang": undefined,
      "garbage": /cannot be understood/,
      "binary": /cannot be understood|flooded/,
      "half-lines": undefined,
      // Five lines of a megabyte in a second.
      "long-lines": /flooded/,
      "flood": /flooded/,
      "gone": undefined,
      "driver": /couldn't communicate with the NVIDIA driver/,
      "no-devices": undefined,
    } as const;
    const loud = Object.entries(modes).filter(([, words]) => words).map(([mode]) => mode);
    for (const mode in modes) {
      const file = `${here.dir}/${mode}`;
      Deno.writeTextFileSync(file, `#!/bin/sh\nFAKE_SMI_MODE=${mode} exec '${fakeFile}' "$@"\n`);
      Deno.chmodSync(file, 0o755);
    }
    const { code, stdout } = await runScript(
      `const runs = {};
for (const mode of ${JSON.stringify(Object.keys(modes))}) {
  const system = { interval: 0.2, nvidiaSmi: DIR + "/" + mode };
  const run = runs[mode] = await cellar.init({ dir: DIR, settings: { quiet: true, system } });
  for (let i = 0; i < 100; i++) run.log({ i });
}
const due = (mode) => {
  const { warnings, system } = cellar.openRun(runs[mode].directory);
  const rows = system.columns(["${POWER}"])["${POWER}"].length;
  return warnings.length > 0 || (rows > 0 && !${JSON.stringify(loud)}.includes(mode));
};
const last = performance.now() + 20_000;
const quiet = ["no-devices", "hang"];
while (performance.now() < last && !Object.keys(runs).every((mode) => quiet.includes(mode) || due(mode))) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
const begin = performance.now();
await Promise.all(Object.values(runs).map((run) => run.finish()));
if (performance.now() - begin > 5000) throw new Error("finish() took too long");
console.log(JSON.stringify(Object.entries(runs).map(([mode, run]) => [mode, run.directory])));`,
      here,
    );
    expect(code).toBe(0);
    for (const [mode, directory] of JSON.parse(stdout) as [keyof typeof modes, string][]) {
      const run = openRun(directory);
      expect(run, mode).toMatchObject({ state: "finished", length: 100 });
      const said = run.warnings.filter((message) => /nvidia-smi|GPU/u.test(message));
      const words = modes[mode];
      if (words === undefined) expect(said, mode).toEqual([]);
      else expect(said, mode).toEqual([expect.stringMatching(words)]);
      expect(values(run, "system.cpu").length, mode).toBeGreaterThan(0);
      const none = mode === "driver" || mode === "no-devices";
      expect(values(run, POWER).length > 0, mode).toBe(!none);
    }
    await allGone(here.log);
  });
});

describe("run.system", () => {
  test("run.system draws the GPU first, and gives its samples as columns and sums", async () => {
    const here = place({ FAKE_SMI_RECORDING: "synthetic-2x-t4.csv" });
    const { stdout, run } = await runScript(
      `${init()}
await gpu();
const start = Date.now() / 1000;
await sleep(1000);
const end = Date.now() / 1000;
await sleep(500);
const { "text/html": panel } = await run[Symbol.for("Jupyter.display")]();
const [html, text] = [await run.system.html(), await run.system.text()];
const { energy, gpus } = run.system.summarize({ start, end });
const columns = run.system.columns(["_runtime", "${POWER}"]);
console.log(JSON.stringify({ html, text, panel, energy, gpus: gpus.length, columns, start, end }));`,
      here,
    );
    const { html, text, panel, energy, gpus, columns } = JSON.parse(stdout);
    for (const drawn of [html, panel]) {
      expect(drawn).toMatch(/<img alt="GPU power, W\. 2 series over seconds: GPU 0 from/);
      expect(drawn.indexOf("GPU power, W")).toBeLessThan(drawn.indexOf("Processor, %"));
    }
    expect(panel).toMatch(/<details[^>]*><summary[^>]*>hardware/);
    expect(text).toMatch(/^GPU power, W: GPU 1 .*\d/mu);
    expect(gpus).toBe(2);
    const watts = values(run(), POWER) as number[];
    // A second between the least and the most that both cards ever took, more or less.
    expect(energy).toBeGreaterThan(Math.min(...watts));
    expect(energy).toBeLessThan(4 * Math.max(...watts));
    expect(columns[POWER].length).toBe(columns._runtime.length);
    expect(columns[POWER].every((value: unknown) => typeof value === "number")).toBe(true);
  });

  test("run.system of a run that is not recorded is empty", async () => {
    const { stdout } = await runScript(
      `const run = await cellar.init({ mode: "disabled" });
const { keys, rows } = { keys: run.system.keys(), rows: [...run.system.rows()] };
console.log(JSON.stringify({
  keys, rows, columns: run.system.columns(["system.cpu"]),
  use: run.system.summarize({ start: 1, end: 3 }), text: await run.system.text(),
}));`,
      place(),
    );
    expect(JSON.parse(stdout)).toMatchObject({
      keys: [],
      rows: [],
      columns: { "system.cpu": [] },
      use: { seconds: 2, gpus: [] },
      text: expect.stringContaining("not recorded"),
    });
  });
});
