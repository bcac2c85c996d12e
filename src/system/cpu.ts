/** How long a core was busy and how long it was there, in any unit. */
export interface CoreTimes {
  readonly busy: number;
  readonly total: number;
}

/** The times of each core from the text of `/proc/stat`. */
export function parseProcStat(text: string): CoreTimes[] {
  const cores: CoreTimes[] = [];
  for (const line of text.split("\n")) {
    if (!line.startsWith("cpu")) break;
    const fields = line.split(/\s+/u);
    if (!/^cpu\d+$/u.test(fields[0] ?? "")) continue;
    // Guest time is counted in user time already.
    const times = fields.slice(1, 9).map(Number);
    const total = times.reduce((sum, time) => sum + time, 0);
    const idle = (times[3] ?? NaN) + (times[4] ?? 0);
    if (Number.isFinite(total) && Number.isFinite(idle)) cores.push({ busy: total - idle, total });
  }
  return cores;
}

/** The number of threads from the text of `/proc/self/stat`. */
export function parseThreads(stat: string): number | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const threads = Number(fields[17]);
  return Number.isInteger(threads) && threads > 0 ? threads : undefined;
}

/** Physical cores from the text of `/proc/cpuinfo`. */
export function parsePhysicalCores(text: string): number | undefined {
  const cores = new Set<string>();
  for (const block of text.split(/\n\s*\n/u)) {
    const id = /^core id\s*:\s*(\d+)$/mu.exec(block)?.[1];
    const socket = /^physical id\s*:\s*(\d+)$/mu.exec(block)?.[1] ?? "0";
    if (id !== undefined) cores.add(`${socket}.${id}`);
  }
  return cores.size > 0 ? cores.size : undefined;
}

/** What is read of the processor at one time. */
export interface CpuReading {
  /** Microseconds that the process has computed, on all cores. */
  readonly processMicros: number;
  /** Milliseconds of a clock that does not jump. */
  readonly time: number;
  readonly cores?: readonly CoreTimes[];
  readonly threads?: number;
}

/** Options of {@linkcode CpuMeter}. */
export interface CpuMeterOptions {
  /** Cores that the process may use, as a fraction. */
  readonly capacity: number;
  /**
   * Above this many cores only their mean is reported.
   *
   * @default 64
   */
  readonly maxCores?: number;
}

const tenths = (value: number): number => Math.round(Math.max(0, value) * 10) / 10;

/** Turns times into percentages, each since the reading before it. */
export class CpuMeter {
  readonly #capacity: number;
  readonly #maxCores: number;
  #before: CpuReading | undefined;

  /** @param options How much the process may use. */
  constructor({ capacity, maxCores = 64 }: CpuMeterOptions) {
    this.#capacity = capacity;
    this.#maxCores = maxCores;
  }

  /**
   * The row of a reading: `system.cpu` (this process, percent of all that it may use),
   * `system.cpu.total_percent` (all processes), `system.cpu.<i>.cpu_percent`,
   * `system.proc.cpu.threads`, and `system.proc.cpu.seconds`, which W&B does not know: what the
   * process has computed since it began, for who wants to know it of a span.
   *
   * The first reading has no percentages, nor has one within 50 ms of the one before.
   */
  row(reading: CpuReading): Record<string, number> {
    const row: Record<string, number> = {};
    if (reading.threads !== undefined) row["system.proc.cpu.threads"] = reading.threads;
    row["system.proc.cpu.seconds"] = Math.round(reading.processMicros / 1000) / 1000;
    const before = this.#before;
    if (before === undefined) {
      this.#before = reading;
      return row;
    }
    const elapsed = reading.time - before.time;
    if (!(elapsed >= 50)) return row;
    this.#before = reading;
    const used = (reading.processMicros - before.processMicros) / 1000;
    const percent = (used / elapsed / this.#capacity) * 100;
    if (Number.isFinite(percent)) row["system.cpu"] = tenths(percent);
    this.#addCores(row, before.cores, reading.cores);
    return row;
  }

  #addCores(
    row: Record<string, number>,
    before: readonly CoreTimes[] | undefined,
    now: readonly CoreTimes[] | undefined,
  ): void {
    // A core that was switched off or on shifts the others.
    if (before === undefined || now === undefined || before.length !== now.length) return;
    let busy = 0;
    let total = 0;
    for (const [i, core] of now.entries()) {
      const coreBusy = core.busy - before[i]!.busy;
      const coreTotal = core.total - before[i]!.total;
      if (!(coreTotal > 0)) continue;
      busy += coreBusy;
      total += coreTotal;
      if (now.length > this.#maxCores) continue;
      row[`system.cpu.${i}.cpu_percent`] = tenths((coreBusy / coreTotal) * 100);
    }
    if (total > 0) row["system.cpu.total_percent"] = tenths((busy / total) * 100);
  }
}
