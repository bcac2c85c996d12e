import { ensureDirSync, existsSync } from "@std/fs";
import { join, RUN_FILES } from "../record/layout.ts";
import { LineWriter } from "../record/line_writer.ts";
import type { RunLine } from "../record/lines.ts";

/** What a {@linkcode RunRecorder} reports. */
export interface RunRecorderEvents {
  /** Writing has begun to fail. */
  onFault(error: unknown): void;
}

/** Writes a run directory's two files. Never throws after it was made. */
export class RunRecorder {
  #run: LineWriter;
  #history: LineWriter;
  #lostBefore = 0;
  readonly #events: RunRecorderEvents;

  /** Opens the files; what the file system throws goes to the caller. */
  constructor(readonly directory: string, events: RunRecorderEvents) {
    this.#events = events;
    [this.#run, this.#history] = this.#open();
  }

  /** Lines that were given up. */
  get lost(): number {
    return this.#lostBefore + this.#history.lost;
  }

  /** Rows that are not in the file yet. */
  get waiting(): number {
    return this.#history.waiting;
  }

  /** Whether somebody removed the directory: the open files then lead nowhere. */
  get vanished(): boolean {
    return !existsSync(join(this.directory, RUN_FILES.run));
  }

  /** Appends a line to `run.jsonl`. */
  line(line: RunLine): void {
    this.#run.append(JSON.stringify(line));
  }

  /** Appends a line to `history.jsonl`. */
  row(line: string, monotonic: number): void {
    this.#history.append(line, monotonic);
  }

  /** Writes what waits. */
  flush(): void {
    this.#run.flush();
    this.#history.flush();
  }

  /** Writes what can be written, and closes the files. */
  close(): void {
    this.#history.close();
    this.#run.close();
  }

  /**
   * Begins the directory anew after somebody removed it.
   *
   * @param lines What says again what the run is.
   */
  restore(lines: Iterable<RunLine>): void {
    try {
      ensureDirSync(join(this.directory, RUN_FILES.files));
      const [run, history] = this.#open();
      this.close();
      this.#lostBefore += this.#history.lost;
      this.#run = run;
      this.#history = history;
      for (const line of lines) this.line(line);
    } catch (error) {
      this.#events.onFault(error);
    }
  }

  #open(): [LineWriter, LineWriter] {
    const options = { onFault: (error: unknown) => this.#events.onFault(error) };
    return [
      new LineWriter(join(this.directory, RUN_FILES.run), options),
      new LineWriter(join(this.directory, RUN_FILES.history), options),
    ];
  }
}
