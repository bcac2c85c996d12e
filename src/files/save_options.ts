import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type FilePolicy, isInnerPath } from "../record/file_list.ts";
import type { SaveRequest } from "./save_request.ts";

/** Options of `save`. */
export interface SaveOptions {
  /**
   * When files are copied and uploaded: `now`, `live` (again whenever they change) or at the `end` of
   * the run.
   *
   * @default {"live"}
   */
  readonly policy?: FilePolicy;
  /**
   * Files are saved under their path from here.
   *
   * @default {the working directory; for files outside of it their own folder}
   */
  readonly base?: string;
}

const PATTERN = /[*?[{]/;

/** What is asked of the background. */
export function saveRequest(
  pattern: string | URL,
  { policy = "live", base }: SaveOptions,
): SaveRequest {
  const absolute = resolve(pattern instanceof URL ? fileURLToPath(pattern) : pattern);
  const cwd = Deno.cwd();
  const inside = isInnerPath(relative(cwd, absolute).replaceAll("\\", "/"));
  return {
    pattern: absolute,
    base: base === undefined ? inside ? cwd : folderOf(absolute) : resolve(base),
    policy,
  };
}

/** The folder before the first part that is a pattern. */
function folderOf(pattern: string): string {
  let folder = dirname(pattern);
  while (PATTERN.test(folder)) folder = dirname(folder);
  return folder;
}
