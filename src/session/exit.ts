import process from "node:process";
import { activeRuns } from "./current.ts";

let installed = false;

/**
 * Finishes the runs of a script that ends without doing so: with exit code 0 when it comes to its
 * end, with its own at `Deno.exit`, and with 1 and the error when it throws.
 */
export function finishAtExit(): void {
  if (installed) return;
  installed = true;
  let failed: { message: string; stack?: string } | null = null;

  globalThis.addEventListener("error", (event) => failed ??= describe(event.error));
  globalThis.addEventListener("unhandledrejection", (event) => failed ??= describe(event.reason));
  globalThis.addEventListener("beforeunload", (event) => {
    const runs = activeRuns();
    if (runs.length === 0) return;
    // Keeps the process alive for the last drawing; the event comes again when that is done.
    event.preventDefault();
    for (const run of runs) void run.finish(Number(process.exitCode ?? 0));
  });
  process.on("exit", (code: number) => {
    for (const run of activeRuns()) {
      if (failed === null) run.end(code);
      else run.end(code === 0 ? 1 : code, { type: "error", time: Date.now() / 1000, ...failed });
    }
  });
}

function describe(error: unknown): { message: string; stack?: string } {
  if (!(error instanceof Error)) return { message: String(error) };
  const message = `${error.name}: ${error.message}`;
  return error.stack === undefined ? { message } : { message, stack: error.stack };
}
