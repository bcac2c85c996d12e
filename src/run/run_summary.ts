import type { Json, RunLine, SummaryLine } from "../record/lines.ts";
import type { Metrics } from "./metrics.ts";
import type { PendingValues } from "./pending_values.ts";
import { recordValue } from "./record_value.ts";
import { summaryObject } from "./summary_object.ts";

/** What {@linkcode RunSummary} works with. */
export interface RunSummaryContext {
  readonly metrics: Metrics;
  /** Values that the background makes. */
  readonly pending: PendingValues;
  /** Writes a line to the record. */
  readonly line: (line: SummaryLine) => void;
  /** Writes a line that values ask for each time that they are assigned. */
  readonly note: (line: RunLine) => void;
  /** A value was left out. */
  readonly onRefuse: (key: string, reason: string) => void;
  /** How a notebook shows it. */
  readonly display: () => Promise<Record<string, string>>;
}

/** The summary of a run: what its metrics add up to, and what was assigned, which is recorded. */
export class RunSummary {
  /** What the user reads and assigns to. */
  readonly object: Record<string, unknown>;
  readonly #assigned: Map<string, Json>;

  /** @param before The values that the record has already. */
  constructor(context: RunSummaryContext, before: Iterable<[string, Json]> = []) {
    const { metrics, pending, line, note, onRefuse, display } = context;
    this.#assigned = new Map(before);
    this.object = summaryObject({
      metrics,
      assigned: this.#assigned,
      display,
      record: (key, value) =>
        recordValue(value, {
          key,
          step: "summary",
          pending,
          line: note,
          also: (other, otherValue) => void (this.object[other] = otherValue),
        }, () => {}),
      onSet: (key, value) => line(setLine(key, value)),
      onRemove: (key) => line({ type: "summary", remove: [key] }),
      onRefuse,
    });
  }

  /** What says again all that was assigned. */
  *lines(): Generator<SummaryLine> {
    for (const [key, value] of this.#assigned) yield setLine(key, value);
  }
}

function setLine(key: string, value: Json): SummaryLine {
  return { type: "summary", set: { [key]: value } };
}
