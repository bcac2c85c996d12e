import { resolve } from "node:path";
import { commandLine } from "../notebook/kernel/command_line.ts";
import { mayReadProc } from "../system/permissions.ts";

/** Flags that decide where imports lead, followed by a value. */
const VALUED: ReadonlySet<string> = new Set(["-c", "--config", "--import-map", "--lock"]);
const PLAIN: ReadonlySet<string> = new Set([
  "--no-config",
  "--no-lock",
  "--no-npm",
  "--no-remote",
  "--node-modules-dir",
  "--vendor",
]);

/** What was said on Deno's command line about imports. */
export interface DenoFlags {
  /** Flags to say again. */
  readonly flags: readonly string[];
  /** Flags that choose or refuse a lock file. */
  readonly lock: readonly string[];
  /** The configuration that was named; null for none at all. */
  readonly config?: string | null;
}

/** The flags of this process, as far as it may know its own command line. */
export async function commandLineFlags(script: string | null, cwd: string): Promise<DenoFlags> {
  // Elsewhere than on Linux a system tool is asked.
  if (script === null || !mayReadProc()) return { flags: [], lock: [] };
  return denoFlags(await commandLine(), script, cwd);
}

/**
 * Picks the flags that decide where imports lead from the command line of a script.
 *
 * @param command Program, subcommand, flags, script and its arguments.
 * @param script The script's path or address; what follows it is its own.
 * @param cwd The directory from which paths count.
 */
export function denoFlags(command: readonly string[], script: string, cwd: string): DenoFlags {
  const flags: string[] = [];
  const lock: string[] = [];
  let config: string | null | undefined;
  for (let i = 1; i < command.length; i++) {
    const arg = command[i]!;
    if (arg === "--" || arg === script || resolve(cwd, arg) === script) break;
    const equals = arg.startsWith("--") ? arg.indexOf("=") : -1;
    const name = equals < 0 ? arg : arg.slice(0, equals);
    if (VALUED.has(name)) {
      const value = equals < 0 ? command[++i] : arg.slice(equals + 1);
      if (value === undefined) break;
      (name === "--lock" ? lock : flags).push(name, value);
      if (name === "-c" || name === "--config") config = resolve(cwd, value);
    } else if (PLAIN.has(name)) {
      (name === "--no-lock" ? lock : flags).push(arg);
      if (name === "--no-config") config = null;
    }
  }
  return { flags, lock, ...(config === undefined ? {} : { config }) };
}
