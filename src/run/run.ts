import { RunCells } from "../cells/run_cells.ts";
import { type SaveOptions, saveRequest } from "../files/save_options.ts";
import { reasonOf } from "../names/reason.ts";
import type { Json, MetricLine, RunLine, StartLine } from "../record/lines.ts";
import type { MediaAnswer } from "../record/media_job.ts";
import { type About, aboutLine } from "./about.ts";
import { type AlertOptions, Alerts } from "./alert.ts";
import { RunClock } from "./clock.ts";
import type { ChartOptions, RunCompanion } from "./companion.ts";
import { Displayable } from "./displayable.ts";
import { UnrecordableValue } from "../record/encode_value.ts";
import { deliveryOf, type FinishReport } from "./finish_report.ts";
import { History, type LogData, type LogOptions } from "./history.ts";
import { type MetricDefinition, toMetricLine } from "./metric.ts";
import { Metrics } from "./metrics.ts";
import { quoteName } from "./names.ts";
import { NotedLines } from "./noted_lines.ts";
import { recordValue } from "./record_value.ts";
import { RunRecorder } from "./recorder.ts";
import { RunConfig } from "./run_config.ts";
import type { RunConsole } from "./run_console.ts";
import { RunMedia } from "./run_media.ts";
import type { RunRecord } from "./run_record.ts";
import { summaryObject } from "./summary_object.ts";
import { SystemView } from "./system_view.ts";
import { drawTable, type TableOptions } from "./table.ts";
import type { WatchOptions } from "../watch/model_watch.ts";
import { RunWatches, type Watch } from "../watch/run_watches.ts";
import { Warnings } from "./warnings.ts";

/** What a run is made from; `init` gathers it. */
export interface RunContext {
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
  /** Called when the run has ended. */
  readonly onFinish?: (run: Run) => void;
}

const POLL_MS = 250;

/**
 * A run: what is logged between `init` and `finish`.
 *
 * Evaluated at the end of a notebook cell, it draws its panel again.
 */
export class Run {
  /** The id, unique in its project. */
  readonly id: string;
  /** The project that it belongs to. */
  readonly project: string;
  /** The user or team that owns it; null when none was named. */
  readonly entity: string | null;
  /** Where it is recorded; null in mode `disabled`. */
  readonly directory: string | null;
  /**
   * Hyperparameters and other inputs. What is assigned to it, at any depth, is recorded; arrays are
   * frozen and are replaced whole.
   */
  readonly config: Record<string, unknown>;
  /**
   * One value a metric, by default the last; what is assigned to it wins and stays. Evaluated at the
   * end of a notebook cell, it is a table with a sparkline a metric.
   */
  readonly summary: Record<string, unknown>;

  #start: StartLine;
  readonly #config: RunConfig;
  readonly #assigned = new Map<string, Json>();
  readonly #metrics: Metrics;
  readonly #clock: RunClock;
  readonly #history: History;
  readonly #media: RunMedia;
  readonly #watches: RunWatches;
  readonly #warnings: Warnings;
  readonly #recorder: RunRecorder | null;
  readonly #alerts = new Alerts();
  readonly #noted = new NotedLines((line) => this.#line(line));
  readonly #abort = new AbortController();
  readonly #onFinish: ((run: Run) => void) | undefined;
  #companion: RunCompanion | null = null;
  #console: RunConsole | null = null;
  #url: string | null = null;
  #nextPoll = 0;
  #rejectedSaid = 0;
  #report: Promise<FinishReport> | null = null;
  /** No more can be logged. */
  #ended = false;
  /** The last line is written. */
  #closed = false;

