import type { Json } from "../record/lines.ts";
import type { ListJob, MediaJob } from "../record/media_job.ts";
import type { RecordContext } from "../record/recordable.ts";

/** What the background is given to make a value of. */
export interface Making<Job extends MediaJob = MediaJob> {
  readonly job: Job;
  /** The memory that goes over with the job. */
  readonly transfer: readonly ArrayBuffer[];
}

/** Has a value made in the background. */
export function makeLater(context: RecordContext, { job, transfer }: Making): Json {
  return context.later(job, transfer);
}

/** Has a list of values made in the background, as one value. */
export function makeListLater(
  context: RecordContext,
  made: readonly Making<ListJob["items"][number]>[],
  list: Omit<ListJob, "kind" | "items">,
): Json {
  const items = made.map(({ job }) => job);
  return context.later({ kind: "list", items, ...list }, made.flatMap(({ transfer }) => transfer));
}
