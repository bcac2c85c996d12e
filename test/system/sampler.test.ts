import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { describeHardware, parseCudaVersion } from "../../src/system/describe.ts";
import type { Host } from "../../src/system/host.ts";
import { type SamplerClock, SystemSampler } from "../../src/system/sampler.ts";
import { fakeEnv, fakeFile, isAlive, startsIn, until } from "./fake/mod.ts";

class FakeClock implements SamplerClock {
  time = 0;
  next: { callback: () => void; at: number } | undefined;
  now(): number {
    return 1000 + this.time / 1000;
  }
  monotonic(): number {
    return this.time;
  }
  setTimeout(callback: () => void, milliseconds: number): unknown {
    return this.next = { callback, at: this.time + milliseconds };
  }
  clearTimeout(): void {
    this.next = undefined;
  }
  /** Lets time pass, with each timer late by some milliseconds. */
  pass(seconds: number, late = 0): void {
    const end = this.time + seconds * 1000;
    while (this.next !== undefined && this.next.at <= end) {
      const { callback, at } = this.next;
      this.next = undefined;
      this.time = at + late;
      callback();
    }
    this.time = Math.max(this.time, end);
  }
}

const host: Host = {
  processMicros: () => 0,
  physicalCores: () => undefined,
  rss: () => 2 ** 20,
  threads: () => undefined,
  cores: () => undefined,
  memory: () => undefined,
  limits: () => ({}),
  diskUsage: () => undefined,
  drives: () => undefined,
  network: () => undefined,
};

function sample(options: Partial<ConstructorParameters<typeof SystemSampler>[0]> = {}) {
  const clock = new FakeClock();
  const times: number[] = [];
  const warnings: string[] = [];
  const sampler = new SystemSampler({
    onRow: (_row, time) => times.push(time),
    onWarning: (message) => warnings.push(message),
    nvidiaSmi: null,
    clock,
    host,
    ...options,
  });
  return { clock, times, warnings, sampler };
}

describe("SystemSampler", () => {
  test("start() samples at once and then every two seconds", async () => {
    const { clock, times, sampler } = sample();
    sampler.start();
    expect(times).toEqual([1000]);
    clock.pass(6);
    expect(times).toEqual([1000, 1002, 1004, 1006]);
    await sampler.stop();
    clock.pass(60);
    expect(times.length).toBe(5);
  });

  test("start() is thinned to 15 seconds after ten minutes", async () => {
    const { clock, times, sampler } = sample();
    sampler.start();
    clock.pass(700);
    expect(times.at(300)).toBe(1600);
    expect(times.slice(301)).toEqual([1615, 1630, 1645, 1660, 1675, 1690]);
    await sampler.stop();
  });

  test("start() keeps its pace when timers are late", async () => {
    const { clock, times, sampler } = sample({ interval: 1 });
    sampler.start();
    clock.pass(100, 30);
    expect(times.length).toBeGreaterThanOrEqual(100);
    expect(times.at(-1)).toBeGreaterThan(1099);
    await sampler.stop();
  });

  test("sampleNow() gives an extra row, and none before start() or after stop()", async () => {
    const { clock, times, sampler } = sample();
    sampler.sampleNow();
    sampler.start();
    clock.pass(1);
    sampler.sampleNow();
    expect(times).toEqual([1000, 1001]);
    await sampler.stop();
    sampler.sampleNow();
    expect(times.length).toBe(3);
  });

  test("sampleNow() right after another sample gives none", async () => {
    const { clock, times, sampler } = sample();
    sampler.start();
    for (let i = 0; i < 100; i++) {
      clock.pass(0.01);
      await sampler.sampleNow();
    }
    expect(times.length).toBe(21);
    await sampler.stop();
  });

  test("stop() takes a last sample, so that the end of a run is no one's gap", async () => {
    const { clock, times, sampler } = sample();
    sampler.start();
    clock.pass(1.5);
    await Promise.all([sampler.stop(), sampler.stop()]);
    expect(times).toEqual([1000, 1001.5]);
  });

  test("start() warns once when reading fails, and goes on", async () => {
    const broken: Host = {
      ...host,
      rss: () => {
        throw new Error("no such thing");
      },
    };
    const { clock, warnings, sampler } = sample({ host: broken });
    sampler.start();
    clock.pass(10);
    expect(warnings).toEqual(["Cannot sample the system: no such thing"]);
    await sampler.stop();
  });

  test("SystemSampler() refuses an interval that is none", () => {
    for (const interval of [NaN, 0, -1, 0.05, Infinity]) {
      expect(() => sample({ interval }), String(interval)).toThrow(RangeError);
    }
  });

  test("start() finds nvidia-smi on PATH, and does without", async () => {
    const run = async (path: string) => {
      const keys = await probe({ flags: ["-A"], path, milliseconds: 1500 });
      return keys.keys.some((key) => key.startsWith("system.gpu."));
    };
    const bin = "/usr/bin:/bin";
    expect(await run(`${dirname(fakeFile)}:${bin}`)).toBe(true);
    const empty = Deno.makeTempDirSync();
    expect(await run(empty)).toBe(false);
    Deno.removeSync(empty);
  });
});

interface ProbeOptions {
  readonly flags: readonly string[];
  readonly path?: string;
  readonly name?: string;
  readonly milliseconds?: number;
}

