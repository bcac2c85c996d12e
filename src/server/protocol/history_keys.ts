import type { Store, StoredRun } from "../store/store.ts";
import type { Context } from "./context.ts";

/** Keys past these are left out: no client shows so many. */
const MAX_KEYS = 20_000;

/** Lines that are read for values that are not numbers. */
const MAX_LINES = 50;

/** What `historyKeys` says of a run: its last step, and of each key its kinds and last value. */
export async function historyKeys(context: Context, run: StoredRun): Promise<object> {
  const { store } = context.services;
  const series = await store.series.list(run.key, "history");
  context.spend(series.length);
  const keys: Record<string, KeyFacts> = Object.create(null);
  const rows = new Map<number, unknown>();
  for (const { key, kind, count, last, lastLine, monotonic } of series.slice(0, MAX_KEYS)) {
    const facts = keys[key] ??= { typeCounts: [], monotonic: true, previousValue: null };
    facts.typeCounts.push({ type: kind, count });
    facts.monotonic &&= kind === "number" && monotonic;
    if (last !== null) facts.previousValue = last;
    else if (rows.has(lastLine) || rows.size < MAX_LINES) {
      if (!rows.has(lastLine)) rows.set(lastLine, await readRow(store, run, lastLine));
      facts.previousValue = valueOf(rows.get(lastLine), key) ?? null;
    }
  }
  return { lastStep: run.lastStep ?? -1, sets: [], keys: { ...keys } };
}

interface KeyFacts {
  typeCounts: { type: string; count: number }[];
  monotonic: boolean;
  previousValue: unknown;
}

async function readRow(store: Store, run: StoredRun, number: number): Promise<unknown> {
  const range = { from: number, to: number + 1 };
  const [line] = await store.lines.read(run.key, "history", range);
  try {
    return line && JSON.parse(line.text);
  } catch {
    return undefined;
  }
}

/** The value of a key whose dots may be levels. */
function valueOf(row: unknown, key: string): unknown {
  if (typeof row !== "object" || row === null) return undefined;
  if (Object.hasOwn(row, key)) return (row as Record<string, unknown>)[key];
  const dot = key.indexOf(".");
  if (dot < 0 || !Object.hasOwn(row, key.slice(0, dot))) return undefined;
  return valueOf((row as Record<string, unknown>)[key.slice(0, dot)], key.slice(dot + 1));
}
