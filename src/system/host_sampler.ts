import { CpuMeter } from "./cpu.ts";
import { diskUsageRow, DriveMeter } from "./disk.ts";
import type { Host } from "./host.ts";
import { memoryRow } from "./memory.ts";
import { NetworkMeter } from "./network.ts";

/** Options of {@linkcode HostSampler}. */
export interface HostSamplerOptions {
  readonly host: Host;
  /** The folder whose file system is reported, and the name that its keys get. */
  readonly diskPath: string;
  /**
   * Milliseconds of a clock that does not jump.
   *
   * @default performance.now
   */
  readonly now?: () => number;
}

/** Makes rows of processor, memory, disk and network. */
export class HostSampler {
  readonly #host: Host;
  readonly #diskPath: string;
  readonly #now: () => number;
  readonly #cpu: CpuMeter;
  readonly #drives = new DriveMeter();
  readonly #network = new NetworkMeter();

  /** @param options What is read. */
  constructor({ host, diskPath, now = () => performance.now() }: HostSamplerOptions) {
    this.#host = host;
    this.#diskPath = diskPath;
    this.#now = now;
    const cores = navigator.hardwareConcurrency;
    this.#cpu = new CpuMeter({ capacity: Math.min(host.limits().cpuLimit ?? Infinity, cores) });
  }

  /** Reads once. Percentages of the processor are there from the second row on. */
  row(): Record<string, number> {
    const host = this.#host;
    const [cores, threads] = [host.cores(), host.threads()];
    const [memory, rss] = [host.memory(), host.rss()];
    const row = {
      ...this.#cpu.row({
        processMicros: host.processMicros(),
        time: this.#now(),
        ...(cores === undefined ? {} : { cores }),
        ...(threads === undefined ? {} : { threads }),
      }),
      ...memoryRow({
        limits: host.limits(),
        ...(memory === undefined ? {} : { host: memory }),
        ...(rss === undefined ? {} : { rss }),
      }),
    };
    const usage = host.diskUsage(this.#diskPath);
    if (usage !== undefined) Object.assign(row, diskUsageRow(this.#diskPath, usage));
    const drives = host.drives();
    if (drives !== undefined) Object.assign(row, this.#drives.row(drives));
    const network = host.network();
    if (network !== undefined) Object.assign(row, this.#network.row(network));
    return row;
  }
}
