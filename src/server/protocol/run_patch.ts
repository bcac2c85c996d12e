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

/** Characters of a configuration or summary: they are read whole, and often. */
const MAX_JSON = 16 * 1024 * 1024;
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
    config: objectOf(input.config, "configuration"),
    summary: objectOf(input.summaryMetrics, "summary"),
    state: CREATED_STATES.includes(input.state ?? "") ? input.state as RunState : undefined,
  };
}

/** A text that people write, of bounded length; undefined when there is none. */
export function boundedText(value: string | null | undefined): string | undefined {
  return text(value, MAX_TEXT);
}

function text(value: string | null | undefined, max: number): string | undefined {
  return value?.slice(0, max).toWellFormed();
}

function objectOf(value: string | null | undefined, what: string): string | undefined {
  return value === null || value === undefined ? undefined : storedObject(value, what);
}

/**
 * A configuration or summary as it is stored.
 *
 * @throws {Refusal} When it is no JSON object, or too long.
 */
export function storedObject(value: string, what: string): string {
  if (value.length > MAX_JSON) {
    throw new Refusal(`Cannot store the ${what}: it has more than ${MAX_JSON} characters`);
  }
  const standard = standardJson(value.toWellFormed());
  if (standard === undefined || !standard.trimStart().startsWith("{")) {
    throw new Refusal(`Cannot store the ${what}: it is not a JSON object`);
  }
  return standard;
}
