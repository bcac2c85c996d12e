import type { ReadText } from "./files.ts";

/** What a container or a batch system allows this process. */
export interface CgroupLimits {
  /** Bytes. */
  readonly memoryLimit?: number;
  /** Bytes in use by the whole group, without the file cache that can be dropped. */
  readonly memoryUsed?: number;
  /** Cores, as a fraction. */
  readonly cpuLimit?: number;
}

/** Where this process's groups are, from the text of `/proc/self/cgroup`. */
export function parseCgroupPaths(text: string): { v2?: string; memory?: string; cpu?: string } {
  const paths: { v2?: string; memory?: string; cpu?: string } = {};
  for (const line of text.split("\n")) {
    const match = /^(\d+):([^:]*):(\/.*)$/u.exec(line);
    if (match === null) continue;
    const [, id, controllers = "", path = "/"] = match;
    if (id === "0" && controllers === "") paths.v2 = path;
    const names = controllers.split(",");
    if (names.includes("memory")) paths.memory = path;
    if (names.includes("cpu")) paths.cpu = path;
  }
  return paths;
}

/** The folders of a group and its parents, the innermost first: a parent's limit holds too. */
function* lineage(mount: string, path: string): Generator<string> {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  for (let depth = Math.min(parts.length, 32); depth >= 0; depth--) {
    yield [mount, ...parts.slice(0, depth)].join("/");
  }
}

function numberIn(text: string | undefined): number | undefined {
  const value = text === undefined || text.trim() === "" ? NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** Bytes of file cache that would be dropped before memory runs out. */
function inactiveFile(stat: string | undefined, key: string): number {
  const match = new RegExp(`^${key} (\\d+)$`, "mu").exec(stat ?? "");
  return match === null ? 0 : Number(match[1]);
}

/** Reads the limits of control groups, version 2 and 1; empty where there are none. */
export function readCgroupLimits(read: ReadText): CgroupLimits {
  const text = read("/proc/self/cgroup");
  if (text === undefined) return {};
  const { v2, memory, cpu } = parseCgroupPaths(text);
  const found: { memoryLimit?: number; memoryUsed?: number; cpuLimit?: number } = {};

  const limitMemory = (folder: string, limit: string, usage: string, cache: string): void => {
    const bytes = numberIn(read(`${folder}/${limit}`));
    // Version 1 writes "no limit" as a number near 2^63.
    if (bytes === undefined || !(bytes < 2 ** 60) || bytes >= (found.memoryLimit ?? Infinity)) {
      return;
    }
    found.memoryLimit = bytes;
    const used = numberIn(read(`${folder}/${usage}`));
    if (used === undefined) return;
    found.memoryUsed = Math.max(0, used - inactiveFile(read(`${folder}/memory.stat`), cache));
  };
  const limitCpu = (quota: number | undefined, period: number | undefined): void => {
    if (quota === undefined || period === undefined || !(quota > 0 && period > 0)) return;
    found.cpuLimit = Math.min(found.cpuLimit ?? Infinity, quota / period);
  };

  if (v2 !== undefined) {
    for (const folder of lineage("/sys/fs/cgroup", v2)) {
      limitMemory(folder, "memory.max", "memory.current", "inactive_file");
      const [quota, period] = (read(`${folder}/cpu.max`) ?? "").trim().split(" ");
      limitCpu(numberIn(quota), numberIn(period));
    }
  }
  if (memory !== undefined) {
    for (const folder of lineage("/sys/fs/cgroup/memory", memory)) {
      const cache = "total_inactive_file";
      limitMemory(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", cache);
    }
  }
  if (cpu !== undefined) {
    for (const folder of lineage("/sys/fs/cgroup/cpu", cpu)) {
      const quota = numberIn(read(`${folder}/cpu.cfs_quota_us`));
      limitCpu(quota, numberIn(read(`${folder}/cpu.cfs_period_us`)));
    }
  }
  return found;
}
