import type { MetricLine, SummaryKind } from "../record/lines.ts";
import { toNumber } from "../record/parse_line.ts";

/** How a metric is shown and summarized; see `defineMetric`. */
export interface MetricDefinition {
  /**
   * The metric that is this one's x axis.
   *
   * @default {"_step"}
   */
  readonly stepMetric?: string;
  /**
   * Whether rows that hold the metric get the step metric's last value too.
   *
   * @default {true}
   */
  readonly stepSync?: boolean;
  /**
   * What the summary holds: one kind or several, as an array or joined by commas. With several, or
   * with one other than `last`, the summary value is an object with a key a kind.
   *
   * @default {"last"}
   */
  readonly summary?: SummaryKind | readonly SummaryKind[] | (string & Record<never, never>);
  /** Which end `best` means. */
  readonly goal?: "minimize" | "maximize";
  /**
   * Whether charts and tables leave it out.
   *
   * @default {false}
   */
  readonly hidden?: boolean;
}

const KINDS: readonly SummaryKind[] = ["last", "first", "min", "max", "mean", "best", "none"];

/**
 * A definition as it is recorded.
 *
 * @throws {TypeError} When the name is empty or has a `*` before its end, or an option is unknown.
 */
export function toMetricLine(name: string, definition: MetricDefinition): MetricLine {
  if (typeof name !== "string" || name === "") {
    throw new TypeError("Cannot define a metric: its name is empty");
  }
  if (name.slice(0, -1).includes("*")) {
    throw new TypeError(
      `Cannot define the metric ${JSON.stringify(name)}: only a last * is a glob`,
    );
  }
  const { stepMetric, stepSync, summary, goal, hidden } = definition;
  const kinds = summary === undefined
    ? undefined
    : typeof summary === "string"
    ? summary.split(",").map((kind) => kind.trim())
    : summary;
  for (const kind of kinds ?? []) {
    if (!(KINDS as readonly string[]).includes(kind)) {
      throw new TypeError(
        `Cannot define the metric ${JSON.stringify(name)}: ` +
          `the summary ${JSON.stringify(kind)} is none of ${KINDS.join(", ")}`,
      );
    }
  }
  if (goal !== undefined && goal !== "minimize" && goal !== "maximize") {
    throw new TypeError(
      `Cannot define the metric ${JSON.stringify(name)}: the goal is minimize or maximize`,
    );
  }
  if (kinds?.includes("best") && goal === undefined) {
    throw new TypeError(`Cannot define the metric ${JSON.stringify(name)}: best needs a goal`);
  }
  return {
    type: "metric",
    name,
    ...(stepMetric === undefined ? {} : { stepMetric, stepSync: stepSync ?? true }),
    ...(kinds === undefined ? {} : { summary: kinds as SummaryKind[] }),
    ...(goal === undefined ? {} : { goal }),
    ...(hidden === undefined ? {} : { hidden }),
  };
}

/** One metric of a run: its definition, and what its values have been so far. */
export class Metric {
  /** How many values it had. */
  count = 0;
  first: unknown = undefined;
  last: unknown = undefined;
  /** Of the finite values; NaN when there is none. */
  min = NaN;
  max = NaN;
  definition: MetricLine | null = null;
  /** The keys that lead to it, when it was logged inside of another value. */
  path: readonly string[] | null = null;
  #sum = 0;
  #finite = 0;

  constructor(readonly name: string) {}

  /** Takes a number. */
  addNumber(value: number): void {
    if (this.count++ === 0) this.first = value;
    this.last = value;
    // Infinity - Infinity and NaN - NaN are NaN, so this is one test for both.
    if (value - value === 0) {
      this.#sum += value;
      this.#finite++;
      if (!(value >= this.min)) this.min = value;
      if (!(value <= this.max)) this.max = value;
    }
  }

  /** Takes a value of any kind, as it was logged or as it was recorded. */
  add(value: unknown): void {
    // Truth values are charted as 0 and 1, but their minimum is no summary.
    const number = typeof value === "boolean" ? undefined : toNumber(value);
    if (number !== undefined) {
      this.addNumber(number);
      if (typeof value === "bigint") this.last = value;
      return;
    }
    if (this.count++ === 0) this.first = value;
    this.last = value;
  }

  /** The mean of the finite values. */
  get mean(): number {
    return this.#finite === 0 ? NaN : this.#sum / this.#finite;
  }

  /** What the summary holds of it; undefined when it is left out. */
  get summary(): unknown {
    const kinds = this.definition?.summary ?? ["last"];
    if (kinds.includes("none")) return undefined;
    if (kinds.length === 0 || (kinds.length === 1 && kinds[0] === "last")) return this.last;
    return Object.fromEntries(kinds.map((kind) => [kind, this.#of(kind)]));
  }

  #of(kind: SummaryKind): unknown {
    switch (kind) {
      case "last":
        return this.last;
      case "first":
        return this.first;
      case "min":
        return this.min;
      case "max":
        return this.max;
      case "mean":
        return this.mean;
      case "best":
        return this.definition?.goal === "minimize" ? this.min : this.max;
      case "none":
        return undefined;
    }
  }
}
