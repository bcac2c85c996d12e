import type { RunFilter, RunPage, RunQuery } from "./run_query.ts";

/** How a run stands. */
export type RunState =
  | "pending"
  | "running"
  | "finished"
  | "failed"
  | "crashed"
  | "killed"
  | "preempting"
  | "preempted";

/** A run, without its lines. */
export interface StoredRun {
  /** Its number in the store. */
  readonly key: number;
  /** Its id, unique in the project. */
  readonly id: string;
  readonly entity: string;
  readonly project: string;
  /** The project's number in the store. */
  readonly projectKey: number;
  readonly displayName: string;
  readonly state: RunState;
  readonly exitCode: number | null;
  /** JSON: `{"lr":{"value":0.1},"_wandb":{"value":{}}}`, as the client wrote it. */
  readonly config: string;
  /** JSON: the last summary line, or what the summary was set to. */
  readonly summary: string;
  readonly notes: string | null;
  readonly description: string | null;
  readonly group: string | null;
  readonly jobType: string | null;
  readonly host: string | null;
  readonly program: string | null;
  readonly repo: string | null;
  readonly commit: string | null;
  readonly sweep: string | null;
  readonly tags: readonly string[];
  /** Who made it. */
  readonly username: string;
  readonly createdAt: number;
  /** When it was last heard of. */
  readonly heartbeatAt: number;
  readonly stopRequested: boolean;
  /** Numbers of lines: one more than the highest line number that was written. */
  readonly historyLines: number;
  readonly eventLines: number;
  readonly consoleLines: number;
  /** The highest `_step` of a history line; null without rows. */
  readonly lastStep: number | null;
  /** How many alerts were kept. */
  readonly alerts: number;
}

/** What is to change about a run; what is undefined stays as it is. */
export interface RunPatch {
  readonly displayName?: string | undefined;
  readonly state?: RunState | undefined;
  readonly exitCode?: number | null | undefined;
  /** JSON text. */
  readonly config?: string | undefined;
  /** JSON text. */
  readonly summary?: string | undefined;
  readonly notes?: string | undefined;
  readonly description?: string | undefined;
  readonly group?: string | undefined;
  readonly jobType?: string | undefined;
  readonly host?: string | undefined;
  readonly program?: string | undefined;
  readonly repo?: string | undefined;
  readonly commit?: string | undefined;
  readonly sweep?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly heartbeatAt?: number | undefined;
  readonly stopRequested?: boolean | undefined;
}

/** What a run has asked somebody to look at. */
export interface RunAlert {
  readonly title: string;
  readonly text: string;
  readonly level: "INFO" | "WARN" | "ERROR";
  readonly at: number;
}

/** What makes an alert one that is there already. */
export interface AlertSameness {
  /** Milliseconds for which another one of the same title is the same. @default 0 */
  readonly wait?: number;
  /** Whether one that says the same is the same for good, and no other one. @default false */
  readonly byContent?: boolean;
  /** The sender's own name of the alert: one of the same name is the same for good. */
  readonly id?: string | undefined;
}

/** Runs. */
export interface RunStore {
  /** A run by its number in the store. */
  get(run: number): Promise<StoredRun | undefined>;

  /** A run by its names. */
  find(entity: string, project: string, id: string): Promise<StoredRun | undefined>;

  /** Whether there was a run of these names, which was deleted and not made again. */
  wasDeleted(entity: string, project: string, id: string): Promise<boolean>;

  /** Makes the run where there is none, and changes it. */
  upsert(
    project: number,
    id: string,
    patch: RunPatch,
    made: { username: string; displayName: string; at: number },
  ): Promise<{ run: StoredRun; inserted: boolean }>;

  /** Changes a run; undefined when it is gone. */
  update(run: number, patch: RunPatch): Promise<StoredRun | undefined>;

  /** A page of runs. */
  list(query: RunQuery): Promise<RunPage>;

  /** How many runs match. */
  count(project: number, filter?: RunFilter): Promise<number>;

  /** Paths of configuration or summary that runs of the project have, the most frequent first. */
  fields(
    project: number,
    scope: "config" | "summary",
    limit: number,
  ): Promise<{ path: string; runs: number }[]>;

  /** Running runs that have been silent since then become crashed, preempting ones preempted. */
  markSilent(since: number): Promise<number>;

  /**
   * Keeps an alert, unless it is there already.
   *
   * @returns Whether it was kept.
   */
  addAlert(run: number, alert: RunAlert, sameness?: AlertSameness): Promise<boolean>;

  /** Alerts of a run, the newest first. */
  alerts(run: number, limit: number): Promise<RunAlert[]>;

  /** Deletes a run with all that belongs to it. False when it is gone already. */
  delete(run: number): Promise<boolean>;
}
