import { Refusal } from "../refusal.ts";

/** Longer paths are refused. */
const MAX_PATH = 1000;

/**
 * The path of a run's file in its one spelling: relative, with `/`, without a leading `./`.
 *
 * @throws {Refusal} When it leads out of the run's folder, or is no path.
 */
export function normalizeFilePath(path: string): string {
  const normal = path.replace(/\\/g, "/").replace(/^(\.\/+)+/, "");
  const parts = normal.split("/");
  const bad = normal === "" || normal.length > MAX_PATH || parts.includes("..") ||
    parts.includes(".") || parts.includes("") ||
    // deno-lint-ignore no-control-regex -- a path is shown in terminals and addresses
    /[\x00-\x1f]/.test(normal) || /^[a-zA-Z]:/.test(normal);
  if (bad) {
    throw new Refusal(`Cannot use the file name ${JSON.stringify(path.slice(0, 100))}`);
  }
  return normal.toWellFormed();
}
