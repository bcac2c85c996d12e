import { ask } from "./ask.ts";
import type { Failure } from "./failure.ts";
import { type Frame, FrameCollector } from "./frames.ts";
import { OwnProcesses } from "./own_processes.ts";
import { type Header, parseLine, parseOutput } from "./parse.ts";
import { ProcessWatch } from "./process_watch.ts";
import { gpuFields, gpuQuery } from "./query.ts";
import { gpuRow } from "./row.ts";
import type { LineWorth } from "./child_output.ts";
import { Supervisor, type Trouble } from "./supervisor.ts";

/** Options of {@linkcode GpuMonitor}. */
export interface GpuMonitorOptions {
  /** Where `nvidia-smi` is. */
  readonly file: string;
  /** Called with each answer's row. */
  readonly onRow: (row: Record<string, number>) => void;
  /** Called once for each thing that goes wrong. */
  readonly onWarning: (message: string) => void;
  /**
   * Seconds between two answers.
   *
   * @default 2
   */
  readonly interval?: number;
  /** Called with the process id of each long-lived child that was started. */
  readonly onChild?: (pid: number) => void;
  /** Variables added to the children's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whose memory is the run's own. */
  readonly own?: OwnProcesses;
  /**
   * Milliseconds that a child may be silent.
   *
   * @default 10 seconds, or five intervals if that is more; 30 seconds for the first answer
   */
  readonly silenceMs?: number;
  /**
   * Milliseconds until a child is started again the first time.
   *
   * @default 1000
   */
  readonly backoffMs?: number;
}

/** Options of `GpuMonitor.sampleNow`. */
export interface SampleNowOptions {
  /**
   * Milliseconds for which an answer counts as new.
   *
   * @default 1000
   */
  readonly freshMs?: number;
  /**
   * Milliseconds that it may take.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;
}

const reasons: Readonly<Record<Trouble, string>> = {
  hang: "hung",
  exit: "ended",
  flood: "flooded",
  garbage: "wrote what cannot be understood",
  start: "could not be started",
};

/**
 * Follows the NVIDIA GPUs with one long-lived `nvidia-smi` child, and asks now and then whose
 * processes are on them. Without a GPU it ends silently.
 */
export class GpuMonitor {
  readonly #options: GpuMonitorOptions;
  readonly #warned = new Set<string>();
  readonly #frames: FrameCollector;
  readonly #own: OwnProcesses;
  readonly #gpus: Supervisor;
  readonly #processes: ProcessWatch;
  readonly #seen = new Map<number, number>();
  #fields = gpuFields;
  #interval: number;
  #gpuHeader: Header | undefined;
  #lastFrame = -Infinity;
  #answered = false;
  #asking: Promise<void> | undefined;
  #abort = new AbortController();
  #stopped = true;

