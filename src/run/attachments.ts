import type { RunCompanion } from "./companion.ts";
import type { RunConsole } from "./run_console.ts";

/** What `init` attaches to a run once it is there. */
export interface RunAttachments {
  /** Null where the background is off. */
  companion: RunCompanion | null;
  /** Null where nothing that is printed is recorded. */
  console: RunConsole | null;
}
