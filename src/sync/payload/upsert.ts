import type { RunRecord } from "../../run/run_record.ts";
import { dig, digString } from "../wire/graphql.ts";
import type { RunFacts } from "./run_facts.ts";

/** Variables of `UpsertBucket`; all are always there, null leaves a field as it is. */
export type UpsertVariables = Readonly<Record<string, unknown>>;

const UNCHANGED: UpsertVariables = {
  id: null,
  name: null,
  project: null,
  entity: null,
  groupName: null,
  description: null,
  displayName: null,
  notes: null,
  commit: null,
  config: null,
  host: null,
  debug: null,
  program: null,
  repo: null,
  jobType: null,
  state: null,
  sweep: null,
  tags: null,
  summaryMetrics: null,
};

/** Where a run is on a server. */
export interface RunAddress {
  readonly entity: string | null;
  readonly project: string;
  readonly id: string;
}

/** What makes a run, or makes it anew. */
export function wholeRun(
  record: RunRecord,
  address: RunAddress,
  options: { readonly storageId: string | null; readonly config: string; readonly facts: RunFacts },
): UpsertVariables {
  const { storageId, config, facts } = options;
  const { start } = record;
  return {
    ...update(address, config, facts),
    id: storageId,
    groupName: start?.group ?? null,
    displayName: start?.name ?? null,
    notes: start?.notes ?? null,
    host: start?.process.host ?? null,
    jobType: start?.jobType ?? null,
    tags: start === null || start.tags.length === 0 ? null : start.tags,
  };
}

/** What changes a run that is there. */
export function update(
  { entity, project, id }: RunAddress,
  config: string,
  { metadata }: RunFacts,
): UpsertVariables {
  const content = metadata?.content;
  return {
    ...UNCHANGED,
    name: id,
    project,
    entity,
    config,
    commit: digString(content, "git", "commit") ?? null,
    repo: digString(content, "git", "remote") ?? null,
    program: digString(content, "program") ?? null,
  };
}

/** Whether a server has made a run that was not there. */
export function wasInserted(data: unknown): boolean {
  return dig(data, "upsertBucket", "inserted") === true;
}
