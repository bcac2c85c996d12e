import { reasonOf } from "../names/reason.ts";
import { cutTornLine } from "../record/heal.ts";
import { readJsonLines } from "../record/json_lines.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { LineWriter } from "../record/line_writer.ts";
import type { RunLine } from "../record/lines.ts";
import { RunClock } from "../run/clock.ts";

/** Options of {@linkcode SystemLog}. */
export interface SystemLogOptions {
  /** Called once when rows cannot be written. */
  readonly onWarning: (message: string) => void;
}

/**
 * Appends the hardware's rows to `system.jsonl`. A run that is gone on with, and a directory that
 * was removed and begun anew, go on in the same file.
 */
export class SystemLog {
  readonly #directory: string;
  readonly #path: string;
  readonly #options: SystemLogOptions;
  readonly #clock: RunClock;
  #writer: LineWriter | undefined;
  #failed = false;

  /** Opens the file; the run's own first line must have been written. */
  constructor(directory: string, options: SystemLogOptions) {
    this.#directory = directory;
    this.#path = join(directory, RUN_FILES.system);
    this.#options = options;
    this.#clock = new RunClock(startTime(directory));
    // A process that was killed may have left half a line.
    this.#guard(() => cutTornLine(this.#path));
  }

  /** Appends a row, with the time of now. */
  append(row: Record<string, number>): void {
    const _timestamp = this.#clock.now();
    const _runtime = Math.round((_timestamp - this.#clock.start) * 1000) / 1000;
    const line = JSON.stringify({ _wandb: true, _timestamp, _runtime, ...row });
    this.#guard(() => this.#open()?.append(line));
  }

  /** Writes what waits, and closes the file. */
  close(): void {
    this.#guard(() => this.#writer?.close());
    this.#writer = undefined;
  }

  /** Rows to a file that somebody removed would be lost, silently. */
  #open(): LineWriter | undefined {
    if (this.#writer !== undefined && exists(this.#path)) return this.#writer;
    this.close();
    // While the directory is gone there is nothing to say: the run itself says it.
    if (!exists(this.#directory)) return undefined;
    const onFault = (error: unknown) => this.#fail(error);
    return this.#writer = new LineWriter(this.#path, { onFault });
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#failed) return;
    this.#failed = true;
    this.#options.onWarning(`Hardware samples are not recorded for now: ${reasonOf(error)}`);
  }
}

/** Seconds since 1970 at which the run began the first time; now, when that cannot be read. */
function startTime(directory: string): number | undefined {
  try {
    for (const line of readJsonLines<RunLine>(join(directory, RUN_FILES.run))) {
      if (line.type === "run") return line.time;
    }
  } catch {
    // The rows are worth having also without it.
  }
  return undefined;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
