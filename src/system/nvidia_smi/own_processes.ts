import process from "node:process";
import { mayReadProc } from "../permissions.ts";
import { type ReadText, readText } from "../files.ts";
import type { GpuProcess } from "./parse.ts";

/** The parent's pid in the text of `/proc/<pid>/stat`. */
export function parseParent(stat: string): number | undefined {
  // The command's name is in brackets and may hold brackets and spaces itself.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const parent = Number(fields[1]);
  return Number.isInteger(parent) && parent > 0 ? parent : undefined;
}

/** Options of {@linkcode OwnProcesses}. */
export interface OwnProcessesOptions {
  /** @default this process's */
  readonly pid?: number;
  /** @default reads `/proc` where it may be read */
  readonly read?: ReadText;
}

/**
 * Tells the run's processes, itself and its descendants, from its neighbours, and what they hold.
 *
 * In a container `nvidia-smi` may report the host's pids, or none: then nothing counts as the run's.
 */
export class OwnProcesses {
  readonly #pid: number;
  readonly #read: ReadText;
  readonly #known = new Map<number, boolean>();
  readonly #seen = new Map<string, { gpu: string; bytes: number | undefined; time: number }>();

  /** @param options The run's own pid, and how files are read. */
  constructor({ pid = process.pid, read }: OwnProcessesOptions = {}) {
    this.#pid = pid;
    this.#read = read ?? (mayReadProc() ? readText : () => undefined);
  }

  /**
   * Takes a line about a process.
   *
   * @param time Seconds, of any clock that `memory()` is asked with too.
   */
  add({ pid, uuid, memoryUsed }: GpuProcess, time: number): void {
    if (!this.#isOwn(pid)) return;
    if (this.#seen.size > 1000) this.#seen.clear();
    this.#seen.set(`${pid} ${uuid}`, { gpu: uuid, bytes: memoryUsed, time });
  }

  /** Bytes by the GPU's uuid, from what was said since a time in seconds. */
  memory(since: number): Map<string, number | undefined> {
    const memory = new Map<string, number | undefined>();
    for (const [key, { gpu, bytes, time }] of this.#seen) {
      if (!(time >= since)) {
        this.#seen.delete(key);
        continue;
      }
      const before = memory.get(gpu);
      memory.set(gpu, bytes === undefined ? before : (before ?? 0) + bytes);
    }
    return memory;
  }

  #isOwn(pid: number): boolean {
    const known = this.#known.get(pid);
    if (known !== undefined) return known;
    let own = false;
    for (let at: number | undefined = pid, depth = 0; at !== undefined && depth < 32; depth++) {
      if (at === this.#pid) {
        own = true;
        break;
      }
      if (at === 1) break;
      const stat = this.#read(`/proc/${at}/stat`);
      at = stat === undefined ? undefined : parseParent(stat);
    }
    if (this.#known.size > 4096) this.#known.clear();
    this.#known.set(pid, own);
    return own;
  }
}
