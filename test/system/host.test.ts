import { describe, expect, test } from "vitest";
import { parseCgroupPaths, readCgroupLimits } from "../../src/system/cgroup.ts";
import { CpuMeter, parsePhysicalCores, parseProcStat, parseThreads } from "../../src/system/cpu.ts";
import { diskUsageRow, DriveMeter, parseDiskstats } from "../../src/system/disk.ts";
import { openHost } from "../../src/system/host.ts";
import { HostSampler } from "../../src/system/host_sampler.ts";
import { memoryRow, parseMeminfo } from "../../src/system/memory.ts";
import { NetworkMeter, parseNetDev } from "../../src/system/network.ts";

const gib = 2 ** 30;

describe("readCgroupLimits()", () => {
  const reader = (files: Record<string, string>) => (path: string) => files[path];

  test("readCgroupLimits() takes the smallest limit on the way up (version 2)", () => {
    const limits = readCgroupLimits(reader({
      "/proc/self/cgroup": "0::/slurm/job\n",
      "/sys/fs/cgroup/slurm/job/memory.max": "max\n",
      "/sys/fs/cgroup/slurm/memory.max": `${4 * gib}\n`,
      "/sys/fs/cgroup/slurm/memory.current": `${3 * gib}\n`,
      "/sys/fs/cgroup/slurm/memory.stat": `anon 5\ninactive_file ${gib}\n`,
      "/sys/fs/cgroup/slurm/job/cpu.max": "150000 100000\n",
      "/sys/fs/cgroup/slurm/cpu.max": "max 100000\n",
    }));
    expect(limits).toEqual({ memoryLimit: 4 * gib, memoryUsed: 2 * gib, cpuLimit: 1.5 });
  });

  test("readCgroupLimits() reads version 1, where a huge number is no limit", () => {
    const limits = readCgroupLimits(reader({
      "/proc/self/cgroup": "7:memory:/docker/x\n4:cpu,cpuacct:/docker/x\n0::/\n",
      "/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes": "9223372036854771712",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": `${gib}`,
      "/sys/fs/cgroup/memory/memory.usage_in_bytes": `${gib / 2}`,
      "/sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us": "-1",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "50000",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
    }));
    expect(limits).toEqual({ memoryLimit: gib, memoryUsed: gib / 2, cpuLimit: 0.5 });
  });

  test("readCgroupLimits() finds nothing where there is nothing, or garbage", () => {
    expect(readCgroupLimits(() => undefined)).toEqual({});
    expect(readCgroupLimits(() => "garbage\n0::/../../etc\n")).toEqual({});
    expect(parseCgroupPaths("x\n1:name=systemd:/\n")).toEqual({});
  });
});

describe("CpuMeter", () => {
  const stat = (a: number, b: number): string =>
    `cpu  9 9 9 9\ncpu0 ${a} 0 0 ${100 - a} 0 0 0 0 0 0\ncpu1 0 0 ${b} 50 ${
      50 - b
    } 0 0 0 0 0\nintr 1\n`;

  test("row() reports the process by what it may use, each core, and their mean", () => {
    const meter = new CpuMeter({ capacity: 4 });
    const before = [{ busy: 0, total: 0 }, { busy: 0, total: 0 }];
    meter.row({ processMicros: 0, time: 0, cores: before });
    const cores = parseProcStat(stat(25, 50));
    expect(meter.row({ processMicros: 2e6, time: 1000, cores, threads: 7 })).toEqual({
      "system.cpu": 50,
      "system.cpu.0.cpu_percent": 25,
      "system.cpu.1.cpu_percent": 50,
      "system.cpu.total_percent": 37.5,
      "system.proc.cpu.seconds": 2,
      "system.proc.cpu.threads": 7,
    });
  });

  test("row() has no percentages at first, nor a moment after another one", () => {
    const meter = new CpuMeter({ capacity: 1 });
    const seconds = "system.proc.cpu.seconds";
    expect(meter.row({ processMicros: 5000, time: 0 })).toEqual({ [seconds]: 0.005 });
    expect(meter.row({ processMicros: 9000, time: 20 })).toEqual({ [seconds]: 0.009 });
    expect(meter.row({ processMicros: 105_000, time: 1000 })).toEqual({
      [seconds]: 0.105,
      "system.cpu": 10,
    });
  });

  test("row() leaves the cores out when their number changes or is large", () => {
    const meter = new CpuMeter({ capacity: 1, maxCores: 1 });
    meter.row({ processMicros: 0, time: 0, cores: parseProcStat(stat(0, 0)).slice(1) });
    const changed = meter.row({ processMicros: 0, time: 100, cores: parseProcStat(stat(0, 0)) });
    expect(changed).toEqual({ "system.cpu": 0, "system.proc.cpu.seconds": 0 });
    const cores = [{ busy: 50, total: 200 }, { busy: 50, total: 200 }];
    const many = meter.row({ processMicros: 0, time: 200, cores });
    expect(Object.keys(many)).not.toContain("system.cpu.0.cpu_percent");
  });

  test("parseThreads() and parsePhysicalCores() read the kernel's text", () => {
    const stat = `5 (a b) (c) ${["S", ...Array(16).fill("0"), "23", "0"].join(" ")}`;
    expect(parseThreads(stat)).toBe(23);
    expect(parseThreads("")).toBeUndefined();
    const core = (socket: number, id: number): string =>
      `processor\t: 0\nphysical id\t: ${socket}\ncore id\t\t: ${id}\n`;
    const text = [core(0, 0), core(0, 1), core(0, 0), core(1, 0)].join("\n");
    expect(parsePhysicalCores(text)).toBe(3);
    expect(parsePhysicalCores("model name : x")).toBeUndefined();
  });
});

