import { readJsonLines } from "../record/json_lines.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import {
  type SummarizeOptions,
  summarizeSystem,
  type SystemRow,
  type SystemUse,
} from "../system/summarize_system.ts";

/** A run's hardware samples, as they are in its directory now. */
export interface SystemData {
  /** The keys that have been sampled, as W&B has them: `system.gpu.0.powerWatts`, `system.cpu`. */
  keys(): string[];
  /** The rows, oldest first. The processor, memory, disk and network make one, the GPUs another. */
  rows(): Generator<SystemRow>;
  /**
   * Columns of the rows that hold any of the keys; a value that a row lacks is undefined.
   *
   * @param keys All of them, `_timestamp` and `_runtime` when left out.
   */
  columns(keys?: readonly string[]): { [key: string]: (number | undefined)[] };
  /** What a span of time took of the hardware: time, utilization, memory, energy. */
  summarize(span: SummarizeOptions): SystemUse;
}

/** Reads the hardware samples of a run directory; none where it has none. */
export function readSystem(directory: string): SystemData {
  return {
    keys: () => keysOf(directory),
    rows: () => systemRows(directory),
    columns: (keys) => systemColumns(directory, keys),
    summarize: (span) => summarizeSystem([...systemRows(directory)], span),
  };
}

/** The rows of `system.jsonl`; damaged lines are passed over. */
export function* systemRows(directory: string): Generator<SystemRow> {
  for (const row of readJsonLines<SystemRow>(join(directory, RUN_FILES.system))) {
    if (typeof row._timestamp === "number" && typeof row._runtime === "number") yield row;
  }
}

function keysOf(directory: string): string[] {
  const keys = new Set<string>();
  for (const row of systemRows(directory)) {
    for (const key in row) if (!key.startsWith("_")) keys.add(key);
  }
  return [...keys];
}

function systemColumns(
  directory: string,
  asked?: readonly string[],
): { [key: string]: (number | undefined)[] } {
  const keys = asked ?? ["_timestamp", "_runtime", ...keysOf(directory)];
  const columns = keys.map((key): [string, (number | undefined)[]] => [key, []]);
  // Without it, half of a column would be holes: each row holds only a part of the hardware.
  const samples = keys.filter((key) => !key.startsWith("_"));
  for (const row of systemRows(directory)) {
    if (samples.length > 0 && !samples.some((key) => Object.hasOwn(row, key))) continue;
    for (const [key, column] of columns) {
      const value = Object.hasOwn(row, key) ? row[key] : undefined;
      column.push(typeof value === "number" ? value : undefined);
    }
  }
  return Object.fromEntries(columns);
}
