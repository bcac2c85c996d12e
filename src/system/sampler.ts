import { reasonOf } from "../names/reason.ts";
import { type Host, openHost, rootFolder } from "./host.ts";
import { HostSampler } from "./host_sampler.ts";
import { findProgram } from "./nvidia_smi/find.ts";
import { GpuMonitor } from "./nvidia_smi/monitor.ts";

/** Timers and clocks; replaced in tests. */
export interface SamplerClock {
  /** Seconds since 1970. */
  now(): number;
  /** Milliseconds that never go back. */
  monotonic(): number;
  /** Calls back once, later. */
  setTimeout(callback: () => void, milliseconds: number): unknown;
  /** Forgets what `setTimeout` gave. */
  clearTimeout(timer: unknown): void;
}

/** Options of {@linkcode SystemSampler}. */
export interface SystemSamplerOptions {
  /**
   * Called with each row: keys as W&B has them, `system.cpu` say, and seconds since 1970. The
   * processor, memory, disk and network make one row, the GPUs another.
   */
  readonly onRow: (row: Record<string, number>, time: number) => void;
  /** Called once for each thing that cannot be sampled, or no longer. */
  readonly onWarning: (message: string) => void;
  /** Called with the process id of each long-lived child that was started. */
  readonly onChild?: (pid: number) => void;
  /**
   * Seconds between two samples.
   *
   * @default 2
   */
  readonly interval?: number;
  /**
   * Seconds between two samples of a run that goes on for more than ten minutes.
   *
   * @default 15, or `interval` if that is more
   */
  readonly longInterval?: number;
  /**
   * `nvidia-smi`'s name or path; `null` for no GPU metrics.
   *
   * @default "nvidia-smi"
   */
  readonly nvidiaSmi?: string | null;
  /**
   * The folder whose file system is reported.
   *
   * @default "/", or "C:\\" on Windows
   */
  readonly diskPath?: string;
  /**
   * The clock and timers.
   *
   * @default the system's
   */
  readonly clock?: SamplerClock;
  /**
   * What is read of the machine.
   *
   * @default this machine
   */
  readonly host?: Host;
}

/** Seconds after which sampling is thinned. */
const LONG_RUN_S = 600;
/** An extra sample so soon after another one tells nothing new. */
const TOO_SOON_MS = 50;
/** The end of a run waits for a last word of its GPUs, but not for long. */
const lastAnswer = { freshMs: 100, timeoutMs: 500 };

const systemClock: SamplerClock = {
  now: () => Date.now() / 1000,
  monotonic: () => performance.now(),
  setTimeout: (callback, milliseconds) => setTimeout(callback, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/**
 * Samples the hardware while a run goes on. Meant for the background worker: there it goes on
 * while a cell blocks.
 *
 * @example
 * ```ts
 * import { SystemSampler } from "./sampler.ts";
 *
 * const sampler = new SystemSampler({
 *   onRow: (row, time) => console.log(time, row["system.cpu"], row["system.gpu.0.gpu"]),
 *   onWarning: (message) => console.warn(message),
 * });
 * sampler.start();
 * await sampler.stop();
 * ```
 */
export class SystemSampler {
  readonly #options: SystemSamplerOptions;
  readonly #clock: SamplerClock;
  readonly #interval: number;
  readonly #longInterval: number;
  #host: HostSampler | undefined;
  #gpu: GpuMonitor | undefined;
  #timer: unknown;
  #started = NaN;
  #running = false;
  #stopping = false;
  #failed = false;
  /** When the last sample was taken, of the clock that does not jump. */
  #sampled = -Infinity;

  /**
   * Prepares sampling; nothing is read before `start()`.
   *
   * @param options Whom to tell, and how often.
   * @throws {RangeError} If an interval is no number of at least 0.1 seconds.
   */
  constructor(options: SystemSamplerOptions) {
    const { interval = 2, clock = systemClock } = options;
    const longInterval = options.longInterval ?? Math.max(15, interval);
    for (const seconds of [interval, longInterval]) {
      if (!(seconds >= 0.1 && seconds <= 86_400)) {
        throw new RangeError(
          `Cannot sample the system: the interval must be 0.1 to 86400 seconds, got ${seconds}`,
        );
      }
    }
    this.#options = options;
    this.#clock = clock;
    this.#interval = interval;
    this.#longInterval = longInterval;
  }

  /** Takes the first sample at once and goes on by itself. Does nothing while it runs. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#started = this.#clock.monotonic();
    const { onWarning, diskPath = rootFolder } = this.#options;
    this.#host = new HostSampler({
      host: this.#options.host ?? openHost({ onWarning, diskPath }),
      diskPath,
      now: () => this.#clock.monotonic(),
    });
    this.#sample();
    this.#startGpu();
    this.#schedule();
  }

  /**
   * Takes an extra sample, at a cell's end say. The GPUs are asked too unless they have answered
   * within the last second.
   *
   * @returns Fulfilled when the rows have come.
   */
  async sampleNow(): Promise<void> {
    if (!this.#running) return;
    const soon = this.#clock.monotonic() - this.#sampled < TOO_SOON_MS;
    if (!soon) this.#sample();
    await this.#gpu?.sampleNow();
  }

  /**
   * Ends sampling, with a last sample, and its child processes; no row comes after it.
   *
   * A worker awaits it before it is terminated: the children of a terminated worker live on until
   * the whole process ends.
   */
  async stop(): Promise<void> {
    if (!this.#running || this.#stopping) return;
    this.#stopping = true;
    this.#clock.clearTimeout(this.#timer);
    // What went on since the last sample would else be nobody's.
    this.#sample();
    await this.#gpu?.sampleNow(lastAnswer);
    await this.#gpu?.stop();
    this.#running = false;
    this.#stopping = false;
  }

  #startGpu(): void {
    const { nvidiaSmi = "nvidia-smi", onWarning, onChild } = this.#options;
    if (nvidiaSmi === null) return;
    const found = findProgram(nvidiaSmi);
    if (found.state === "denied") {
      onWarning(`GPU metrics are off: nvidia-smi may not be run without ${found.permission}`);
    }
    if (found.state !== "found") return;
    this.#gpu = new GpuMonitor({
      file: found.file,
      interval: this.#interval,
      onRow: (row) => this.#emit(row),
      onWarning,
      ...(onChild === undefined ? {} : { onChild }),
    });
    this.#gpu.start();
  }

  #schedule(): void {
    const elapsed = (this.#clock.monotonic() - this.#started) / 1000;
    const long = elapsed >= LONG_RUN_S;
    const interval = long ? this.#longInterval : this.#interval;
    if (long) this.#gpu?.setInterval(interval);
    // By the clock and not by the last timer, so that lateness does not add up.
    const wait = interval - (elapsed % interval);
    this.#timer = this.#clock.setTimeout(() => {
      this.#sample();
      this.#schedule();
    }, wait * 1000);
  }

  #sample(): void {
    this.#sampled = this.#clock.monotonic();
    this.#guard(() => {
      const row = this.#host?.row() ?? {};
      if (Object.keys(row).length > 0) this.#emit(row);
    });
  }

  #emit(row: Record<string, number>): void {
    if (this.#running) this.#guard(() => this.#options.onRow(row, this.#clock.now()));
  }

  /** What fails here is a warning, once, and no end of the worker. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#failed) return;
      this.#failed = true;
      const reason = reasonOf(error);
      this.#options.onWarning(`Cannot sample the system: ${reason.slice(0, 200)}`);
    }
  }
}
