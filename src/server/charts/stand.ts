import type { StoredRun } from "../store/store.ts";

/** How runs stand, as JSON: a page that was made from the same need not be made anew. */
export function standOf(runs: readonly StoredRun[]): string {
  return JSON.stringify(runs.map((run) => ({
    run: `${run.entity}/${run.project}/${run.id}`,
    state: run.state,
    rows: run.historyLines,
    events: run.eventLines,
    lines: run.consoleLines,
    alerts: run.alerts,
  })));
}
