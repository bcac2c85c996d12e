import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import process from "node:process";
import { reasonOf } from "../names/reason.ts";
import { withoutShell } from "../system/without_shell.ts";

/** How a program ended, and what it wrote. */
export interface ProgramResult {
  /** Its exit code; `null` when it was ended or never started. */
  readonly code: number | null;
  /** What it wrote to its standard output, up to the limit. */
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** The beginning of what it wrote to its standard error. */
  readonly stderr: string;
  /** Whether it was ended because it wrote more than the limit. */
  readonly truncated: boolean;
  /** Whether it was ended because the signal said so. */
  readonly aborted: boolean;
}

/** Options of {@linkcode runProgram}. */
export interface RunProgramOptions {
  /** Handed over one by one, with no shell that could read anything into them. */
  readonly args: readonly string[];
  /** The folder to run in. */
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the program and what it has started. */
  readonly signal: AbortSignal;
  /**
   * Bytes of standard output after which the program is ended.
   *
   * @default 1048576
   */
  readonly maxOutput?: number;
  /** Takes the standard output instead of the result, which then has none, nor a limit. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

const maxError = 4096;

/**
 * Runs a program with `zx`, without a shell, without input and with an environment of its own; it
 * never throws. A program that is ended takes with it what it had started, where that can be done.
 */
export async function runProgram(
  file: string,
  { args, cwd, env, signal, maxOutput = 2 ** 20, onOutput }: RunProgramOptions,
): Promise<ProgramResult> {
  const output: Uint8Array[] = [];
  const errors: Uint8Array[] = [];
  let size = 0;
  let errorSize = 0;
  let truncated = false;
  let child: ChildProcess | undefined = undefined as ChildProcess | undefined;
  const ended = Promise.withResolvers<null>();
  const end = (): void => {
    if (child !== undefined) endGroup(child);
    ended.resolve(null);
  };
  const result = (code: number | null, error = ""): ProgramResult => ({
    code,
    stdout: joined(output, Math.min(size, maxOutput)),
    stderr: error + new TextDecoder().decode(joined(errors, Math.min(errorSize, maxError))),
    truncated,
    aborted: signal.aborted,
  });
  if (signal.aborted) return result(null);

  const start = (_command: string, _args: readonly string[], options: SpawnOptions) => {
    child = spawn(file, [...args], { ...options, shell: false });
    child.stdout?.on("data", (chunk: Uint8Array) => {
      if (truncated || signal.aborted) return;
      if (onOutput !== undefined) return onOutput(chunk);
      size += chunk.byteLength;
      output.push(chunk);
      if (size <= maxOutput) return;
      truncated = true;
      end();
    });
    child.stderr?.on("data", (chunk: Uint8Array) => {
      if (errorSize < maxError) errors.push(chunk);
      errorSize += chunk.byteLength;
    });
    return child;
  };
  signal.addEventListener("abort", end, { once: true });
  try {
    const { $ } = await import("zx/core");
    const running = $({
      ...withoutShell(),
      cwd,
      env: { ...env },
      spawn: start as typeof spawn,
    })`${file} ${[...args]}`;
    const outcome = await Promise.race([running, ended.promise]);
    if (outcome === null) return result(null);
    const { exitCode, cause } = outcome;
    return cause instanceof Error ? result(null, cause.message) : result(exitCode);
  } catch (error) {
    return result(null, reasonOf(error));
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** Ends a program and, where the platform and the permissions let it, what it has started. */
function endGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined && process.platform !== "win32") {
      process.kill(-child.pid, "SIGKILL");
    }
  } catch {
    // The permission for one program does not cover signals to its group.
  }
  child.kill("SIGKILL");
  // A grandchild that lives on must not keep this process waiting for its end of the pipe.
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, size - offset);
    all.set(part, offset);
    offset += part.byteLength;
  }
  return all;
}
