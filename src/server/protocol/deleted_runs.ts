import { Refusal } from "../refusal.ts";
import type { Store } from "../store/store.ts";
import type { UpsertBucketInput } from "./run_patch.ts";

/** A run, by names. */
export interface RunNames {
  readonly entity: string;
  readonly project: string;
  readonly run: string;
}

/**
 * Whether an input changes a run, and does not make one. A client that begins a run says its name or
 * where it runs; one that goes on says how the config stands, and does not know whether the run is
 * there still.
 */
export function isGoingOn({ id, displayName, host, state }: UpsertBucketInput): boolean {
  return [id, displayName, host, state].every((said) => said === null || said === undefined);
}

/**
 * Tells the client of a run that was deleted: what it sends is lost, and the run stays deleted until
 * somebody begins it anew.
 *
 * @throws {Refusal} When it was.
 */
export async function refuseDeleted({ runs }: Store, names: RunNames): Promise<void> {
  if (await runs.wasDeleted(names.entity, names.project, names.run)) throw deletedRun(names);
}

/** What the client of a deleted run is told. */
export function deletedRun({ entity, project, run }: RunNames): Refusal {
  const path = `${entity}/${project}/${run}`.slice(0, 300);
  return new Refusal(`Cannot go on with the run ${JSON.stringify(path)}: it was deleted`, 410);
}
