import type { Services } from "./services.ts";

/** How often silent runs are looked for. */
const CHECK_MS = 15_000;
const CRASH_AFTER_MS = 300_000;

/**
 * Has runs that fall silent counted as crashed, until it is stopped.
 *
 * @param crashAfter Milliseconds of silence.
 * @returns Stops it.
 */
export function watchSilence(
  { store, log }: Services,
  crashAfter: number = CRASH_AFTER_MS,
): () => void {
  const startedAt = Date.now();
  const timer = setInterval(() => {
    // Runs could not be heard of while the server was not there.
    if (Date.now() - startedAt < crashAfter) return;
    store.runs.markSilent(Date.now() - crashAfter)
      .catch((error) => log("error", "silence", { error: String(error) }));
  }, Math.min(CHECK_MS, crashAfter));
  return () => clearInterval(timer);
}
