import { activeRuns } from "./current.ts";

let installed = false;

/**
 * Finishes the runs of a script that ends without doing so: with exit code 0 when it comes to its
 * end, and with its own at `Deno.exit`. An error that nobody catches is recorded at once, since
 * nothing runs after it: a run whose last word is an error has failed.
 */
export function finishAtExit(): void {
  if (installed) return;
  installed = true;
  globalThis.addEventListener("error", (event) => fail(event, event.error));
  globalThis.addEventListener("unhandledrejection", (event) => fail(event, event.reason));
  globalThis.addEventListener("beforeunload", (event) => {
    const runs = activeRuns();
    if (runs.length === 0) return;
    // Keeps the process alive for the last drawing; the event comes again when that is done.
    event.preventDefault();
    for (const run of runs) void run.finish(Deno.exitCode);
  });
  // Deno.exit() sets the exit code before it says goodbye.
  globalThis.addEventListener("unload", () => {
    for (const run of activeRuns()) run.end(Deno.exitCode);
  });
}

function fail(event: Event, error: unknown): void {
  // Somebody else has dealt with it, and the script goes on.
  if (event.defaultPrevented) return;
  for (const run of activeRuns()) run.fail(error);
}
