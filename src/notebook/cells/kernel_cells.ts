import { reasonOf } from "../../names/reason.ts";
import type { BackfilledCell } from "./backfill.ts";
import type { CellLine } from "./cell_lines.ts";
import type { ExecutionFeed } from "./execution_feed.ts";
import type { KernelMessage } from "../kernel/message.ts";
import {
  type EarlyListener,
  recordCells,
  type Recording,
  type RecordingOptions,
} from "./recording.ts";

/** Who writes down what the cells of the kernel do. */
export interface CellSink {
  /** The next line of the record. */
  take(line: CellLine): void;
  /** Something was printed; the time is in milliseconds since 1970. */
  print(stream: "stdout" | "stderr", text: string, time: number): void;
  /** As in {@linkcode RecordingOptions}. */
  probe(displayId: string): void;
  warn(message: string): void;
  /** The display id came back: nothing is missed from now on; see {@linkcode KernelCells.takeEarly}. */
  proven(displayId: string): void;
}

/** A kernel that is listened to. */
export interface KernelCellsOptions {
  /** What tells this start of the kernel from all others. */
  readonly session: string;
  readonly cwd: string;
  readonly feed: ExecutionFeed;
  /** What was executed before, and the request that ran when the user's thread began to listen. */
  readonly before: readonly BackfilledCell[];
  readonly early: EarlyListener | null;
  /** Finds the exact sources of what was executed before. */
  readonly exact: (cells: readonly BackfilledCell[]) => Promise<readonly BackfilledCell[]>;
  /** For tests. */
  readonly recording?: Pick<RecordingOptions, "connection" | "flushEvery">;
}

/** Sources of executed cells that are kept for runs that begin later, in characters. */
const MAX_KEPT = 32 * 1024 * 1024;

/**
 * Listens to the kernel of this process once for all of its runs, and from the first one on until
 * the process ends: a run that begins later has the exact sources of all cells between.
 */
export class KernelCells {
  readonly #options: KernelCellsOptions;
  readonly #sinks = new Set<CellSink>();
  /** The record so far without outputs. */
  readonly #before: CellLine[] = [];
  #kept = 0;
  #recording: Recording | null = null;
  readonly #begunOnce = Promise.withResolvers<void>();
  /** Resolves when the record has all that was executed so far, or cannot have it. */
  readonly begun: Promise<void> = this.#begunOnce.promise;
  #begun = false;

  constructor(options: KernelCellsOptions) {
    this.#options = options;
  }

  /**
   * Hands the record so far to a sink, and all that comes.
   *
   * @param history What the sink's record holds of this kernel already.
   */
  attach(sink: CellSink, history: readonly CellLine[]): void {
    const known = new Set(history.map(keyOf));
    for (const line of this.#before) if (!known.has(keyOf(line))) sink.take(line);
    this.#sinks.add(sink);
    if (this.#begun) return;
    this.#begun = true;
    void this.#begin(history);
  }

  /** Hands nothing more to a sink. */
  detach(sink: CellSink): void {
    this.#sinks.delete(sink);
  }

  /** What the user's thread heard until this one's own proof. */
  takeEarly(messages: readonly KernelMessage[]): void {
    this.#recording?.takeEarly(messages);
  }

  /** Writes what is held back. */
  flush(): void {
    this.#recording?.flush();
  }

  async #begin(history: readonly CellLine[]): Promise<void> {
    const { session, cwd, feed, before, early, exact, recording } = this.#options;
    const restarted = history.some(({ type }) => type === "start");
    for (const line of history) this.#keep(line);
    try {
      this.#recording = await recordCells({
        ...recording,
        append: (line) => this.#append(line),
        onPrint: (stream, text, time) => this.#each((one) => one.print(stream, text, time)),
        probe: (displayId) => this.#newest()?.probe(displayId),
        onWarning: (message) => this.#each((one) => one.warn(message)),
        feed,
        kernel: restarted ? null : { session, cwd },
      });
    } catch (error) {
      this.#each((one) => one.warn(`Cells are not recorded: ${reasonOf(error)}`));
    }
    if (this.#recording === null) {
      this.#begunOnce.resolve();
      return;
    }
    void this.#recording.begun.then(this.#begunOnce.resolve);
    void this.#recording.ready.then(({ displayId }) => this.#newest()?.proven(displayId));
    if (restarted) this.#recording.rejoin(this.#running(history));
    else this.#recording.join(await exact(before), early ?? undefined);
  }

  /** The cell that runs after this thread was started again. */
  #running(history: readonly CellLine[]): { execution: number; outputs: number } | null {
    const { feed } = this.#options;
    const last = history.findLast((line) => line.type === "start");
    if (last === undefined) return null;
    const { execution } = last;
    const number = execution === 0 ? feed.joined : execution;
    // A cell that has ended says nothing about which one runs now.
    if (history.some((line) => line.type === "end" && line.execution === execution)) return null;
    if (number > 0 && feed.hasCompleted(number)) {
      const time = Date.now();
      this.#append({ type: "end", execution, status: "ok", time, consoleLines: 0, gap: true });
      return null;
    }
    const outputs = history.filter((line) =>
      line.type === "output" && line.kind !== "stream" && line.execution === execution
    );
    return { execution, outputs: outputs.length };
  }

  #append(line: CellLine): void {
    this.#keep(line);
    this.#each((sink) => sink.take(line));
  }

  #keep(line: CellLine): void {
    if (line.type === "output") return;
    if (!("source" in line)) {
      this.#before.push(line);
      return;
    }
    this.#kept += line.source.length;
    this.#before.push(this.#kept <= MAX_KEPT ? line : { ...line, source: "" });
  }

  /** A run that has been finished may be the first, and is no longer answered. */
  #newest(): CellSink | undefined {
    return [...this.#sinks].at(-1);
  }

  #each(tell: (sink: CellSink) => void): void {
    for (const sink of [...this.#sinks]) tell(sink);
  }
}

/** What a line is about: a record holds each once. */
function keyOf(line: CellLine): string {
  switch (line.type) {
    case "start":
    case "end":
    case "error":
      return `${line.type} ${line.execution}`;
    case "backfill":
      return `${line.type} ${line.hash}`;
    default:
      return line.type;
  }
}
