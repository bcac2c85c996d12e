import type { Store, StoredRun } from "../store/store.ts";

/** A key that can be drawn. */
export interface KeyInfo {
  /** Its name; nested keys are joined with dots. */
  readonly key: string;
  /** Where it is from: what runs logged, or what their machines did. */
  readonly stream: "history" | "events";
  /** Runs that have it. */
  readonly runs: number;
  /** Points in all of them. */
  readonly points: number;
  /** The smallest finite value; null when there is none. */
  readonly min: number | null;
  /** The largest finite value; null when there is none. */
  readonly max: number | null;
}

/** The keys of numbers of some runs, by name. */
export async function listKeys(store: Store, runs: readonly StoredRun[]): Promise<KeyInfo[]> {
  const keys = new Map<string, KeyInfo>();
  for (const run of runs) {
    for (const stream of ["history", "events"] as const) {
      for (const info of await store.series.list(run.key, stream)) {
        if (info.kind !== "number") continue;
        const { key, count, min, max } = info;
        const name = JSON.stringify([stream, key]);
        const known = keys.get(name);
        keys.set(name, {
          key,
          stream,
          runs: (known?.runs ?? 0) + 1,
          points: (known?.points ?? 0) + count,
          min: extreme(Math.min, known?.min ?? null, min),
          max: extreme(Math.max, known?.max ?? null, max),
        });
      }
    }
  }
  return [...keys.values()].sort((a, b) => a.key < b.key ? -1 : 1);
}

function extreme(
  pick: (a: number, b: number) => number,
  a: number | null,
  b: number | null,
): number | null {
  return a === null ? b : b === null ? a : pick(a, b);
}
