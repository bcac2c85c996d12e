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
 * @param events `onPassed` is called with the byte up to which it is done now, also before this fails.
 * @throws {SyncFault} When the server does not answer; the next time begins with what it did not take.
 */
export async function sendAlerts(
  directory: string,
  offset: number,
  session: Session,
  signal: AbortSignal,
  events: {
    readonly onPassed: (offset: number) => void;
    readonly onRefused: (reason: string) => void;
  },
): Promise<void> {
  let done = offset;
  try {
    for (const { text, begin, end } of readLines(join(directory, RUN_FILES.run), offset)) {
      const line = text.includes('"alert"') ? parseLine<RunLine>(text) : undefined;
      if (line?.type === "alert") {
        const alert = { ...bounded(line), name: `${begin}:${line.time}` };
        await session.alert(alert, signal).catch((error) => {
          if (!(error instanceof SyncFault) || error.kind !== "rejected") throw error;
          events.onRefused(error.message);
        });
      }
      done = end;
    }
  } finally {
    if (done > offset) events.onPassed(done);
  }
}

/** W&B's titles have up to 64 characters. */
function bounded({ title, text, level, wait }: AlertLine) {
  return { title: title.slice(0, 64).toWellFormed(), text, level, wait };
}
