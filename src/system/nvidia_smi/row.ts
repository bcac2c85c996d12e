import type { GpuReading } from "./parse.ts";

/** What the run's own processes hold of a GPU's memory, in bytes; `undefined` where not told. */
export type OwnMemory = ReadonlyMap<string, number | undefined>;

/** Percent of `total`, to two decimals; `undefined` unless it is a number. */
function percent(part: number | undefined, total: number | undefined): number | undefined {
  if (part === undefined || total === undefined || !(total > 0)) return undefined;
  return Math.round((part / total) * 10_000) / 100;
}

/**
 * A row of W&B's system metrics from what the GPUs said.
 *
 * `system.gpu.process.<i>.*` is there for the GPUs that the run itself uses. Its memory is the
 * run's own, the rest is the device's, as nobody reports it by process.
 *
 * @param own Bytes that the run holds, by the GPU's uuid.
 */
export function gpuRow(
  frame: readonly GpuReading[],
  own: OwnMemory = new Map(),
): Record<string, number> {
  const row: Record<string, number> = {};
  const set = (prefix: string, values: Record<string, number | undefined>): void => {
    for (const [key, value] of Object.entries(values)) {
      if (value !== undefined && Number.isFinite(value)) row[`${prefix}.${key}`] = value;
    }
  };
  for (const gpu of frame) {
    const shared = {
      gpu: gpu.utilization,
      memory: gpu.memoryUtilization,
      temp: gpu.temperature,
      powerWatts: gpu.power,
      powerPercent: percent(gpu.power, gpu.powerLimit),
      enforcedPowerLimitWatts: gpu.powerLimit,
    };
    set(`system.gpu.${gpu.index}`, {
      ...shared,
      memoryAllocated: percent(gpu.memoryUsed, gpu.memoryTotal),
      memoryAllocatedBytes: gpu.memoryUsed,
      smClock: gpu.smClock,
      memoryClock: gpu.memoryClock,
      fanSpeed: gpu.fanSpeed,
      correctedMemoryErrors: gpu.correctedErrors,
      uncorrectedMemoryErrors: gpu.uncorrectedErrors,
      pcieLinkGen: gpu.pcieLinkGen,
      pcieLinkWidth: gpu.pcieLinkWidth,
      performanceState: gpu.performanceState,
      throttleReasons: gpu.throttleReasons,
    });
    if (gpu.uuid === undefined || !own.has(gpu.uuid)) continue;
    const bytes = own.get(gpu.uuid);
    set(`system.gpu.process.${gpu.index}`, {
      ...shared,
      memoryAllocated: percent(bytes, gpu.memoryTotal),
      memoryAllocatedBytes: bytes,
    });
  }
  return row;
}
