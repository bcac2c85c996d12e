import { type Sample, type Span, type SpanSummary, summarizeSpan } from "./energy.ts";

/** A line of `system.jsonl`: one time's hardware samples, by W&B's keys. */
export interface SystemRow {
  /** Marks the row as a tracker's own, for W&B. */
  readonly _wandb?: boolean;
  /** Seconds since 1970. */
  readonly _timestamp: number;
  /** Seconds since the run began. */
  readonly _runtime: number;
  /** The samples: numbers, by keys that begin with `system.`. */
  readonly [key: string]: unknown;
}

/** What a cell, or any other span, took of one GPU. What no sample speaks for is absent. */
export interface GpuUse {
  /** As the driver counts them. */
  readonly index: number;
  /** Seconds of full use: a GPU at 50 % for 4 s gives 2. */
  readonly seconds?: number;
  /** Percent. */
  readonly meanUtilization?: number;
  /** Percent. */
  readonly peakUtilization?: number;
  /** Bytes: what the run held, or all that was held where the driver does not tell whose it was. */
  readonly peakMemory?: number;
  /** Joules. */
  readonly energy?: number;
}

/** What a span took of the hardware. What no sample speaks for is absent. */
export interface SystemUse {
  /** Seconds that the span lasted. */
  readonly seconds: number;
  /** Seconds of one core that the process computed, its background work included. */
  readonly cpuSeconds?: number;
  /** Percent of all that the process may use. */
  readonly meanCpu?: number;
  /** Percent of all that the process may use. */
  readonly peakCpu?: number;
  /** Bytes that the process held in physical memory. */
  readonly peakMemory?: number;
  /** The GPUs' `seconds`, added up. */
  readonly gpuSeconds?: number;
  /** Percent, the mean of the GPUs. */
  readonly meanGpu?: number;
  /** Percent, of whichever GPU was busiest. */
  readonly peakGpu?: number;
  /** Bytes, of the GPU that held most. */
  readonly peakGpuMemory?: number;
  /** Joules of the GPUs, added up. */
  readonly energy?: number;
  /**
   * Each GPU that the run's processes used about then; all GPUs where the driver never told whose
   * processes are whose, as in some containers.
   */
  readonly gpus: readonly GpuUse[];
}

/** Options of {@linkcode summarizeSystem}. */
export interface SummarizeOptions {
  /** Where the span begins, in seconds since 1970. */
  readonly start: number;
  /** Where the span ends, in seconds since 1970. */
  readonly end: number;
  /**
   * Seconds between two samples up to which a straight line between them is believed.
   *
   * @default 45, or three times the usual distance if that is more
   */
  readonly maxGap?: number;
}

/**
 * Sums up the hardware's samples over a span of time, such as the one in which a cell ran. A span
 * need not begin or end at a sample, and may be shorter than the time between two.
 *
 * @param rows Lines of `system.jsonl`, the oldest first; more than the span's own are welcome, since
 * what lies next to its ends tells what went on at them.
 * @param options Where the span begins and ends, in seconds since 1970.
 *
 * @example
 * ```ts
 * import { summarizeSystem } from "./summarize_system.ts";
 *
 * const rows = [
 *   { _timestamp: 100, _runtime: 0, "system.gpu.0.gpu": 0, "system.gpu.0.powerWatts": 100 },
 *   { _timestamp: 102, _runtime: 2, "system.gpu.0.gpu": 50, "system.gpu.0.powerWatts": 300 },
 * ];
 * summarizeSystem(rows, { start: 100, end: 102 });
 * // { seconds: 2, gpuSeconds: 0.5, meanGpu: 25, peakGpu: 50, energy: 400, gpus: [...] }
 * ```
 */
export function summarizeSystem(rows: readonly SystemRow[], options: SummarizeOptions): SystemUse {
  return systemSummarizer(rows)(options);
}

/**
 * Prepares rows, so that many spans of them can be summed up: see {@linkcode summarizeSystem}.
 *
 * @param rows Lines of `system.jsonl`, the oldest first.
 */
export function systemSummarizer(
  rows: readonly SystemRow[],
): (options: SummarizeOptions) => SystemUse {
  const columns = new Map<string, Sample[]>();
  const usual = usualGap(rows);
  const known = gpusIn(rows);

  const near = (key: string, { start, end, maxGap = usual }: SummarizeOptions): Sample[] => {
    let column = columns.get(key);
    if (column === undefined) columns.set(key, column = samplesOf(rows, key));
    // What lies next to the span tells what went on at its ends.
    return column.slice(
      firstNotBefore(column, start - maxGap),
      firstNotBefore(column, end + maxGap),
    );
  };

  return (options) => {
    const span = { maxGap: usual, ...options };
    const over = (key: string): SpanSummary => summarizeSpan(near(key, span), span);
    const cpu = over("system.cpu");
    const memory = over("system.proc.memory.rssMB").peak;
    const used = known.own.length === 0
      ? known.all
      : known.own.filter((index) =>
        [ownUse, ownMemory].some((key) => near(key(index), span).length > 0)
      );
    const gpus = used.map((index) => gpuUse(index, over));
    return {
      seconds: Math.max(0, span.end - span.start),
      ...present({
        cpuSeconds: growth(near("system.proc.cpu.seconds", span), span),
        meanCpu: cpu.mean,
        peakCpu: cpu.peak,
        peakMemory: memory === undefined ? undefined : Math.round(memory * 2 ** 20),
        gpuSeconds: sum(gpus, "seconds"),
        meanGpu: mean(gpus, "meanUtilization"),
        peakGpu: highest(gpus, "peakUtilization"),
        peakGpuMemory: highest(gpus, "peakMemory"),
        energy: sum(gpus, "energy"),
      }),
      gpus,
    };
  };
}