describe("memoryRow()", () => {
  const host = parseMeminfo("MemTotal:  8388608 kB\nMemFree: 1 kB\nMemAvailable:  2097152 kB\n");

  test("memoryRow() reports the machine's memory and the process's", () => {
    expect(memoryRow({ ...(host && { host }), rss: gib })).toEqual({
      "system.memory_percent": 75,
      "system.proc.memory.rssMB": 1024,
      "system.proc.memory.percent": 12.5,
      "system.proc.memory.availableMB": 2048,
    });
  });

  test("memoryRow() takes a smaller limit for the machine's memory, and ignores a larger one", () => {
    const limits = { memoryLimit: 4 * gib, memoryUsed: 3 * gib };
    expect(memoryRow({ ...(host && { host }), limits, rss: gib })).toEqual({
      "system.memory_percent": 75,
      "system.proc.memory.rssMB": 1024,
      "system.proc.memory.percent": 25,
      "system.proc.memory.availableMB": 1024,
    });
    const large = { memoryLimit: 64 * gib, memoryUsed: gib };
    expect(memoryRow({ ...(host && { host }), limits: large })["system.memory_percent"]).toBe(75);
  });

  test("memoryRow() reports what is known, and parseMeminfo() refuses garbage", () => {
    expect(memoryRow({ rss: gib })).toEqual({ "system.proc.memory.rssMB": 1024 });
    expect(memoryRow({})).toEqual({});
    expect(parseMeminfo("MemTotal: lots\n")).toBeUndefined();
    expect(parseMeminfo("MemTotal: 4 kB\nMemFree: 1 kB\nCached: 2 kB\n"))
      .toEqual({ total: 4096, available: 3072 });
  });
});

describe("disk and network", () => {
  const diskstats = (sectors: number): string =>
    `   8  0 sda 1 0 ${sectors} 0 1 0 ${2 * sectors} 0 0 0 0\n   8  1 sda1 1 0 99 0 1 0 99 0\n` +
    `   7  0 loop0 1 0 99 0 1 0 99 0\n 259 0 nvme0n1 1 0 ${sectors} 0 1 0 0 0 0 0 0\ngarbage\n`;

  test("DriveMeter.row() counts megabytes of whole drives since it first looked", () => {
    const meter = new DriveMeter();
    expect(meter.row(parseDiskstats(diskstats(1000)))).toEqual({});
    expect(meter.row(parseDiskstats(diskstats(1000 + 4096)))).toEqual({
      "system.disk.sda.in": 2,
      "system.disk.sda.out": 4,
      "system.disk.nvme0n1.in": 2,
      "system.disk.nvme0n1.out": 0,
    });
  });

  test("diskUsageRow() reports percent and GB, and nothing of a file system without a size", () => {
    expect(diskUsageRow("/", { total: 8 * gib, used: 2 * gib })).toEqual({
      "system.disk./.usagePercent": 25,
      "system.disk./.usageGB": 2,
    });
    expect(diskUsageRow("/", { total: 0, used: 0 })).toEqual({});
  });

  const netDev = (received: number, sent: number): string =>
    `Inter-|   Receive\n face |bytes packets\n    lo: 9 1 0 0 0 0 0 0 9 1\n  eth0:${received} 1 0 0 0 0 0 0 ${sent} 1\n` +
    `veth12@if3: 5 1 0 0 0 0 0 0 5 1\ndocker0: 5 1 0 0 0 0 0 0 5 1\n`;

  test("NetworkMeter.row() counts outer bytes since it first looked, over a counter's restart", () => {
    const meter = new NetworkMeter();
    const row = (received: number, sent: number) => meter.row(parseNetDev(netDev(received, sent))!);
    expect(row(100, 50)).toEqual({ "system.network.recv": 0, "system.network.sent": 0 });
    expect(row(150, 60)).toEqual({ "system.network.recv": 50, "system.network.sent": 10 });
    expect(row(0, 0)).toEqual({ "system.network.recv": 50, "system.network.sent": 10 });
    expect(row(7, 1)).toEqual({ "system.network.recv": 57, "system.network.sent": 11 });
    expect(parseNetDev("    lo: 9 1 0 0 0 0 0 0 9 1\n")).toBeUndefined();
  });
});

describe("openHost()", () => {
  test("openHost() reads this machine into a row of finite numbers", async () => {
    const warnings: string[] = [];
    const host = openHost({ onWarning: (message) => warnings.push(message) });
    const sampler = new HostSampler({ host, diskPath: "/" });
    sampler.row();
    await new Promise((resolve) => setTimeout(resolve, 60));
    const row = sampler.row();
    expect(warnings).toEqual([]);
    for (const value of Object.values(row)) expect(Number.isFinite(value)).toBe(true);
    for (const key of ["cpu", "memory_percent", "proc.memory.rssMB", "disk./.usagePercent"]) {
      expect(row).toHaveProperty([`system.${key}`]);
    }
    expect(row["system.memory_percent"]).toBeGreaterThan(0);
    expect(row["system.memory_percent"]).toBeLessThanOrEqual(100);
    expect(row["system.proc.memory.rssMB"]).toBeGreaterThan(10);
  });

  test("openHost() works with built-ins alone where /proc cannot be read", () => {
    const host = openHost({ onWarning: () => {}, read: () => undefined });
    expect(host.cores()!.length).toBeGreaterThan(0);
    expect(host.memory()!.total).toBeGreaterThan(host.memory()!.available);
    expect(host.limits()).toEqual({});
    expect(host.network()).toBeUndefined();
  });
});
