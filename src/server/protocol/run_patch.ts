import { Refusal } from "../refusal.ts";
import { standardJson } from "../store/extended_json.ts";
import type { RunPatch, RunState } from "../store/store.ts";

/** What `upsertBucket` is given; null leaves things as they are. */
export interface UpsertBucketInput {
  readonly id?: string | null;
  readonly name?: string | null;
  readonly modelName?: string | null;
  readonly entityName?: string | null;
  readonly groupName?: string | null;
  readonly description?: string | null;
  readonly displayName?: string | null;
  readonly notes?: string | null;
  readonly commit?: string | null;
  readonly config?: string | null;
  readonly host?: string | null;
  readonly jobProgram?: string | null;
  readonly jobRepo?: string | null;
  readonly jobType?: string | null;
  readonly state?: string | null;
  readonly sweep?: string | null;
  readonly tags?: readonly string[] | null;
  readonly summaryMetrics?: string | null;
}

/** Longer texts are cut: names are shown in one line, notes on one page. */
const MAX_NAME = 512;
const MAX_TEXT = 100_000;
const CREATED_STATES = ["pending", "running", "finished", "failed", "crashed", "killed"];

/** The changes that an input asks for. */
export function patchOf(input: UpsertBucketInput): RunPatch {
  return {
    // An empty name is none: W&B shows the invented one.
    displayName: text(input.displayName, MAX_NAME) || undefined,
    group: text(input.groupName, MAX_NAME),
    jobType: text(input.jobType, MAX_NAME),
    commit: text(input.commit, MAX_NAME),
    host: text(input.host, MAX_NAME),
    program: text(input.jobProgram, MAX_TEXT),
    repo: text(input.jobRepo, MAX_TEXT),
    sweep: text(input.sweep, MAX_NAME),
    notes: text(input.notes, MAX_TEXT),
    description: text(input.description, MAX_TEXT),
    tags: input.tags ?? undefined,
    config: json(input.config, "configuration"),
    summary: json(input.summaryMetrics, "summary"),
    state: CREATED_STATES.includes(input.state ?? "") ? input.state as RunState : undefined,
  };
}

function text(value: string | null | undefined, max: number): string | undefined {
  return value?.slice(0, max).toWellFormed();
}

function json(value: string | null | undefined, what: string): string | undefined {
  if (value === null || value === undefined) return undefined;
  const standard = standardJson(value.toWellFormed());
  if (standard === undefined || !standard.trimStart().startsWith("{")) {
    throw new Refusal(`Cannot store the ${what}: it is not a JSON object`);
  }
  return standard;
}
