import { reasonOf } from "../names/reason.ts";
import { UnrecordableValue } from "../record/encode_value.ts";
import type { MetricLine, RunLine, StartLine } from "../record/lines.ts";
import { type About, aboutLine } from "./about.ts";
import type { RunAttachments } from "./attachments.ts";
import { RunClock } from "./clock.ts";
import { errorLine } from "./error_line.ts";
import { History } from "./history.ts";
import { Metrics } from "./metrics.ts";
import { quoteName } from "./names.ts";
import { NotedLines } from "./noted_lines.ts";
import { RunRecorder } from "./recorder.ts";
import { RunConfig } from "./run_config.ts";
import { RunMedia } from "./run_media.ts";
import type { RunRecord } from "./run_record.ts";
import { RunSummary } from "./run_summary.ts";
import { Warnings } from "./warnings.ts";

/** What a {@linkcode RunRecording} is made from. */
export interface RecordingContext {
  /** The run's first line. */
  readonly start: StartLine;
  readonly config: object;
  /** Null in mode `disabled`, and when no place to record was found. */
  readonly directory: string | null;
  /** What the directory held, when the run is resumed. */
  readonly resumed?: RunRecord;
  readonly strictNames: boolean;
  /** Shows a warning to the user. */
  readonly say: (message: string) => void;
  /** The execution count of the cell that is logging; undefined outside of notebooks. */
  readonly cell?: () => number | undefined;
}

/** What goes on along with a {@linkcode RunRecording}. */
export interface RecordingSurroundings {
  readonly attached: RunAttachments;
  /** How a notebook shows the summary. */
  readonly showSummary: () => Promise<Record<string, string>>;
}

/** How many rows and values there are, and what became of the others. */
export interface RecordedCounts {
  /** Rows (distinct steps). */
  readonly rows: number;
  /** Rows that could not be written. */
  readonly lost: number;
  /** Rows and values that were refused. */
  readonly rejected: { readonly rows: number; readonly values: number };
}

/** How often `log()` lets the background have its say. */
const POLL_MS = 250;

/**
 * All that a run writes: rows, config, summary, media, warnings and its end meet here, and go to the
 * two files of the run directory. Where there is no directory, nothing is written.
 */
export class RunRecording {
  readonly clock: RunClock;
  readonly history: History;
  readonly media: RunMedia;
  readonly config: RunConfig;
  readonly summary: RunSummary;
  #start: StartLine;
  readonly #metrics: Metrics;
  readonly #warnings: Warnings;
  readonly #recorder: RunRecorder | null;
  readonly #attached: RunAttachments;
  readonly #noted = new NotedLines((line) => this.line(line));
  #nextPoll = 0;
  #rejectedSaid = 0;
  #ended = false;
  #closed = false;

