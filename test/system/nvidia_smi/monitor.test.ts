import { afterEach, describe, expect, test } from "vitest";
import { GpuMonitor, type GpuMonitorOptions } from "../../../src/system/nvidia_smi/monitor.ts";
import { OwnProcesses } from "../../../src/system/nvidia_smi/own_processes.ts";
import { fakeEnv, fakeFile, isAlive, startsIn, until } from "../fake/mod.ts";

interface Watched {
  readonly monitor: GpuMonitor;
  readonly rows: Record<string, number>[];
  readonly warnings: string[];
  readonly log: string;
}

const open: Watched[] = [];

function watch(
  variables: Record<string, string>,
  options: Partial<GpuMonitorOptions> = {},
): Watched {
  const rows: Record<string, number>[] = [];
  const warnings: string[] = [];
  const log = Deno.makeTempFileSync();
  const monitor = new GpuMonitor({
    file: fakeFile,
    onRow: (row) => rows.push(row),
    onWarning: (message) => warnings.push(message),
    interval: 0.1,
    backoffMs: 10,
    env: fakeEnv({ FAKE_SMI_LOG: log, ...variables }),
    ...options,
  });
  const watched = { monitor, rows, warnings, log };
  open.push(watched);
  monitor.start();
  return watched;
}

afterEach(async () => {
  for (const { monitor, log } of open.splice(0)) {
    await monitor.stop();
    await until(() => startsIn(log).every(({ pid }) => !isAlive(pid)), "the children are gone");
    Deno.removeSync(log);
  }
});

describe("GpuMonitor", () => {
  test("start() reports every answer of eight GPUs as one row", async () => {
    const { rows, warnings } = watch({ FAKE_SMI_RECORDING: "synthetic-8x-h100.csv" });
    await until(() => rows.length >= 4, "four rows came");
    for (const row of rows) {
      for (let i = 0; i < 8; i++) expect(row).toHaveProperty([`system.gpu.${i}.powerWatts`]);
    }
    expect(rows[0]!["system.gpu.3.correctedMemoryErrors"]).toBe(3);
    expect(warnings).toEqual([]);
  });

  test("start() tells the run's own memory from its neighbours'", async () => {
    const { rows } = watch({ FAKE_SMI_PID: "4242" }, {
      own: new OwnProcesses({ pid: 4242, read: () => undefined }),
    });
    const key = "system.gpu.process.0.memoryAllocatedBytes";
    await until(() => rows.some((row) => key in row), "the run's share came");
    expect(rows.find((row) => key in row)![key]).toBe(17400 * 2 ** 20);
  });

  test("stop() ends the children", async () => {
    const { monitor, rows, log } = watch({});
    await until(() => rows.length > 1 && startsIn(log).length === 2, "both children ran");
    await monitor.stop();
    const before = rows.length;
    await until(() => startsIn(log).every(({ pid }) => !isAlive(pid)), "the children are gone");
    expect(rows.length).toBe(before);
  });

  test("stop() ends a child that asks for processes, and one that was asked in between", async () => {
    const { monitor, rows, log } = watch({ FAKE_SMI_MODE: "slow-once" }, { interval: 60 });
    await until(() => rows.length === 1, "the first row came");
    await new Promise((resolve) => setTimeout(resolve, 1010));
    const asked = monitor.sampleNow();
    await until(() => startsIn(log).length === 3, "three children ran");
    await monitor.stop();
    await asked;
    expect(rows.length).toBe(1);
    await until(() => startsIn(log).every(({ pid }) => !isAlive(pid)), "the children are gone");
  });

  test("setInterval() starts the child again at the new pace, without a warning", async () => {
    const { monitor, rows, log, warnings } = watch({});
    await until(() => rows.length > 0, "a row came");
    const before = rows.length;
    monitor.setInterval(15);
    const slow = (): number =>
      startsIn(log).filter(({ args }) => args.includes("--loop-ms=15000")).length;
    await until(() => slow() === 1, "the child runs slowly");
    await until(() => rows.length > before, "the first slow answer came at once");
    expect(warnings).toEqual([]);
  });

  test("sampleNow() asks once more between two slow answers", async () => {
    const { monitor, rows, log } = watch({}, { interval: 60 });
    await until(() => rows.length === 1, "the first row came");
    await monitor.sampleNow();
    expect(rows.length, "the first answer is fresh").toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1010));
    await Promise.all([monitor.sampleNow(), monitor.sampleNow()]);
    expect(rows.length).toBe(2);
    const once = startsIn(log).filter(({ args }) => /^--query-gpu(?!.*--loop-ms)/u.test(args));
    expect(once.length).toBe(1);
  });

  test("an answer that comes in pieces is put together", async () => {
    const { rows, warnings } = watch({
      FAKE_SMI_MODE: "pieces",
      FAKE_SMI_RECORDING: "synthetic-2x-t4.csv",
    });
    await until(() => rows.length > 2, "three rows came");
    for (const row of rows.slice(1)) {
      expect(row).toHaveProperty(["system.gpu.0.gpu"]);
      expect(row).toHaveProperty(["system.gpu.1.gpu"]);
    }
    expect(warnings).toEqual([]);
  });

  test("a driver that knows fewer fields is asked for those that it knows", async () => {
    const { rows, warnings, log } = watch({ FAKE_SMI_RECORDING: "synthetic-old-driver.csv" });
    await until(() => rows.length > 0, "a row came");
    expect(rows[0]!["system.gpu.0.powerWatts"]).toBe(65.31);
    expect(startsIn(log)[0]!.args).toContain("mig.mode.current");
    expect(warnings).toEqual([]);
  });

  test("a MIG parent and a card that reports little give what they have", async () => {
    const mig = watch({ FAKE_SMI_RECORDING: "synthetic-mig.csv" });
    const desktop = watch({ FAKE_SMI_RECORDING: "synthetic-desktop.csv" });
    await until(() => mig.rows.length > 0 && desktop.rows.length > 0, "both gave a row");
    expect(mig.rows[0]).not.toHaveProperty(["system.gpu.0.gpu"]);
    expect(mig.rows[0]!["system.gpu.0.powerWatts"]).toBe(120);
    expect(desktop.rows[0]!["system.gpu.0.fanSpeed"]).toBe(45);
    expect(desktop.rows[0]).not.toHaveProperty(["system.gpu.0.powerWatts"]);
    expect([...mig.warnings, ...desktop.warnings]).toEqual([]);
  });

  test.each([
    ["half-lines", "synthetic-2x-t4.csv"],
    ["long-lines", "synthetic-2x-t4.csv"],
  ])("%s between good ones are passed over", async (mode, recording) => {
    const { rows } = watch({ FAKE_SMI_MODE: mode, FAKE_SMI_RECORDING: recording }, {
      interval: 1.5,
    });
    await until(() => rows.length > 1, "two rows came");
    for (const row of rows) expect(row["system.gpu.1.powerWatts"]).toBeGreaterThan(66);
  });
});

