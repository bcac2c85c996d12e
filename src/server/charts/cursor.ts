import type { StoredRun } from "../store/store.ts";

/** Lines that are known, by the run's number in the store. */
export type Cursor = ReadonlyMap<number, number>;

/**
 * Reads a cursor. One that is not understood knows nothing, and everything is sent again.
 *
 * @param text What {@linkcode cursorOf} wrote.
 */
export function parseCursor(text: string | null): Cursor {
  const cursor = new Map<number, number>();
  if (text === null || !/^\d{1,15}:\d{1,15}(,\d{1,15}:\d{1,15})*$/.test(text)) return cursor;
  for (const part of text.split(",")) {
    const [run, lines] = part.split(":").map(Number);
    cursor.set(run!, lines!);
  }
  return cursor;
}

/** What has been read of the runs. */
export function cursorOf(runs: readonly StoredRun[], stream: "history" | "events"): string {
  return runs.map((run) => `${run.key}:${linesOf(run, stream)}`).join(",");
}

/** Whether lines that were known are gone: the run was rewound, and what was drawn is not true. */
export function isStale(
  cursor: Cursor,
  runs: readonly StoredRun[],
  stream: "history" | "events",
): boolean {
  return runs.some((run) => (cursor.get(run.key) ?? 0) > linesOf(run, stream));
}

function linesOf(run: StoredRun, stream: "history" | "events"): number {
  return stream === "history" ? run.historyLines : run.eventLines;
}
