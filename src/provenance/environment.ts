import os from "node:os";
import { relative } from "node:path";
import { isGranted } from "../record/permissions.ts";
import type { EnvironmentLine } from "../record/provenance_lines.ts";
import type { ProgramOptions } from "./options.ts";
import { pathInProject } from "./project.ts";
import { redactArguments, redactUrl } from "./redact.ts";

/**
 * Describes what runs, and where. What may not be read is absent, secrets of arguments and addresses
 * are removed, and environment variables are not looked at.
 *
 * @param root The project's folder.
 */
export function describeEnvironment(program: ProgramOptions, root: string): EnvironmentLine {
  const { script, args, cwd, startedAt } = program;
  const { deno, v8, typescript } = Deno.version;
  const release = mayAsk("osRelease") ? os.release() : "";
  return {
    type: "environment",
    time: startedAt,
    deno,
    v8,
    typescript,
    os: [os.type(), release, Deno.build.arch].filter((part) => part !== "").join("-"),
    ...(mayAsk("hostname") ? { host: Deno.hostname() } : {}),
    ...userName(),
    ...(isGranted({ name: "read" }) ? { executable: Deno.execPath() } : {}),
    ...(script === null ? {} : programOf(script, root)),
    args: redactArguments(args),
    cwd,
  };
}

/** W&B's name for the script's path from the directory in which it was started. */
export function codePathLocal({ script, cwd }: ProgramOptions): string | undefined {
  return script === null || isAddress(script) ? undefined : relative(cwd, script);
}

/** Whether a script came from elsewhere. */
export function isAddress(script: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/iu.test(script);
}

function programOf(script: string, root: string): { program: string; codePath?: string } {
  return isAddress(script)
    ? { program: redactUrl(script) }
    : { program: script, codePath: pathInProject(root, script) };
}

function userName(): { username?: string } {
  // The operating system is asked for more than the name.
  if (!isGranted({ name: "sys" })) return {};
  try {
    return { username: os.userInfo().username };
  } catch {
    // A user without an entry, as in some containers.
    return {};
  }
}

function mayAsk(kind: "hostname" | "osRelease"): boolean {
  return isGranted({ name: "sys", kind });
}
