import { RunCells } from "../cells/run_cells.ts";
import { type SaveOptions, saveRequest } from "../files/save_options.ts";
import { JUPYTER_DISPLAY } from "../media/show.ts";
import { reasonOf } from "../names/reason.ts";
import type { MediaAnswer } from "../record/media_job.ts";
import type { WatchOptions } from "../watch/model_watch.ts";
import { RunWatches, type Watch } from "../watch/run_watches.ts";
import { type AlertOptions, Alerts } from "./alert.ts";
import type { RunAttachments } from "./attachments.ts";
import type { ChartOptions, Drawn, DrawRequest, RunCompanion } from "./companion.ts";
import { Displayable } from "./displayable.ts";
import type { FinishReport } from "./finish_report.ts";
import type { LogData, LogOptions } from "./history.ts";
import { type MetricDefinition, toMetricLine } from "./metric.ts";
import type { RunConsole } from "./run_console.ts";
import { RunEnding } from "./run_ending.ts";
import { type RecordingContext, RunRecording } from "./run_recording.ts";
import { SystemView } from "./system_view.ts";
import { drawTable, type TableOptions } from "./table.ts";

/** What a run is made from; `init` gathers it. */
export interface RunContext extends RecordingContext {
  /** Called when the run has ended. */
  readonly onFinish?: (run: Run) => void;
}

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

  readonly #attached: RunAttachments = { companion: null, console: null };
  readonly #recording: RunRecording;
  readonly #watches: RunWatches;
  readonly #ending: RunEnding;
  readonly #alerts = new Alerts();
  readonly #abort = new AbortController();
  #url: string | null = null;

  /**
   * For `init`; throws what the file system throws when the directory cannot be written.
   *
   * @internal
   */
  constructor(context: RunContext) {
    const { start, directory, onFinish } = context;
    this.id = start.id;
    this.project = start.project;
    this.entity = start.entity ?? null;
    this.directory = directory;
    this.#recording = new RunRecording(context, {
      attached: this.#attached,
      showSummary: () => this.#drawing({ kind: "summary" })[JUPYTER_DISPLAY](),
    });
    this.config = this.#recording.config.object;
    this.summary = this.#recording.summary.object;
    this.#watches = new RunWatches({
      log: (row) => {
        for (const name of Object.keys(row)) this.#recording.history.allow(name);
        this.log(row, { commit: false });
      },
      warn: (code, message) => this.warn(code, message),
    });
    this.#ending = new RunEnding({
      recording: this.#recording,
      watches: this.#watches,
      attached: this.#attached,
      directory,
      onClosed: () => onFinish?.(this),
    });
  }

  /** The name that people see. What is assigned to it is recorded, and told to the server. */
  get name(): string {
    return this.#recording.start.name;
  }
  set name(name: string) {
    this.#recording.describe({ name });
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
    return this.#recording.start.tags;
  }
  set tags(tags: readonly string[]) {
    this.#recording.describe({ tags });
  }

  /**
   * A longer description; null for none. What is assigned to it is recorded, and told to the server.
   */
  get notes(): string | null {
    return this.#recording.start.notes || null;
  }
  set notes(notes: string | null) {
    this.#recording.describe({ notes: notes ?? "" });
  }

  /** The run's page on the server; null until the server was reached, and for a local run. */
  get url(): string | null {
    return this.#url;
  }

  /** The step of the next row. */
  get step(): number {
    return this.#recording.history.step;
  }

  /** Whether the run has ended. */
  get ended(): boolean {
    return this.#recording.ended;
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
    if (this.ended) {
      this.warn(
        "ended",
        `Cannot log: the run ${this.name} has finished. Start another with init()`,
      );
      return;
    }
    this.#recording.history.log(data, options);
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
    this.#recording.define(toMetricLine(name, definition));
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
    return this.#drawing({ kind: "chart", metrics: names, options });
  }

  /**
   * What each cell of the notebook did: time, steps, metrics, hardware, status. Evaluated at the end
   * of a cell it is a table, and `run.cells.at(n)` shows one execution. Empty in a script.
   */
  get cells(): RunCells {
    this.#recording.flush();
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
    if (this.ended) return refuse("the run has finished");
    const { companion } = this.#attached;
    if (companion === null) return refuse("the background that copies files is off");
    try {
      companion.save(saveRequest(pattern, options));
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
    if (this.ended) {
      this.warn("ended", `Cannot alert: the run ${this.name} has finished`);
      return;
    }
    const { clock } = this.#recording;
    const { monotonic } = clock;
    try {
      const line = this.#alerts.line(options, { now: clock.now(monotonic), monotonic });
      if (line !== null) this.#recording.line(line);
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
    return this.#drawing({ kind: "watching" });
  }

  /**
   * Ends the run. The second call gives the first one's report.
   *
   * @param exitCode Zero for a run that went well.
   */
  finish(exitCode = 0): Promise<FinishReport> {
    return this.#ending.finish(exitCode);
  }

  /**
   * Ends the record at once, for a process that is about to end. Does nothing when it has ended.
   *
   * @internal
   */
  end(exitCode: number): void {
    if (!this.ended) this.#attached.companion?.leaving();
    this.#ending.finishNow(exitCode);
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
    if (this.ended) return;
    this.#recording.fail(error);
    this.#attached.companion?.leaving();
    this.#attached.console?.fail(error);
  }

  /** Draws the panel again. */
  [JUPYTER_DISPLAY](): Promise<Record<string, string>> {
    return this.#drawing({ kind: "panel" })[JUPYTER_DISPLAY]();
  }

  /**
   * Warns once of each code, on the terminal, in the record and in the panel.
   *
   * @internal
   */
  warn(code: string, message: string): void {
    this.#recording.warn(code, message);
  }

  /**
   * For `init`: what goes along with the run.
   *
   * @internal
   */
  accompany(companion: RunCompanion): void {
    this.#attached.companion = companion;
  }

  /**
   * For `init`: what records the printed lines.
   *
   * @internal
   */
  recordConsole(recording: RunConsole): void {
    this.#attached.console = recording;
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
    if (!this.#recording.restore()) return;
    this.#attached.console?.restore();
    this.warn(
      "vanished",
      `The directory ${this.directory} was removed while the run went on; its earlier rows are ` +
        `gone, later ones are recorded there again`,
    );
  }

  /**
   * For what goes along with the run: media were made.
   *
   * @internal
   */
  answer(answer: MediaAnswer): void {
    this.#recording.media.answer(answer);
  }

  /**
   * For what goes along with the run: media that are being made are lost.
   *
   * @internal
   */
  abandon(reason: string): void {
    this.#recording.media.pending.abandon(reason);
  }

  #drawing(request: DrawRequest): Displayable {
    return new Displayable(() => this.#draw(request));
  }

  #draw(request: DrawRequest): Promise<Drawn> {
    this.#recording.flush();
    const { companion } = this.#attached;
    if (companion !== null) return companion.draw(request);
    const text = `The run ${this.name} is not recorded, so there is nothing to draw`;
    return Promise.resolve({ html: `<p>${text}</p>`, text });
  }
}
