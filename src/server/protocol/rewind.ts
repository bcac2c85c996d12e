import type { Services } from "../services.ts";
import type { StoredRun } from "../store/store.ts";

/**
 * Takes a run back to a step: history rows from the first later one on are forgotten, and the
 * summary is what the rows that stay add up to.
 */
export async function rewind(
  { store }: Services,
  run: StoredRun,
  step: number,
): Promise<StoredRun> {
  // Steps are whole numbers: the next one is the first that goes.
  const range = { xFrom: Math.floor(step) + 1, limit: 1 };
  const [first] = await store.lines.read(run.key, "history", range);
  if (first !== undefined) await store.lines.truncate(run.key, "history", first.number);
  const summary: Record<string, unknown> = {};
  for (const { key, kind, last } of await store.series.list(run.key, "history")) {
    if (kind === "number" && last !== null) summary[key] = last;
  }
  const { lastStep } = (await store.runs.get(run.key)) ?? run;
  if (lastStep !== null) summary._step = lastStep;
  const changed = await store.runs.update(run.key, {
    summary: JSON.stringify(summary),
    state: "running",
    stopRequested: false,
  });
  return changed ?? run;
}
