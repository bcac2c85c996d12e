import process from "node:process";
import { isGranted } from "./permissions.ts";
import type { ProcessIdentity } from "./lines.ts";

/** A heartbeat comes every 2 s; a process whose pid cannot be asked is given this long. */
const HEARTBEAT_TIMEOUT_MS = 15_000;

/** Who this process is. What may not be read is left out; nothing prompts. */
export function thisProcess(): ProcessIdentity {
  const startTicks = readStartTicks(Deno.pid);
  const host = hostname();
  return {
    pid: Deno.pid,
    ...(host === undefined ? {} : { host }),
    ...(startTicks === undefined ? {} : { startTicks }),
  };
}

/**
 * Whether the process that recorded a run is still there.
 *
 * On the same machine its pid answers, at once; with the time when the process started, where
 * `/proc` has it, so that a reused pid is not taken for it. From another machine, or where the
 * process table may not be asked, the time since the last heartbeat does.
 *
 * @param heartbeat Milliseconds since 1970 of the last sign of life.
 */
export function isAlive(identity: ProcessIdentity, heartbeat: number | null): boolean {
  const sameHost = identity.host === undefined || identity.host === hostname();
  if (sameHost) {
    const ticks = identity.startTicks === undefined ? undefined : readStartTicks(identity.pid);
    if (ticks !== undefined) return ticks === identity.startTicks;
    const answer = pidExists(identity.pid);
    if (answer !== undefined) return answer;
  }
  return heartbeat !== null && Date.now() - heartbeat < HEARTBEAT_TIMEOUT_MS;
}

function hostname(): string | undefined {
  return isGranted({ name: "sys", kind: "hostname" }) ? Deno.hostname() : undefined;
}

function pidExists(pid: number): boolean | undefined {
  if (!isGranted({ name: "run" })) return undefined;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    return code === "ESRCH" ? false : code === "EPERM" ? true : undefined;
  }
}

/** Field 22 of `/proc/<pid>/stat`; "gone" when there is no such process, undefined when unknown. */
function readStartTicks(pid: number): string | undefined {
  if (Deno.build.os !== "linux" || !isGranted({ name: "read", path: `/proc/${pid}/stat` })) {
    return undefined;
  }
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The second field is the command in parentheses, and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "gone" : fields[19];
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "gone" : undefined;
  }
}
