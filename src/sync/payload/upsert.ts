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
    ...update(address, { config, about: aboutOf(record), facts }),
    id: storageId,
    groupName: start?.group ?? null,
    host: start?.process.host ?? null,
    jobType: start?.jobType ?? null,
  };
}

/** What a run says of itself, where it says anything. */
export interface ToldAbout {
  readonly displayName: string | null;
  readonly notes: string | null;
  readonly tags: readonly string[] | null;
}

/** What a server is told of that. Who labels a run there need not fear one without labels. */
export function aboutOf({ start, retagged }: RunRecord): ToldAbout {
  const tags = start?.tags ?? [];
  return {
    displayName: start?.name ?? null,
    notes: start?.notes ?? null,
    tags: tags.length > 0 || retagged ? tags : null,
  };
}

/** What of it is not as it was told before. */
export function changedAbout(now: ToldAbout, before: ToldAbout): Partial<ToldAbout> {
  return {
    ...(now.displayName !== before.displayName && { displayName: now.displayName }),
    ...(now.notes !== before.notes && { notes: now.notes }),
    ...(JSON.stringify(now.tags) !== JSON.stringify(before.tags) && { tags: now.tags }),
  };
}

/** What changes a run that is there. */
export function update(
  { entity, project, id }: RunAddress,
  { config, about, facts }: {
    readonly config: string | null;
    readonly about: Partial<ToldAbout>;
    readonly facts: RunFacts;
  },
): UpsertVariables {
  const content = facts.metadata?.content;
  return {
    ...UNCHANGED,
    ...about,
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
