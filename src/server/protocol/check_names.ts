import { checkProject, checkRunId, checkTags as checkTagNames } from "../../names/identifiers.ts";
import { Refusal } from "../refusal.ts";

/** A project's name by W&B's rules. */
export function checkProjectName(name: string): string {
  return refusing(() => checkProject(name.toWellFormed()));
}

/** A run's id by W&B's rules. */
export function checkRunName(id: string): string {
  return refusing(() => checkRunId(id.toWellFormed()));
}

/** Each tag is a row of its own, and all are shown. */
const MAX_TAGS = 1000;

/** Tags by W&B's rules. */
export function checkTags(tags: readonly string[]): string[] {
  if (tags.length > MAX_TAGS) {
    throw new Refusal(`Cannot use ${tags.length} tags: at most ${MAX_TAGS}`);
  }
  return refusing(() => checkTagNames(tags));
}

function refusing<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof TypeError ? new Refusal(error.message) : error;
  }
}
