import { NotebookWatch } from "../cells/notebook_watch.ts";
import { Series } from "../charts/series.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import type { HistoryLine, RunLine } from "../record/lines.ts";
import { parseLine } from "../record/parse_line.ts";
import type { ProvenanceLine } from "../record/provenance_lines.ts";
import { ProvenanceRecord } from "../provenance/recorded_provenance.ts";
import { Tail } from "../record/tail.ts";
import type { Metric } from "../run/metric.ts";
import { RunRecord } from "../run/run_record.ts";
import { Thumbnails } from "./thumbnails.ts";

/** Metrics beyond this many are summarized, but have no series until one asks for them. */
const MAX_SERIES = 2_000;
/** How much of the history is read in one go, so that other things get their turn. */
const READ_BYTES = 8 * 1_048_576;

/**
 * Follows a run directory: what its lines add up to, and a bounded series a metric. Its memory grows
 * with the number of metrics, not with the number of rows.
 */
export class Follower {
  readonly record = new RunRecord();
  /** Code, Git state and environment. */
  readonly provenance = new ProvenanceRecord();
  /** Series by metric, drawn over the metric's step metric. */
  readonly series = new Map<string, Series>();
  /** Hardware series by key. */
  readonly system = new Map<string, Series>();
  /** Small images of its media. */
  readonly thumbnails: Thumbnails;
  /** Lines that could not be read. */
  damaged = 0;
  /** How the delivery to a server stands; null for a run that stays local. */
  syncLine: string | null = null;
  readonly #run: Tail;
  readonly #history: Tail;
  readonly #system: Tail;
  readonly #provenance: Tail;
  /** The notebook that the run was recorded in. */
  readonly notebook: NotebookWatch;
  readonly #xs = new Map<string, number>();

  constructor(readonly directory: string) {
    this.notebook = new NotebookWatch(directory);
    this.thumbnails = new Thumbnails(directory);
    this.#run = new Tail(join(directory, RUN_FILES.run));
    this.#history = new Tail(join(directory, RUN_FILES.history));
    this.#system = new Tail(join(directory, RUN_FILES.system));
    this.#provenance = new Tail(join(directory, RUN_FILES.provenance));
  }

  /**
   * Reads what has come since the last time.
   *
   * @returns Whether something had come.
   */
  read(): boolean {
    const before = this.position;
    this.#apply<RunLine>(this.#run.read(), (line) => this.record.applyLine(line));
    this.#apply<HistoryLine>(
      this.#history.read(READ_BYTES),
      (row) => this.record.applyRow(row, this.#visit),
    );
    this.#apply<Record<string, number>>(
      this.#system.read(READ_BYTES),
      (row) => this.#applySystem(row),
    );
    this.#apply<ProvenanceLine>(
      this.#provenance.read(),
      (line) => this.provenance.applyLine(line),
    );
    this.notebook.read();
    return this.position !== before;
  }

  /** Reads to the end of the files, as they are now. */
  readAll(): void {
    while (this.read());
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#run.offset + this.#history.offset + this.#system.offset +
      this.#provenance.offset + this.notebook.position;
  }

  /** The x axis of a metric. */
  xNameOf(metric: Metric): string {
    return metric.definition?.stepMetric ?? "_step";
  }

  /** Closes the files. */
  close(): void {
    this.#run.close();
    this.#history.close();
    this.#system.close();
    this.#provenance.close();
    this.notebook.close();
  }

  #apply<Line extends object>(texts: Iterable<string>, apply: (line: Line) => void): void {
    for (const text of texts) {
      const line = parseLine<Line>(text);
      if (line === undefined) this.damaged++;
      else apply(line);
    }
  }

  readonly #visit = (metric: Metric, value: number, row: HistoryLine): void => {
    const { name } = metric;
    let series = this.series.get(name);
    if (series === undefined) {
      if (this.series.size >= MAX_SERIES) return;
      series = new Series();
      this.series.set(name, series);
    }
    const stepMetric = metric.definition?.stepMetric;
    series.push(stepMetric === undefined ? row._step : this.#x(stepMetric, row), value);
  };

  /** A step metric's value in the row, or its last one before. */
  #x(stepMetric: string, row: HistoryLine): number {
    const value = row[stepMetric];
    if (typeof value === "number") this.#xs.set(stepMetric, value);
    return this.#xs.get(stepMetric) ?? row._step;
  }

  #applySystem(row: Record<string, number>): void {
    const time = row._runtime;
    if (typeof time !== "number") return;
    for (const [key, value] of Object.entries(row)) {
      if (key.startsWith("_") || typeof value !== "number") continue;
      let series = this.system.get(key);
      if (series === undefined) {
        if (this.system.size >= MAX_SERIES) return;
        series = new Series();
        this.system.set(key, series);
      }
      series.push(time, value);
    }
  }
}