describe("GpuMonitor, when nvidia-smi misbehaves", () => {
  test.each([
    ["hang", "hung"],
    ["die", "ended (exit code 3"],
    ["exit0", "ended (exit code 0"],
    ["flood", "flooded"],
    ["garbage", "cannot be understood"],
    ["binary", "cannot be understood"],
  ])("%s is reported once and the child is started again", async (mode, words) => {
    const { warnings, log } = watch({ FAKE_SMI_MODE: mode }, {
      silenceMs: mode === "hang" ? 1500 : 20_000,
    });
    const starts = (): number =>
      startsIn(log).filter(({ args }) => args.includes("--query-gpu")).length;
    await until(() => starts() >= 3, "it was started three times");
    const [first = ""] = warnings;
    expect(first).toContain(`GPU metrics are interrupted: nvidia-smi ${words}`.slice(0, 40));
    expect(first).toContain(words);
    expect(new Set(warnings).size).toBe(warnings.length);
    expect(warnings.length).toBe(1);
    // deno-lint-ignore no-control-regex
    expect(first).not.toMatch(/[\u0000-\u001f]/u);
  });

  test("metrics go on after a child died in mid-run", async () => {
    const { rows, warnings, log } = watch({ FAKE_SMI_MODE: "die", FAKE_SMI_AFTER: "2" });
    await until(() => rows.length >= 5, "five rows came from three children");
    expect(warnings.length).toBe(1);
    expect(startsIn(log).length).toBeGreaterThanOrEqual(3);
  });

  test("a GPU that disappears in mid-run is reported once, the others go on", async () => {
    const { rows, warnings } = watch({
      FAKE_SMI_RECORDING: "synthetic-2x-t4.csv",
      FAKE_SMI_MODE: "gone",
      FAKE_SMI_AFTER: "3",
    });
    await until(() => warnings.length > 0, "it was reported");
    expect(warnings).toEqual(["GPU 1 is no longer reported by nvidia-smi"]);
    const before = rows.length;
    await until(() => rows.length > before + 3, "the other one goes on");
    expect(rows.at(-1)).toHaveProperty(["system.gpu.0.gpu"]);
    expect(rows.at(-1)).not.toHaveProperty(["system.gpu.1.gpu"]);
    expect(warnings.length).toBe(1);
  });

  test("a GPU that the driver has lost is reported once", async () => {
    const { rows, warnings } = watch({ FAKE_SMI_RECORDING: "synthetic-lost.csv" });
    await until(() => rows.length >= 4, "four rows came");
    expect(warnings).toEqual(["GPU 1 is lost: the driver cannot reach it"]);
  });

  test("a driver that has failed is reported once, in its own words, and given up", async () => {
    const { rows, warnings, log } = watch({ FAKE_SMI_MODE: "driver" }, { backoffMs: 1 });
    await until(() => startsIn(log).length === 8, "it was tried eight times");
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(startsIn(log).length).toBe(8);
    expect(rows).toEqual([]);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toContain("couldn't communicate with the NVIDIA driver");
  });

  test.each([
    ["no-devices", {}],
    ["exit127", {}],
    ["", { file: "/nowhere/nvidia-smi" }],
  ])("without a GPU (%s) nothing is said and nothing is tried again", async (mode, options) => {
    const { rows, warnings, monitor, log } = watch({ FAKE_SMI_MODE: mode }, options);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect([rows, warnings, monitor.pid]).toEqual([[], [], undefined]);
    expect(startsIn(log).length).toBeLessThanOrEqual(1);
  });
});
