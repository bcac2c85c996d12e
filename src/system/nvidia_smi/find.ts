import { isGranted } from "../../record/permissions.ts";

/** Where a program is, or why it cannot be used. */
export type Found =
  | { readonly state: "found"; readonly file: string }
  | { readonly state: "missing" }
  | { readonly state: "denied"; readonly permission: string };

/**
 * Finds a program on PATH without starting anything, so that a machine without a GPU pays for a
 * few file lookups only. Never prompts.
 *
 * @param name A name, or a path with a slash.
 */
export function findProgram(name: string): Found {
  const denied = (permission: string): Found => ({ state: "denied", permission });
  const mayRun = isGranted({ name: "run" }) || isGranted({ name: "run", command: name });
  // `zx` reads the environment, and looks along PATH for a shell, when it is loaded.
  for (const name of ["env", "read"] as const) {
    if (!isGranted({ name })) return denied(`--allow-${name}`);
  }
  const windows = Deno.build.os === "windows";
  const isPath = name.includes("/") || (windows && name.includes("\\"));
  const folders = isPath ? [""] : (Deno.env.get("PATH") ?? "").split(windows ? ";" : ":");
  for (const folder of folders) {
    if (!isPath && folder === "") continue;
    const file = isPath ? name : `${folder}/${name}`;
    for (const candidate of windows ? [`${file}.exe`, file] : [file]) {
      if (!isProgram(candidate, windows)) continue;
      const allowed = mayRun || isGranted({ name: "run", command: candidate });
      return allowed ? { state: "found", file: candidate } : denied(`--allow-run=${name}`);
    }
  }
  return { state: "missing" };
}

function isProgram(path: string, windows: boolean): boolean {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile && (windows || mode === null || (mode & 0o111) !== 0);
  } catch {
    return false;
  }
}