/** There for each GPU that the run's processes use, also where the driver tells no bytes. */
const ownUse = (index: number): string => `system.gpu.process.${index}.gpu`;
const ownMemory = (index: number): string => `system.gpu.process.${index}.memoryAllocatedBytes`;

function gpuUse(index: number, over: (key: string) => SpanSummary): GpuUse {
  const utilization = over(`system.gpu.${index}.gpu`);
  const power = over(`system.gpu.${index}.powerWatts`);
  const memory = over(ownMemory(index)).peak ??
    over(`system.gpu.${index}.memoryAllocatedBytes`).peak;
  return {
    index,
    ...present({
      seconds: utilization.covered > 0 ? utilization.integral / 100 : undefined,
      meanUtilization: utilization.mean,
      peakUtilization: utilization.peak,
      peakMemory: memory === undefined ? undefined : Math.round(memory),
      energy: power.covered > 0 ? power.integral : undefined,
    }),
  };
}

/** The GPUs that there are, and those that the run's own processes used at some time. */
function gpusIn(rows: readonly SystemRow[]): { all: number[]; own: number[] } {
  const all = new Set<number>();
  const own = new Set<number>();
  for (const row of rows) {
    for (const key in row) {
      if (!key.startsWith("system.gpu.")) continue;
      const [, process, index] = /^system\.gpu\.(process\.)?(\d{1,4})\./u.exec(key) ?? [];
      if (index !== undefined) (process === undefined ? all : own).add(Number(index));
    }
  }
  const sorted = (set: Set<number>) => [...set].sort((a, b) => a - b);
  return { all: sorted(all), own: sorted(own) };
}

function samplesOf(rows: readonly SystemRow[], key: string): Sample[] {
  const samples: Sample[] = [];
  for (const row of rows) {
    const value = row[key];
    if (typeof value === "number") samples.push({ time: row._timestamp, value });
  }
  return samples;
}

/** How much a counter grew in the span; one that began anew has its growth until then left out. */
function growth(samples: readonly Sample[], span: Span & { maxGap: number }): number | undefined {
  let grown = 0;
  let covered = 0;
  for (const [i, { time, value }] of samples.entries()) {
    const next = samples[i + 1];
    if (next === undefined) break;
    const distance = next.time - time;
    const inside = Math.min(span.end, next.time) - Math.max(span.start, time);
    if (!(inside > 0 && distance <= span.maxGap && next.value >= value)) continue;
    grown += ((next.value - value) * inside) / distance;
    covered += inside;
  }
  return covered > 0 ? grown : undefined;
}

/** Three of the sampler's longest intervals, or of those that the rows show to be longer. */
function usualGap(rows: readonly SystemRow[]): number {
  const distances = rows.slice(-65).map((row, i, few) =>
    i === 0 ? 0 : row._timestamp - few[i - 1]!._timestamp
  ).slice(1);
  // The processor and the GPUs make two rows at about the same time.
  const apart = distances.filter((distance) => distance > 0.5).sort((a, b) => a - b);
  const usual = apart.length < 4 ? 0 : apart[Math.floor(apart.length / 2)]!;
  return Math.max(45, 3 * usual);
}

/** The index of the first sample at or after a time. */
function firstNotBefore(samples: readonly Sample[], time: number): number {
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle]!.time < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

type GpuNumber = Exclude<keyof GpuUse, "index">;

function numbers(gpus: readonly GpuUse[], key: GpuNumber): number[] {
  return gpus.map((gpu) => gpu[key]).filter((value) => value !== undefined);
}

function sum(gpus: readonly GpuUse[], key: GpuNumber): number | undefined {
  const values = numbers(gpus, key);
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
}

function mean(gpus: readonly GpuUse[], key: GpuNumber): number | undefined {
  const total = sum(gpus, key);
  return total === undefined ? undefined : total / numbers(gpus, key).length;
}

function highest(gpus: readonly GpuUse[], key: GpuNumber): number | undefined {
  const values = numbers(gpus, key);
  return values.length === 0 ? undefined : Math.max(...values);
}

/** Leaves out what is not known. */
function present<K extends string>(values: Record<K, number | undefined>): { [P in K]?: number } {
  const known = Object.entries<number | undefined>(values).filter(([, value]) =>
    value !== undefined
  );
  return Object.fromEntries(known) as { [P in K]?: number };
}
