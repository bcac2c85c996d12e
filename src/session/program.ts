import { fileURLToPath } from "node:url";
import type { ProgramOptions } from "../provenance/options.ts";

/** What runs in this process, as it is now: a program may change its directory later. */
export function thisProgram(startedAt: Date, notebook: boolean): ProgramOptions {
  return {
    startedAt: startedAt.getTime() / 1000,
    script: notebook ? null : script(),
    args: notebook ? [] : Deno.args,
    cwd: Deno.cwd(),
  };
}

function script(): string {
  // A web worker has no main module, but an address.
  const mainModule = Deno.mainModule as string | undefined ?? location.href;
  return mainModule.startsWith("file:") ? fileURLToPath(mainModule) : mainModule;
}
