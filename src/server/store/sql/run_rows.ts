import type { RunState, StoredRun } from "../runs.ts";

/** A run as the database has it. */
export interface RunRow {
  key: number;
  project: number;
  name: string;
  display_name: string;
  state: RunState;
  exit_code: number | null;
  notes: string | null;
  description: string | null;
  group_name: string | null;
  job_type: string | null;
  host: string | null;
  program: string | null;
  repo: string | null;
  commit_hash: string | null;
  sweep: string | null;
  tags: string;
  username: string;
  created_at: number;
  heartbeat_at: number;
  stop_requested: number;
  history_lines: number;
  event_lines: number;
  console_lines: number;
  last_step: number | null;
  alerts: number;
  config: string;
  summary: string;
  project_name: string;
  entity_name: string;
}

/** Columns of a run `r`. */
export const RUN_COLUMNS = "r.*, p.name AS project_name, e.name AS entity_name";

/** Joins of a run `r`. */
export const RUN_JOINS = "JOIN project p ON p.key = r.project JOIN entity e ON e.key = p.entity";

/** A run as the store gives it. */
export function toRun(row: RunRow): StoredRun {
  return {
    key: row.key,
    id: row.name,
    entity: row.entity_name,
    project: row.project_name,
    projectKey: row.project,
    displayName: row.display_name,
    state: row.state,
    exitCode: row.exit_code,
    config: row.config,
    summary: row.summary,
    notes: row.notes,
    description: row.description,
    group: row.group_name,
    jobType: row.job_type,
    host: row.host,
    program: row.program,
    repo: row.repo,
    commit: row.commit_hash,
    sweep: row.sweep,
    tags: JSON.parse(row.tags),
    username: row.username,
    createdAt: row.created_at,
    heartbeatAt: row.heartbeat_at,
    stopRequested: row.stop_requested !== 0,
    historyLines: row.history_lines,
    eventLines: row.event_lines,
    consoleLines: row.console_lines,
    lastStep: row.last_step,
    alerts: row.alerts,
  };
}
