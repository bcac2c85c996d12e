import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { isGranted } from "../../record/permissions.ts";
import { withoutShell } from "../without_shell.ts";

/** How a child ended. */
export interface ChildEnd {
  /** `null` when a signal ended it or it never started. */
  readonly code: number | null;
  /** Whether there is no such program. */
  readonly missing: boolean;
  /** Why it could not be started. */
  readonly error?: string;
}

/** A child that was started. */
export interface Child {
  readonly pid: number | undefined;
  /** Fulfilled once, never rejected. */
  readonly ended: Promise<ChildEnd>;
  /** Ends it at once and for certain. */
  kill(): void;
}

/** Options of {@linkcode startChild}. */
export interface StartOptions {
  readonly args: readonly string[];
  /** Variables added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it writes to its standard output and error. */
  readonly onData: (chunk: Uint8Array) => void;
}

/**
 * Starts a program with `zx`. It does not outlive a parent that was killed: nobody reads its output
 * any more, so that its next write ends it. Only one that hangs, and never writes again, is left.
 */
export async function startChild(
  file: string,
  { args, env = {}, onData }: StartOptions,
): Promise<Child> {
  const { $ } = await import("zx/core");
  let child: ChildProcess | undefined;
  const start = (_command: string, _args: readonly string[], options: SpawnOptions) => {
    child = spawn(file, [...args], { ...options, shell: false });
    child.stdout?.on("data", onData);
    child.stderr?.on("data", onData);
    return child;
  };
  const running = $({
    ...withoutShell(),
    env: { ...inherited(), LC_ALL: "C", ...env },
    spawn: start as typeof spawn,
  })`${file} ${[...args]}`;
  const ended = running.then(
    ({ exitCode, cause }) => endOf(exitCode, cause),
    (error: unknown) => endOf(null, error),
  );
  return { pid: child?.pid, ended, kill: () => void child?.kill("SIGKILL") };
}

function endOf(code: number | null, cause: unknown): ChildEnd {
  if (!(cause instanceof Error)) return { code, missing: code === 127 };
  const missing = (cause as { code?: unknown }).code === "ENOENT" ||
    cause instanceof Deno.errors.NotFound;
  return { code: null, missing, error: cause.message };
}

/** This process's environment, less what Deno lets pass only with the whole run permission. */
function inherited(): Record<string, string> {
  const all = Deno.env.toObject();
  if (isGranted({ name: "run" })) return all;
  return Object.fromEntries(
    Object.entries(all).filter(([name]) => !/^(?:LD|DYLD)_/u.test(name)),
  );
}
