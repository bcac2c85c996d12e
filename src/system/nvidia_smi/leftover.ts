import process from "node:process";
import { mayReadProc } from "../permissions.ts";
import { readText } from "../files.ts";
import { parseParent } from "./own_processes.ts";

/**
 * Ends a child of this process whose reader has died, or is about to. As long as this process lives
 * the child's pipe stays open, and after that it notices when it next writes.
 *
 * Does nothing where it cannot be told that the process id has not been given to another process
 * since, or where it may not be ended.
 */
export function endLeftover(pid: number): void {
  if (!mayReadProc()) return;
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined || parseParent(stat) !== process.pid) return;
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has just ended by itself.
  }
}
