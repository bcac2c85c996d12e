import type { SummarizeOptions, SystemRow, SystemUse } from "../system/summarize_system.ts";
import type { Drawn } from "./companion.ts";
import { Displayable } from "./displayable.ts";
import { readSystem, type SystemData } from "./system_rows.ts";

/** A run's hardware, for the end of a cell: its charts, and the samples behind them. */
export class SystemView extends Displayable implements SystemData {
  readonly #data: SystemData | null;

  /**
   * For `Run.system`.
   *
   * @param draw Makes the drawing, anew each time.
   * @param directory Where the run is recorded; null when it is not.
   * @internal
   */
  constructor(draw: () => Promise<Drawn>, directory: string | null) {
    super(draw);
    this.#data = directory === null ? null : readSystem(directory);
  }

  /** The keys that have been sampled, as W&B has them: `system.gpu.0.powerWatts`, `system.cpu`. */
  keys(): string[] {
    return this.#data?.keys() ?? [];
  }

  /** The rows, oldest first. The processor, memory, disk and network make one, the GPUs another. */
  *rows(): Generator<SystemRow> {
    if (this.#data !== null) yield* this.#data.rows();
  }

  /**
   * Columns of the rows that hold any of the keys; a value that a row lacks is undefined.
   *
   * @param keys All of them, `_timestamp` and `_runtime` when left out.
   */
  columns(keys?: readonly string[]): { [key: string]: (number | undefined)[] } {
    return this.#data?.columns(keys) ?? Object.fromEntries((keys ?? []).map((key) => [key, []]));
  }

  /**
   * What a span of time took of the hardware: time, utilization, memory, energy.
   *
   * @param span Where it begins and ends, in seconds since 1970.
   */
  summarize(span: SummarizeOptions): SystemUse {
    const seconds = Math.max(0, span.end - span.start);
    return this.#data?.summarize(span) ?? { seconds, gpus: [] };
  }
}
