import { join, RUN_FILES } from "../record/layout.ts";
import type { AlertLine, RunLine } from "../record/lines.ts";
import { parseLine } from "../record/parse_line.ts";
import { readLines } from "./read/read_lines.ts";
import type { Session } from "./session.ts";
import { SyncFault } from "./wire/fault.ts";

/**
 * Passes on the alerts that were recorded since the last time. One whose answer was lost is sent
 * again: a server that knows alerts by their names keeps it once, and others by their title for as
 * long as the alert says.
 *
 * @param offset The byte of `run.jsonl` up to which that was done.
 * @returns The byte up to which it is done now.
 * @throws {SyncFault} When the server does not answer and nothing was passed on.
 */
export async function sendAlerts(
  directory: string,
  offset: number,
  session: Session,
  signal: AbortSignal,
  events: { readonly onRefused: (reason: string) => void },
): Promise<number> {
  let done = offset;
  for (const { text, begin, end } of readLines(join(directory, RUN_FILES.run), offset)) {
    const line = text.includes('"alert"') ? parseLine<RunLine>(text) : undefined;
    if (line?.type === "alert") {
      try {
        await session.alert({ ...bounded(line), name: `${begin}:${line.time}` }, signal);
      } catch (error) {
        if (error instanceof SyncFault && error.kind === "rejected") {
          events.onRefused(error.message);
        } else if (done > offset) {
          // What was passed on is noted; the next time begins with this one.
          return done;
        } else {
          throw error;
        }
      }
    }
    done = end;
  }
  return done;
}

/** W&B's titles have up to 64 characters. */
function bounded({ title, text, level, wait }: AlertLine) {
  return { title: title.slice(0, 64).toWellFormed(), text, level, wait };
}
