import { isGranted } from "../record/permissions.ts";

/**
 * Whether `/proc` and `/sys` may be read: Deno asks for every permission (`--allow-all`) before it
 * opens them, because some of what lies there reaches further than a file does.
 */
export function mayReadProc(): boolean {
  const names = ["read", "write", "net", "env", "sys", "run", "ffi"] as const;
  return names.every((name) => isGranted({ name }));
}