  /**
   * For `init`; throws what the file system throws when the directory cannot be written.
   *
   * @internal
   */
  constructor(context: RunContext) {
    const { start, directory, resumed } = context;
    this.#start = { ...start, tags: Object.freeze([...start.tags]) };
    this.id = start.id;
    this.project = start.project;
    this.entity = start.entity ?? null;
    this.directory = directory;
    this.#onFinish = context.onFinish;
    this.#metrics = resumed?.metrics ?? new Metrics();
    this.#clock = new RunClock(resumed?.startTime);
    this.#warnings = new Warnings((code, message) => {
      context.say(message);
      this.#recorder?.line({ type: "warning", code, message, time: this.#clock.now() });
    });
    this.#recorder = directory === null ? null : new RunRecorder(directory, {
      onFault: (error) =>
        this.warn("write", `Cannot write to ${directory}: ${reasonOf(error)}. Trying on`),
    });
    this.#media = new RunMedia({
      directory,
      companion: () => this.#companion,
      onError: (key, message) => this.#history.refuse(key, new UnrecordableValue(message)),
      onWarning: (key, message) => this.warn(`media:${key}`, `${quoteName(key)}: ${message}`),
    });
    this.#history = new History(
      {
        clock: this.#clock,
        metrics: this.#metrics,
        warnings: this.#warnings,
        strictNames: context.strictNames,
        pending: this.#media.pending,
        line: (line) => this.#noted.note(line),
        append: (line, monotonic) => this.#append(line, monotonic),
        ...(context.cell === undefined ? {} : { cell: context.cell }),
      },
      resumed === undefined ? undefined : { lastStep: resumed.lastStep ?? -1, rows: resumed.rows },
    );
    this.#watches = new RunWatches({
      log: (row) => {
        for (const name of Object.keys(row)) this.#history.allow(name);
        this.log(row, { commit: false });
      },
      warn: (code, message) => this.warn(code, message),
    });
    this.#history.close(resumed?.pendingSteps ?? []);
    for (const [key, value] of resumed?.assigned ?? []) this.#assigned.set(key, value);
    this.#line(this.#start);
    this.#config = new RunConfig({
      line: (line) => this.#line(line),
      onRefuse: (key, reason) => this.#refuse("config", key, reason),
    }, resumed?.config);
    this.config = this.#config.object;
    Object.assign(this.config, context.config);
    this.summary = summaryObject({
      metrics: this.#metrics,
      assigned: this.#assigned,
      display: () => this.#displayable("summary"),
      record: (key, value) =>
        recordValue(value, {
          key,
          step: "summary",
          pending: this.#media.pending,
          line: (line) => this.#noted.note(line),
          also: (other, otherValue) => void (this.summary[other] = otherValue),
        }, () => {}),
      onSet: (key, value) => this.#line({ type: "summary", set: { [key]: value } }),
      onRemove: (key) => this.#line({ type: "summary", remove: [key] }),
      onRefuse: (key, reason) => this.#refuse("summary", key, reason),
    });
  }

  /** The name that people see. What is assigned to it is recorded, and told to the server. */
  get name(): string {
    return this.#start.name;
  }
  set name(name: string) {
    this.#describe({ name });
  }

  /**
   * Its labels. They are frozen, and replaced whole: what is assigned is recorded, and told to the
   * server.
   *
   * @example
   * ```ts
   * import { init } from "@cellar/cellar";
   *
   * const run = await init({ project: "docs", mode: "disabled" });
   * run.tags = [...run.tags, "baseline"];
   * await run.finish();
   * ```
   */
  get tags(): readonly string[] {
    return this.#start.tags;
  }
  set tags(tags: readonly string[]) {
    this.#describe({ tags });
  }

  /**
   * A longer description; null for none. What is assigned to it is recorded, and told to the server.
   */
  get notes(): string | null {
    return this.#start.notes || null;
  }
  set notes(notes: string | null) {
    this.#describe({ notes: notes ?? "" });
  }

  /** The run's page on the server; null until the server was reached, and for a local run. */
  get url(): string | null {
    return this.#url;
  }

  /** The step of the next row. */
  get step(): number {
    return this.#history.step;
  }

  /** Whether the run has ended. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * Fires when the run is asked to stop: by the notebook's stop button, which then leaves the kernel
   * alive. A loop that logs sees it also when it never awaits.
   */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /**
   * The hardware while the run went on. Evaluated at the end of a notebook cell, it draws charts,
   * accelerators first.
   *
   * @example
   * ```ts
   * import { init } from "@cellar/cellar";
   *
   * const run = await init({ project: "docs", mode: "disabled" });
   * const watts = run.system.columns(["_runtime", "system.gpu.0.powerWatts"]);
   * await run.finish();
   * ```
   */
  get system(): SystemView {
    return new SystemView(() => this.#draw({ kind: "system" }), this.directory);
  }

  /**
   * Records a row, or a part of it. It returns when the row is with the operating system, never
   * throws, and never waits for a disk, a network or a drawing.
   *
   * @example
   * ```ts
   * import { init } from "@cellar/cellar";
   *
   * const run = await init({ project: "docs", mode: "disabled" });
   * run.log({ loss: 0.5, lr: 0.01 });
   * run.log({ val: { loss: 0.6 } }, { step: 10 });
   * await run.finish();
   * ```
   */
  log(data: LogData, options?: LogOptions): void {
    if (this.#ended) {
      this.warn(
        "ended",
        `Cannot log: the run ${this.name} has finished. Start another with init()`,
      );
      return;
    }
    this.#history.log(data, options);
  }

  /**
   * Says how a metric is summarized and shown; `name` may end with `*`.
   *
   * @example
   * ```ts
   * import { init } from "@cellar/cellar";
   *
   * const run = await init({ project: "docs", mode: "disabled" });
   * run.defineMetric("val_*", { stepMetric: "epoch", summary: "min" });
   * await run.finish();
   * ```
   *
   * @throws {TypeError} When the name is empty or has a `*` before its end, or an option is unknown.
   */
  defineMetric(name: string, definition: MetricDefinition = {}): void {
    const line: MetricLine = toMetricLine(name, definition);
    this.#metrics.define(line);
    this.#line(line);
  }

  /**
   * A chart of metrics over a common x axis, for the end of a cell.
   *
   * @example
   * ```ts
   * import { init } from "@cellar/cellar";
   *
   * const run = await init({ project: "docs", dir: await Deno.makeTempDir() });
   * run.log({ loss: 1 });
   * run.log({ loss: 0.5 });
   * const svg = await run.chart(["loss"], { scale: "log" }).svg();
   * await run.finish();
   * ```
   */
  chart(metrics: string | readonly string[], options: ChartOptions = {}): Displayable {
    const names = typeof metrics === "string" ? [metrics] : metrics;
    return new Displayable(() => this.#draw({ kind: "chart", metrics: names, options }));
  }

  /**
   * What each cell of the notebook did: time, steps, metrics, hardware, status. Evaluated at the end
   * of a cell it is a table, and `run.cells.at(n)` shows one execution. Empty in a script.
   */
  get cells(): RunCells {
    this.#recorder?.flush();
    return new RunCells({ directory: this.directory, draw: (request) => this.#draw(request) });
  }

  /**
   * A table of data, for the end of a cell: an array of objects, an object of columns, or an
   * Arrow-like or Polars-like frame.
   */
  table(data: unknown, options: TableOptions = {}): Displayable {
    return new Displayable(() => drawTable(data, options));
  }

  /**
   * Makes files a part of the run. They are copied in the background, under their path from the
   * working directory, or from their own folder where they lie outside of it.
   *
   * @param pattern A path, which may hold `*`, `**`, `?` and `[…]`.
   */
  save(pattern: string | URL, options: SaveOptions = {}): void {
    if (this.directory === null) return;
    const refuse = (reason: string) =>
      this.warn(`save:${pattern}`, `Cannot save ${pattern}: ${reason}`);
    if (this.#ended) return refuse("the run has finished");
    if (this.#companion === null) return refuse("the background that copies files is off");
    try {
      this.#companion.save(saveRequest(pattern, options));
    } catch (error) {
      refuse(reasonOf(error));
    }
  }

  /**
   * Tells people of something: it is recorded, shown in the panel, and sent on by servers. One of
   * the same title is not repeated within a minute.
   *
   * @example
   * ```ts
   * import { init } from "@cellar/cellar";
   *
   * const run = await init({ project: "docs", mode: "disabled" });
   * run.alert({ title: "Loss is NaN", text: "at step 120", level: "ERROR" });
   * await run.finish();
   * ```
   */
  alert(options: AlertOptions): void {
    if (this.#ended) {
      this.warn("ended", `Cannot alert: the run ${this.name} has finished`);
      return;
    }
    const { monotonic } = this.#clock;
    try {
      const line = this.#alerts.line(options, { now: this.#clock.now(monotonic), monotonic });
      if (line !== null) this.#line(line);
    } catch (error) {
      this.warn("alert", `Cannot alert: ${reasonOf(error)}`);
    }
  }

  /**
   * Records how the gradients and parameters of a model are spread while it is trained: a histogram
   * `gradients/<name>` or `parameters/<name>` for each, every `logFreq` training steps, in the row
   * that the next `log()` completes.
   *
   * A model of TensorFlow.js is watched through the optimizer that it is compiled with; an array of
   * an optimizer and its variables, of a js-pytorch model and its optimizer, or anything with a method
   * `Symbol.for("cellar.watch")` can be watched as well. Whoever else trains calls `step()` of what
   * this gives. Watched again, a model is watched with the new options. Never throws into training.
   *
   * @example
   * ```ts
   * import { init } from "@cellar/cellar";
   *
   * const run = await init({ project: "docs", mode: "disabled" });
   * const watching = run.watch(null, { log: "all", logFreq: 10 });
   * for (let i = 0; i < 100; i++) {
   *   watching.step({ gradients: { w: [0.1, -0.2] }, parameters: { w: [1, 2] } });
   *   run.log({ loss: 1 / (i + 1) });
   * }
   * await run.finish();
   * ```
   *
   * @throws {TypeError} When an option cannot be.
   */
  watch(model: unknown, options: WatchOptions = {}): Watch {
    return this.#watches.watch(model, options);
  }

  /** Ends watching a model, or all of them. */
  unwatch(model?: unknown): void {
    this.#watches.unwatch(model);
  }

  /** What was watched, for the end of a cell: how distributions change, and their norms. */
  get watching(): Displayable {
    return new Displayable(() => this.#draw({ kind: "watching" }));
  }

  /**
   * Ends the run. The second call gives the first one's report.
   *
   * @param exitCode Zero for a run that went well.
   */
  finish(exitCode = 0): Promise<FinishReport> {
    this.#report ??= this.#deliver(exitCode);
    return this.#report;
  }

  /**
   * Ends the record at once, for a process that is about to end. Does nothing when it has ended.
   *
   * @internal
   */
  end(exitCode: number): void {
    if (!this.#closed) this.#media.settleNow();
    this.#close(exitCode);
  }

  #close(exitCode: number): void {
    if (this.#closed) return;
    this.#ended = true;
    this.#watches.unwatch();
    this.#media.pending.abandon("the run ended before it was made");
    this.#closed = true;
    const recorder = this.#recorder;
    recorder?.flush();
    this.#line({
      type: "finish",
      exitCode,
      time: this.#clock.now(),
      rows: this.#history.rows,
      lost: (recorder?.lost ?? 0) + (recorder?.waiting ?? 0),
      rejected: this.#rejected(),
    });
    recorder?.close();
    this.#console?.end();
    this.#onFinish?.(this);
  }

  /** Finishes the run at the end of an `await using` block. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.finish();
  }

  /**
   * Records an error that nobody caught. The run stays open: a notebook goes on.
   *
   * @internal
   */
  fail(error: unknown): void {
    if (this.#ended) return;
    const known = error instanceof Error;
    this.#line({
      type: "error",
      message: known ? `${error.name}: ${error.message}` : reasonOf(error),
      ...(known && error.stack !== undefined ? { stack: error.stack } : {}),
      time: this.#clock.now(),
    });
    this.#recorder?.flush();
    this.#console?.fail(error);
  }

  /** Draws the panel again. */
  [Symbol.for("Jupyter.display")](): Promise<Record<string, string>> {
    return this.#displayable("panel");
  }

  /**
   * Warns once of each code, on the terminal, in the record and in the panel.
   *
   * @internal
   */
  warn(code: string, message: string): void {
    this.#warnings.warn(code, message);
  }

  /**
   * For `init`: what goes along with the run.
   *
   * @internal
   */
  accompany(companion: RunCompanion): void {
    this.#companion = companion;
  }

  /**
   * For `init`: what records the printed lines.
   *
   * @internal
   */
  recordConsole(recording: RunConsole): void {
    this.#console = recording;
  }

  /**
   * For what goes along with the run: where its page is.
   *
   * @internal
   */
  located(url: string): void {
    this.#url = url;
  }

  /**
   * Fires {@linkcode signal}.
   *
   * @internal
   */
  interrupt(reason: string): void {
    this.#abort.abort(new DOMException(reason, "AbortError"));
  }

  /**
   * Begins the directory anew after somebody removed it.
   *
   * @internal
   */
  restore(): void {
    // It is said every other second, and heard only when this thread has time.
    if (this.#closed || this.#recorder?.vanished !== true) return;
    this.#recorder.restore(this.#snapshot());
    this.#console?.restore();
    this.warn(
      "vanished",
      `The directory ${this.directory} was removed while the run went on; its earlier rows are ` +
        `gone, later ones are recorded there again`,
    );
  }

  #append(line: string, monotonic: number): void {
    this.#recorder?.row(line, monotonic);
    if (monotonic >= this.#nextPoll) {
      this.#nextPoll = monotonic + POLL_MS;
      this.#sayRejected();
      this.#companion?.poll();
    }
  }

  /**
   * For what goes along with the run: media were made.
   *
   * @internal
   */
  answer(answer: MediaAnswer): void {
    this.#media.answer(answer);
  }

  /**
   * For what goes along with the run: media that are being made are lost.
   *
   * @internal
   */
  abandon(reason: string): void {
    this.#media.pending.abandon(reason);
  }

  #line(line: RunLine): void {
    this.#recorder?.line(line);
  }

  #describe(change: About): void {
    const what = Object.keys(change).join();
    if (this.#ended) {
      this.warn(`about:${what}`, `Cannot change the ${what}: the run ${this.name} has finished`);
      return;
    }
    try {
      const line = aboutLine(change);
      const { type: _, ...changed } = line;
      this.#start = { ...this.#start, ...changed };
      this.#line(line);
    } catch (error) {
      this.warn(`about:${what}`, reasonOf(error));
    }
  }

  #draw(request: Parameters<RunCompanion["draw"]>[0]): ReturnType<RunCompanion["draw"]> {
    this.#recorder?.flush();
    this.#sayRejected();
    if (this.#companion === null) {
      const text = `The run ${this.name} is not recorded, so there is nothing to draw`;
      return Promise.resolve({ html: `<p>${text}</p>`, text });
    }
    return this.#companion.draw(request);
  }

  async #displayable(kind: "panel" | "summary"): Promise<Record<string, string>> {
    const { html, text } = await this.#draw({ kind });
    return { "text/html": html, "text/plain": text };
  }

  async #deliver(exitCode: number): Promise<FinishReport> {
    this.#watches.unwatch();
    if (this.#media.pending.size > 0) {
      this.#ended = true;
      await this.#media.settled();
    }
    this.#close(exitCode);
    const sync = await this.#companion?.finished() ?? null;
    return {
      rows: this.#history.rows,
      lost: this.#recorder?.lost ?? 0,
      rejected: this.#rejected(),
      directory: this.directory,
      sync: sync === null ? null : deliveryOf(sync),
    };
  }

  #rejected(): { rows: number; values: number } {
    return { rows: this.#history.rejectedRows, values: this.#history.rejectedValues };
  }

  #sayRejected(): void {
    const { rows, values } = this.#rejected();
    if (rows + values === this.#rejectedSaid || this.#ended) return;
    this.#rejectedSaid = rows + values;
    this.#line({ type: "rejected", rows, values });
  }

  #refuse(where: string, key: string, reason: string): void {
    this.warn(`${where}:${key}`, `Cannot record ${where} ${quoteName(key)}: ${reason}`);
  }

  *#snapshot(): Generator<RunLine> {
    yield this.#start;
    yield* this.#config.lines();
    yield* this.#metrics.definitions();
    for (const [key, value] of this.#assigned) yield { type: "summary", set: { [key]: value } };
  }
}
