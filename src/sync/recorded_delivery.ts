import { readJsonLines } from "../record/json_lines.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import type { RunLine, StartLine } from "../record/lines.ts";
import { type RunState, runState } from "../run/recorded_run.ts";
import { RunRecord } from "../run/run_record.ts";
import { readRows } from "./read/read_rows.ts";
import { runUrl } from "./run_url.ts";
import { SyncStateFile } from "./state/sync_state.ts";

/** How far a run was delivered, as its directory says. */
export interface RecordedDelivery {
  readonly directory: string;
  readonly start: StartLine;
  readonly state: RunState;
  readonly rows: number;
  /** Each server that the run was sent to, or is to be sent to. */
  readonly targets: readonly DeliveryTarget[];
}

/** A server, and what it has of a run. */
export interface DeliveryTarget {
  readonly baseUrl: string;
  /** The run's page there; null while the server was not reached. */
  readonly url: string | null;
  readonly delivered: number;
  readonly left: number;
  readonly filesFailed: number;
  /** Whether the server has all of it, and knows that the run has ended. */
  readonly complete: boolean;
}

/** Reads it; null when the directory holds no run. Rows that were delivered are not read again. */
export function readDelivery(directory: string): RecordedDelivery | null {
  const record = readRunLines(directory);
  const { start, finish } = record;
  if (start === null) return null;
  const states = [...new SyncStateFile(directory).entries()].map(([name, state]) => ({
    baseUrl: name.slice(0, name.indexOf(" ")),
    state,
  }));
  // The one that is furthest on leaves the least to be counted.
  const furthest = states.map(({ state }) => state.history)
    .reduce((a, b) => b.row > a.row ? b : a, { row: 0, offset: 0 });
  let rows = furthest.row;
  for (const _row of readRows(join(directory, RUN_FILES.history), furthest.offset)) rows++;
  const targets = states.map(({ baseUrl, state }): DeliveryTarget => ({
    baseUrl,
    url: state.entity === undefined || state.project === undefined
      ? null
      : runUrl(baseUrl, { entity: state.entity, project: state.project, id: start.id }),
    delivered: Math.min(rows, state.history.row),
    left: Math.max(0, rows - state.history.row),
    filesFailed: state.failedFiles.length,
    complete: finish !== null && state.complete === finish.time && state.failedFiles.length === 0,
  }));
  const { baseUrl } = start;
  if (baseUrl !== undefined && !targets.some((target) => target.baseUrl === baseUrl)) {
    targets.push({
      baseUrl,
      url: null,
      delivered: 0,
      left: rows,
      filesFailed: 0,
      complete: false,
    });
  }
  return { directory, start, state: runState(record, directory), rows, targets };
}

/** What `run.jsonl` adds up to, without the rows. */
export function readRunLines(directory: string): RunRecord {
  const record = new RunRecord();
  for (const line of readJsonLines<RunLine>(join(directory, RUN_FILES.run))) {
    record.applyLine(line);
  }
  return record;
}
