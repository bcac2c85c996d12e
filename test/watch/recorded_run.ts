import { init, openRun, type RecordedRun, type Run, type WatchOptions } from "../../mod.ts";
import { tempDir } from "../temp.ts";

/** A histogram in a row. */
export interface Recorded {
  readonly _type: string;
  readonly values: readonly number[];
  readonly bins: readonly number[];
  readonly norm: number;
  readonly nonFinite?: number;
}

const dir = tempDir();

/** Begins a run. */
export function begin(): Promise<Run> {
  return init({ project: "watch", dir, settings: { quiet: true } });
}

/** Ends a run, and reads it. */
export async function end(run: Run): Promise<RecordedRun> {
  await run.finish();
  return openRun(run.directory!);
}

/** Watches a model while something happens, and reads the run. */
export async function watched(
  model: unknown,
  options: WatchOptions,
  train: (run: Run) => unknown,
): Promise<RecordedRun> {
  const run = await begin();
  run.watch(model, options);
  await train(run);
  return await end(run);
}

/** The steps that hold a metric, with its histogram. */
export function histograms(run: RecordedRun, key: string): [step: number, Recorded][] {
  return Array.from(run.rows())
    .filter((row) => Object.hasOwn(row, key))
    .map((row) => [row["_step"] as number, row[key] as Recorded]);
}

/** The metrics that were watched. */
export function watchedNames(run: RecordedRun): string[] {
  return run.metrics.filter((name) => /^(gradients|parameters)\//.test(name)).sort();
}

/** How many values a histogram holds. */
export function sizeOf({ values }: Recorded): number {
  return values.reduce((sum, count) => sum + count, 0);
}