  /** @param options What is run, and whom to tell. */
  constructor(options: GpuMonitorOptions) {
    this.#options = options;
    this.#interval = options.interval ?? 2;
    this.#own = options.own ?? new OwnProcesses();
    this.#frames = new FrameCollector((frame) => this.#onFrame(frame));
    const { file, env = {}, backoffMs = 1000, onChild } = options;
    this.#gpus = new Supervisor({
      ...(onChild === undefined ? {} : { onChild }),
      file,
      env,
      backoffMs,
      args: () => {
        this.#gpuHeader = undefined;
        this.#frames.clear();
        return gpuQuery(this.#fields, { loopMs: this.#interval * 1000 });
      },
      onLine: (line) => this.#onGpuLine(line),
      onTrouble: (trouble, detail) => this.#onTrouble(trouble, detail),
      onEnd: (missing) => this.#onEnd(missing),
      silenceMs: () => {
        const { silenceMs } = this.#options;
        if (silenceMs !== undefined) return silenceMs;
        // A driver that is not kept loaded takes seconds to wake up eight GPUs.
        return this.#answered ? Math.max(10_000, this.#interval * 5000) : 30_000;
      },
    });
    this.#processes = new ProcessWatch({
      file,
      env,
      interval: () => this.#processInterval,
      own: this.#own,
    });
  }

  /** The long-lived child's process id. */
  get pid(): number | undefined {
    return this.#gpus.pid;
  }

  get #processInterval(): number {
    return Math.max(5, this.#interval);
  }

  /** Starts following. */
  start(): void {
    this.#stopped = false;
    this.#abort = new AbortController();
    this.#gpus.start();
  }

  /** Changes the seconds between two answers. */
  setInterval(interval: number): void {
    if (interval === this.#interval) return;
    this.#interval = interval;
    if (!this.#answered || this.#stopped) return;
    this.#gpus.restart();
  }

  /** Asks once more, unless an answer came a moment ago. */
  async sampleNow({ freshMs = 1000, timeoutMs = 5000 }: SampleNowOptions = {}): Promise<void> {
    const fresh = performance.now() - this.#lastFrame < freshMs;
    if (this.#stopped || !this.#answered || fresh) return;
    await (this.#asking ??= this.#ask(timeoutMs).finally(() => this.#asking = undefined));
  }

  /** Ends the children; they are gone when it is fulfilled. */
  async stop(): Promise<void> {
    this.#frames.flush();
    this.#stopped = true;
    this.#abort.abort();
    await Promise.all([this.#gpus.stop(), this.#processes.stop(), this.#asking]);
  }

  async #ask(timeoutMs: number): Promise<void> {
    const { file, env = {} } = this.#options;
    const { signal } = this.#abort;
    const text = await ask(file, { args: gpuQuery(this.#fields), env, timeoutMs, signal });
    const { gpus } = parseOutput(text ?? "");
    if (gpus.length > 0) this.#onFrame(gpus);
  }

  #onFrame(frame: Frame): void {
    if (this.#stopped) return;
    const now = performance.now();
    this.#lastFrame = now;
    for (const { index, lost } of frame) {
      this.#seen.set(index, now);
      if (lost) this.#warn(`lost ${index}`, `GPU ${index} is lost: the driver cannot reach it`);
    }
    for (const [index, time] of this.#seen) {
      if (now - time < Math.max(5000, this.#interval * 3000)) continue;
      this.#seen.delete(index);
      this.#warn(`lost ${index}`, `GPU ${index} is no longer reported by nvidia-smi`);
    }
    const since = now / 1000 - this.#processInterval * 2.5;
    const row = gpuRow(frame, this.#own.memory(since));
    if (Object.keys(row).length > 0) this.#options.onRow(row);
  }

  #onGpuLine(line: string): LineWorth {
    const parsed = parseLine(line, this.#gpuHeader);
    if (parsed.type === "gpu") {
      if (!this.#answered) {
        this.#answered = true;
        this.#processes.start();
      }
      this.#frames.push(parsed.gpu);
      return "good";
    }
    if (parsed.type === "header") this.#gpuHeader = parsed.header;
    else if (parsed.type === "failure") this.#onFailure(parsed.failure);
    return parsed.type === "garbage" ? "garbage" : "neutral";
  }

  #onFailure({ kind, detail }: Failure): void {
    if (kind === "field" && this.#fields.includes(detail) && detail !== "index") {
      // An older or newer driver: it is asked again for what it does know.
      this.#fields = this.#fields.filter((field) => field !== detail);
      this.#gpus.restart();
    } else if (kind === "no-device" && !this.#answered) {
      this.#stopped = true;
      void this.#gpus.stop();
    } else {
      this.#warn("failure", `GPU metrics are interrupted: nvidia-smi says "${detail}"`);
    }
  }

  #onTrouble(trouble: Trouble, detail: string): void {
    // What it said itself has been told and says more than that it ended.
    if (trouble === "exit" && this.#warned.has("failure")) return;
    const what = `nvidia-smi ${reasons[trouble]} (${detail}) and is started again`;
    this.#warn(trouble, `GPU metrics are interrupted: ${what}`);
  }

  #onEnd(missing: boolean): void {
    this.#stopped = true;
    if (!missing && !this.#warned.has("failure")) {
      this.#warn("end", "GPU metrics are off: nvidia-smi gave no answer in 8 tries");
    }
  }

  #warn(kind: string, message: string): void {
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    this.#options.onWarning(message);
  }
}