  /** Throws what the file system throws when the directory cannot be written. */
  constructor(context: RecordingContext, { attached, showSummary }: RecordingSurroundings) {
    const { start, directory, resumed } = context;
    this.#start = { ...start, tags: Object.freeze([...start.tags]) };
    this.#attached = attached;
    this.#metrics = resumed?.metrics ?? new Metrics();
    this.clock = new RunClock(resumed?.startTime);
    this.#warnings = new Warnings((code, message) => {
      context.say(message);
      this.line({ type: "warning", code, message, time: this.clock.now() });
    });
    this.#recorder = directory === null ? null : new RunRecorder(directory, {
      onFault: (error) =>
        this.warn("write", `Cannot write to ${directory}: ${reasonOf(error)}. Trying on`),
    });
    this.media = new RunMedia({
      directory,
      companion: () => attached.companion,
      onError: (key, message) => this.history.refuse(key, new UnrecordableValue(message)),
      onWarning: (key, message) => this.warn(`media:${key}`, `${quoteName(key)}: ${message}`),
    });
    const note = (line: RunLine) => this.#noted.note(line);
    this.history = new History(
      {
        clock: this.clock,
        metrics: this.#metrics,
        warnings: this.#warnings,
        strictNames: context.strictNames,
        pending: this.media.pending,
        line: note,
        append: (line, monotonic) => this.#append(line, monotonic),
        ...(context.cell === undefined ? {} : { cell: context.cell }),
      },
      resumed === undefined ? undefined : { lastStep: resumed.lastStep ?? -1, rows: resumed.rows },
    );
    this.history.close(resumed?.pendingSteps ?? []);
    this.line(this.#start);
    this.config = new RunConfig({
      line: (line) => this.line(line),
      onRefuse: (key, reason) => this.#refuse("config", key, reason),
    }, resumed?.config);
    Object.assign(this.config.object, context.config);
    this.summary = new RunSummary({
      metrics: this.#metrics,
      pending: this.media.pending,
      line: (line) => this.line(line),
      note,
      onRefuse: (key, reason) => this.#refuse("summary", key, reason),
      display: showSummary,
    }, resumed?.assigned);
  }

  /** What the run is, as its first line would say it now. */
  get start(): StartLine {
    return this.#start;
  }

  /** Whether no more can be logged. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether the last line is written. */
  get closed(): boolean {
    return this.#closed;
  }

  get counts(): RecordedCounts {
    const { rows, rejectedRows, rejectedValues } = this.history;
    return {
      rows,
      lost: this.#recorder?.lost ?? 0,
      rejected: { rows: rejectedRows, values: rejectedValues },
    };
  }

  /** Appends a line to `run.jsonl`. */
  line(line: RunLine): void {
    this.#recorder?.line(line);
  }

  /** Says how metrics are summarized and shown. */
  define(line: MetricLine): void {
    this.#metrics.define(line);
    this.line(line);
  }

  /** Changes what is said of the run; what cannot be, or comes after its end, is warned of. */
  describe(change: About): void {
    const what = Object.keys(change).join();
    if (this.#ended) {
      const { name } = this.#start;
      this.warn(`about:${what}`, `Cannot change the ${what}: the run ${name} has finished`);
      return;
    }
    try {
      const line = aboutLine(change);
      const { type: _, ...changed } = line;
      this.#start = { ...this.#start, ...changed };
      this.line(line);
    } catch (error) {
      this.warn(`about:${what}`, reasonOf(error));
    }
  }

  /** Warns once of each code, on the terminal and in the record. */
  warn(code: string, message: string): void {
    this.#warnings.warn(code, message);
  }

  /** Records an error that nobody caught; the process may end right after. */
  fail(error: unknown): void {
    this.line(errorLine(error, this.clock.now()));
    this.flush();
  }

  /** Writes what waits, for somebody who is about to read it. */
  flush(): void {
    this.#recorder?.flush();
    this.#sayRejected();
  }

  /**
   * Begins the directory anew after somebody removed it.
   *
   * @returns False when it is there, or no longer needed.
   */
  restore(): boolean {
    // It is said every other second, and heard only when this thread has time.
    if (this.#closed || this.#recorder?.vanished !== true) return false;
    this.#recorder.restore(this.#snapshot());
    return true;
  }

  /** From now on nothing can be logged; media that are being made still become part of the run. */
  end(): void {
    this.#ended = true;
  }

  /** Writes the last line. */
  close(exitCode: number): void {
    this.end();
    this.media.pending.abandon("the run ended before it was made");
    this.#closed = true;
    this.#recorder?.flush();
    const { rows, lost, rejected } = this.counts;
    this.line({
      type: "finish",
      exitCode,
      time: this.clock.now(),
      rows,
      lost: lost + (this.#recorder?.waiting ?? 0),
      rejected,
    });
    this.#recorder?.close();
  }

  #append(line: string, monotonic: number): void {
    this.#recorder?.row(line, monotonic);
    if (monotonic < this.#nextPoll) return;
    this.#nextPoll = monotonic + POLL_MS;
    this.#sayRejected();
    this.#attached.companion?.poll();
  }

  #sayRejected(): void {
    const { rows, values } = this.counts.rejected;
    if (rows + values === this.#rejectedSaid || this.#ended) return;
    this.#rejectedSaid = rows + values;
    this.line({ type: "rejected", rows, values });
  }

  #refuse(where: string, key: string, reason: string): void {
    this.warn(`${where}:${key}`, `Cannot record ${where} ${quoteName(key)}: ${reason}`);
  }

  *#snapshot(): Generator<RunLine> {
    yield this.#start;
    yield* this.config.lines();
    yield* this.#metrics.definitions();
    yield* this.summary.lines();
  }
}
