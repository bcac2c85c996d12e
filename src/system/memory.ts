import type { CgroupLimits } from "./cgroup.ts";

/** Memory of the machine, in bytes. */
export interface HostMemory {
  readonly total: number;
  readonly available: number;
}

/** The machine's memory from the text of `/proc/meminfo`. */
export function parseMeminfo(text: string): HostMemory | undefined {
  const bytes = (key: string): number => {
    const match = new RegExp(`^${key}:\\s+(\\d+) kB$`, "mu").exec(text);
    return match === null ? NaN : Number(match[1]) * 1024;
  };
  const total = bytes("MemTotal");
  // Kernels before 3.14 do not say what is available.
  const available = bytes("MemAvailable");
  const free = Number.isNaN(available) ? bytes("MemFree") + bytes("Cached") : available;
  return total > 0 && free >= 0 ? { total, available: free } : undefined;
}

/** What is known of the memory at one time, in bytes. */
export interface MemoryReading {
  readonly host?: HostMemory;
  readonly limits?: CgroupLimits;
  /** What the process holds in physical memory. */
  readonly rss?: number;
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
const mebibytes = (bytes: number): number => hundredths(bytes / 2 ** 20);

/**
 * The row of a reading; a limit of the control group stands for the machine's memory where it is
 * the smaller one. MB are 1,048,576 bytes, as in W&B.
 */
export function memoryRow({ host, limits = {}, rss }: MemoryReading): Record<string, number> {
  const row: Record<string, number> = {};
  if (rss !== undefined) row["system.proc.memory.rssMB"] = mebibytes(rss);
  const limited = limits.memoryLimit !== undefined && limits.memoryUsed !== undefined &&
    limits.memoryLimit < (host?.total ?? Infinity);
  const total = limited ? limits.memoryLimit : host?.total;
  if (total === undefined || !(total > 0)) return row;
  let available = host?.available ?? total;
  if (limited) available = Math.min(available, Math.max(0, total - (limits.memoryUsed ?? 0)));
  const used = limited ? limits.memoryUsed ?? 0 : total - available;
  row["system.memory_percent"] = hundredths((used / total) * 100);
  row["system.proc.memory.availableMB"] = mebibytes(available);
  if (rss !== undefined) row["system.proc.memory.percent"] = hundredths((rss / total) * 100);
  return row;
}
