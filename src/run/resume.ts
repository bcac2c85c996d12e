import { cutTornLine } from "../record/heal.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { readRecord, runState } from "./recorded_run.ts";
import { findRunDirectory } from "./run_directory.ts";
import type { RunRecord } from "./run_record.ts";
import type { ResumePolicy } from "./settings.ts";

/** A run that is gone on with. */
export interface ResumedRun {
  readonly directory: string;
  readonly record: RunRecord;
}

/**
 * Finds the run to go on with; null when a new one is to begin.
 *
 * @throws {Error} When the policy forbids what is there, or another process still records the run.
 */
export function findResumable(
  dir: string,
  id: string | undefined,
  policy: ResumePolicy | undefined,
): ResumedRun | null {
  if (policy === undefined) return null;
  if (id === undefined) {
    if (policy === "must") {
      throw new TypeError('Cannot resume: resume "must" needs the id of a run');
    }
    return null;
  }
  const directory = findRunDirectory(dir, id);
  if (directory === null) {
    if (policy === "must") {
      throw new Error(`Cannot resume the run ${id}: there is none below ${JSON.stringify(dir)}`);
    }
    return null;
  }
  if (policy === "never") {
    throw new Error(`Cannot start the run ${id}: it is there already, in ${directory}`);
  }
  const { record } = readRecord(directory);
  if (runState(record, directory) === "running") {
    throw new Error(
      `Cannot resume the run ${id}: process ${record.start?.process.pid} is still recording it`,
    );
  }
  cutTornLine(join(directory, RUN_FILES.run));
  cutTornLine(join(directory, RUN_FILES.history));
  return { directory, record };
}
