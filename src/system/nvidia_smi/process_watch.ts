import { ask } from "./ask.ts";
import { parseDeviceList } from "./device_list.ts";
import type { OwnProcesses } from "./own_processes.ts";
import { parseOutput } from "./parse.ts";
import { processQuery } from "./query.ts";

/** Options of {@linkcode ProcessWatch}. */
export interface ProcessWatchOptions {
  /** Where `nvidia-smi` is. */
  readonly file: string;
  /** Variables added to the children's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Seconds between two answers; asked for before each. */
  readonly interval: () => number;
  /** Who is told. */
  readonly own: OwnProcesses;
}

/** Seconds between two questions to a driver that does not answer them. */
const SLOWEST_S = 60;

/**
 * Asks every few seconds which processes hold how much of the GPUs' memory.
 *
 * Each time with a child of its own. A long-lived one says nothing while no process computes, and
 * who never writes does not notice that its reader was killed: it would outlive the run.
 */
export class ProcessWatch {
  readonly #options: ProcessWatchOptions;
  #abort: AbortController | undefined;
  #running: Promise<void> | undefined;
  /** The GPUs of MIG devices; asked when the first of these is seen. */
  #parents: ReadonlyMap<string, string> | undefined;

  /** @param options What is run, and whom to tell. */
  constructor(options: ProcessWatchOptions) {
    this.#options = options;
  }

  /** Asks at once and goes on by itself. Does nothing while it runs. */
  start(): void {
    if (this.#abort !== undefined) return;
    this.#abort = new AbortController();
    this.#running = this.#run(this.#abort.signal);
  }

  /** Ends it, with the child that runs. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = undefined;
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      failures = await this.#ask(signal) ? 0 : failures + 1;
      const seconds = Math.max(this.#options.interval(), Math.min(SLOWEST_S, 2 ** failures));
      await pause(seconds * 1000, signal);
    }
  }

  /** @returns Whether there was an answer, be it that nobody computes. */
  async #ask(signal: AbortSignal): Promise<boolean> {
    const { file, env = {}, own } = this.#options;
    const text = await ask(file, { args: processQuery(), env, signal });
    if (text === undefined) return false;
    const { processes } = parseOutput(text);
    if (this.#parents === undefined && processes.some(({ uuid }) => uuid.startsWith("MIG-"))) {
      this.#parents = parseDeviceList(await ask(file, { args: ["-L"], env, signal }) ?? "");
    }
    const time = performance.now() / 1000;
    for (const process of processes) {
      own.add({ ...process, uuid: this.#parents?.get(process.uuid) ?? process.uuid }, time);
    }
    return true;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  const timer = setTimeout(resolve, milliseconds);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    resolve();
  }, { once: true });
  return promise;
}
