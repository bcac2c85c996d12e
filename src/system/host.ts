import { statfsSync } from "node:fs";
import os from "node:os";
import process from "node:process";
import { isGranted } from "../record/permissions.ts";
import { type CgroupLimits, readCgroupLimits } from "./cgroup.ts";
import { type CoreTimes, parsePhysicalCores, parseProcStat, parseThreads } from "./cpu.ts";
import { type DiskUsage, type DriveCounters, parseDiskstats } from "./disk.ts";
import { type ReadText, readText } from "./files.ts";
import { type HostMemory, parseMeminfo } from "./memory.ts";
import { type NetworkCounters, parseNetDev } from "./network.ts";
import { mayReadProc } from "./permissions.ts";

/** What can be read of this machine; `undefined` where it cannot be told. */
export interface Host {
  /** Microseconds that this process has computed. */
  processMicros(): number;
  physicalCores(): number | undefined;
  /** Bytes that this process holds in physical memory. */
  rss(): number | undefined;
  threads(): number | undefined;
  cores(): readonly CoreTimes[] | undefined;
  memory(): HostMemory | undefined;
  limits(): CgroupLimits;
  diskUsage(path: string): DiskUsage | undefined;
  drives(): readonly DriveCounters[] | undefined;
  network(): NetworkCounters | undefined;
}

/** The folder whose file system is reported unless another one is named. */
export const rootFolder: string = Deno.build.os === "windows" ? "C:\\" : "/";

/** Options of {@linkcode openHost}. */
export interface HostOptions {
  /** Called once for each part that stays dark, with the permission that would light it. */
  readonly onWarning: (message: string) => void;
  /** The folder whose file system will be asked for. */
  readonly diskPath?: string;
  /** @default reads files of `/proc` and `/sys`, on Linux where it may */
  readonly read?: ReadText;
}

/**
 * Reads this machine with Deno's and Node's built-ins, and on Linux from `/proc`, without a child
 * process and without ever prompting.
 */
export function openHost({ onWarning, diskPath, read: given }: HostOptions): Host {
  const linux = Deno.build.os === "linux";
  const proc = given !== undefined || (linux && mayReadProc());
  const read: ReadText = given ?? (proc ? readText : () => undefined);
  const maySys = (kind: "cpus" | "systemMemoryInfo" | "statfs"): boolean =>
    isGranted({ name: "sys", kind: kind as "cpus" });
  const mayCpus = maySys("cpus");
  const mayMemory = maySys("systemMemoryInfo");
  const missing: string[] = [];
  if (!proc && !mayCpus) missing.push("the cores' load (--allow-sys=cpus)");
  if (!proc && !mayMemory) missing.push("the machine's memory (--allow-sys=systemMemoryInfo)");
  const mayRead = diskPath === undefined || isGranted({ name: "read", path: diskPath });
  if (!mayRead || !maySys("statfs")) {
    missing.push("disk usage (--allow-read --allow-sys=statfs)");
  }
  if (linux && !proc) missing.push("disk and network traffic (--allow-all, for /proc)");
  if (missing.length > 0) {
    onWarning(`Some system metrics are off for want of permission: ${missing.join(", ")}`);
  }

  return {
    processMicros() {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    physicalCores: () => parsed(read("/proc/cpuinfo"), parsePhysicalCores),
    rss: () => attempt(() => Deno.memoryUsage().rss),
    threads: () => parsed(read("/proc/self/stat"), parseThreads),
    cores() {
      const cores = parsed(read("/proc/stat"), parseProcStat);
      if (cores !== undefined && cores.length > 0) return cores;
      return mayCpus ? attempt(() => os.cpus().map(({ times }) => coreOf(times))) : undefined;
    },
    memory() {
      const memory = parsed(read("/proc/meminfo"), parseMeminfo);
      if (memory !== undefined || !mayMemory) return memory;
      return attempt(() => {
        const { total, available } = Deno.systemMemoryInfo();
        return { total, available };
      });
    },
    limits: () => readCgroupLimits(read),
    diskUsage(path) {
      if (!isGranted({ name: "read", path }) || !maySys("statfs")) return undefined;
      return attempt(() => {
        const { blocks, bfree, bsize } = statfsSync(path);
        return { total: blocks * bsize, used: (blocks - bfree) * bsize };
      });
    },
    drives: () => parsed(read("/proc/diskstats"), parseDiskstats),
    network: () => parsed(read("/proc/net/dev"), parseNetDev),
  };
}

function coreOf(times: os.CpuInfo["times"]): CoreTimes {
  const busy = times.user + times.nice + times.sys + times.irq;
  return { busy, total: busy + times.idle };
}

function parsed<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