/** Runs `probe.ts` with some permissions only. */
async function probe(
  { flags, path = `${dirname(fakeFile)}:/usr/bin:/bin`, name = "nvidia-smi", milliseconds = 300 }:
    ProbeOptions,
): Promise<{ warnings: string[]; keys: string[] }> {
  const script = new URL("./probe.ts", import.meta.url).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...flags, script, name, String(milliseconds)],
    // Deno passes such a variable on only with the whole run permission; GPU machines have it.
    env: fakeEnv({ PATH: path, LD_LIBRARY_PATH: "/nowhere" }),
    stdin: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (text === "") throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

describe("permissions", () => {
  test("without any permission the process alone is sampled, and each part named once", async () => {
    const { warnings, keys } = await probe({ flags: [] });
    expect(keys).toEqual(["system.proc.cpu.seconds", "system.proc.memory.rssMB", "system.cpu"]);
    expect(warnings.length).toBe(2);
    for (const word of ["--allow-sys=cpus", "--allow-sys=statfs", "--allow-read"]) {
      expect(warnings[0]).toContain(word);
    }
    expect(warnings[1]).toBe(
      "GPU metrics are off: nvidia-smi may not be run without --allow-env",
    );
  });

  test("the GPU needs only the permissions that its warnings name", async () => {
    const flags = ["--allow-read", "--allow-env", "--allow-run=nvidia-smi"];
    expect((await probe({ flags: flags.slice(1) })).warnings.at(-1)).toContain("--allow-read");
    const { keys } = await probe({ flags, milliseconds: 1500 });
    expect(keys).toContain("system.gpu.0.powerWatts");
  });

  test("without --allow-run the GPU is off, with one warning that names it", async () => {
    const { warnings } = await probe({ flags: ["--allow-read", "--allow-env", "--allow-sys"] });
    expect(warnings.filter((message) => message.includes("--allow-run"))).toEqual([
      "GPU metrics are off: nvidia-smi may not be run without --allow-run=nvidia-smi",
    ]);
  });

  test("without --allow-run and without nvidia-smi nothing is said of GPUs", async () => {
    const flags = ["--allow-read", "--allow-env", "--allow-sys"];
    const { warnings } = await probe({ flags, path: "/nowhere" });
    expect(warnings.filter((message) => message.includes("GPU"))).toEqual([]);
  });

  test("--allow-read and --allow-sys give all but traffic, whose permission is named", async () => {
    const { warnings, keys } = await probe({ flags: ["--allow-read", "--allow-sys"] });
    for (const key of ["system.memory_percent", "system.cpu.total_percent"]) {
      expect(keys).toContain(key);
    }
    expect(keys).toContain("system.disk./.usagePercent");
    if (Deno.build.os === "linux") expect(warnings[0]).toContain("--allow-all");
  });
});

test("no child outlives a process that is killed with SIGKILL", async () => {
  const log = Deno.makeTempFileSync();
  const script = new URL("./probe.ts", import.meta.url).pathname;
  const parent = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", script, fakeFile, "60000"],
    env: fakeEnv({ FAKE_SMI_LOG: log }),
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await until(() => startsIn(log).length === 1, "a child ran");
  const [{ pid } = { pid: 0 }] = startsIn(log);
  expect(isAlive(pid)).toBe(true);
  parent.kill("SIGKILL");
  await parent.status;
  await until(() => startsIn(log).every(({ pid }) => !isAlive(pid)), "the children are gone");
  Deno.removeSync(log);
});

describe("describeHardware()", () => {
  test("describeHardware() has the fields of W&B's metadata, sizes as strings", async () => {
    for (const [name, value] of Object.entries(fakeEnv())) Deno.env.set(name, value);
    Deno.env.set("FAKE_SMI_RECORDING", "synthetic-8x-h100.csv");
    const hardware = await describeHardware({ nvidiaSmi: fakeFile });
    Deno.env.delete("FAKE_SMI_RECORDING");
    expect(hardware).toMatchObject({
      gpu: "NVIDIA H100 80GB HBM3",
      gpu_count: 8,
      cudaVersion: "12.2",
      driverVersion: "550.54.15",
    });
    expect(hardware.gpu_nvidia?.length).toBe(8);
    expect(hardware.gpu_nvidia?.[7]).toEqual({
      name: "NVIDIA H100 80GB HBM3",
      memoryTotal: "85520809984",
      architecture: "Hopper",
      uuid: "GPU-00000007-5e1f-4ce1-a000-000000000007",
    });
    expect(hardware.memory?.total).toMatch(/^\d{8,}$/u);
    expect(hardware.disk?.["/"]?.total).toMatch(/^\d{8,}$/u);
    expect(hardware.cpu_count_logical).toBe(navigator.hardwareConcurrency);
    expect(hardware.cpu_count).toBeLessThanOrEqual(hardware.cpu_count_logical);
  });

  test("describeHardware() says nothing of GPUs where there is none", async () => {
    const hardware = await describeHardware({ nvidiaSmi: "no-such-program" });
    expect(Object.keys(hardware).filter((key) => /gpu|cuda|driver/u.test(key))).toEqual([]);
  });

  test("parseCudaVersion() reads the table's head, old and new", () => {
    expect(parseCudaVersion("| NVIDIA-SMI 1  Driver Version: 535.1  CUDA Version: 12.2 |"))
      .toBe("12.2");
    expect(parseCudaVersion("CUDA Version                              : 13.0")).toBe("13.0");
    expect(parseCudaVersion("CUDA Version: N/A")).toBeUndefined();
  });
});
