import type { ArrivingBody } from "../http/body_memory.ts";
import { Refusal } from "../refusal.ts";
import { demandWrite } from "../people/visitor.ts";
import type { Visitor } from "../people/visitor.ts";
import type { Services } from "../services.ts";
import type { RunPatch, StoredRun } from "../store/store.ts";
import { deletedRun, refuseDeleted, type RunNames } from "./deleted_runs.ts";
import { RepeatFilter } from "./repeats.ts";
import { type End, readFileStream } from "./file_stream_reader.ts";

/** What is answered. */
export interface FileStreamAnswer {
  readonly exitcode: null;
  readonly limits: Record<string, never>;
  /** Somebody has asked the run to stop. */
  readonly stopped: boolean;
}

/** Who streams, and where to. */
export interface StreamContext {
  readonly visitor: Visitor;
  readonly services: Services;
  /** Whether the client may send rows under new numbers that are there under others. */
  readonly mayRepeat: boolean;
}

/**
 * Stores what a run streams, as it arrives: lines by number, the summary, whether it lives or how
 * it ended. A request that is sent again changes nothing; of one that is cut, or does not make
 * sense in the end, the lines that were written before that are kept.
 *
 * @throws {Refusal} When there is no such run, or the request makes no sense.
 */
export async function receiveFileStream(
  names: RunNames,
  body: ArrivingBody,
  { visitor, services: { store, now }, mayRepeat }: StreamContext,
): Promise<FileStreamAnswer> {
  const run = visitor.mayRead(names.entity)
    ? await store.runs.find(names.entity, names.project, names.run)
    : undefined;
  if (run === undefined) {
    if (visitor.mayRead(names.entity)) await refuseDeleted(store, names);
    throw new Refusal("Cannot store lines: there is no such run", 404);
  }
  demandWrite(visitor, names.entity);

  const filter = new RepeatFilter(store, run);
  const batch = store.lines.collect(run.key);
  const { summary, end } = await readFileStream(body.pieces, async (part) => {
    for (const fresh of mayRepeat ? await filter.take(part) : [part]) {
      batch.add(fresh);
    }
    if (!batch.isFull) return;
    await batch.write();
    body.release();
    await turn();
  });
  const isThere = await batch.write({
    ...(summary !== undefined && { summary }),
    ...stateAfter(run, end),
    heartbeatAt: now(),
  });
  if (!isThere) throw deletedRun(names);
  return { exitcode: null, limits: {}, stopped: run.stopRequested };
}

function stateAfter(run: StoredRun, { complete, exitCode, preempting }: End): RunPatch {
  if (complete) {
    const failed = run.stopRequested ? "killed" : "failed";
    return { state: exitCode === 0 ? "finished" : failed, exitCode, stopRequested: false };
  }
  if (preempting) return { state: "preempting" };
  // Whatever a run streams shows that it lives, also after its end: it was resumed.
  return run.state === "preempting" ? {} : { state: "running", exitCode: null };
}

/** Lets others have their turn: timers, other requests. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
