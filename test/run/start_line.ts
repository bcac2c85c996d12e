import type { StartLine } from "../../src/record/lines.ts";

/** The first line of a run that this process records. */
export function startLine(id: string): StartLine {
  return {
    type: "run",
    version: 1,
    id,
    name: "calm-vine-1",
    project: "tests",
    tags: [],
    mode: "offline",
    resumed: false,
    time: Date.now() / 1000,
    process: { pid: Deno.pid },
    cellar: "0.0.0",
  };
}
