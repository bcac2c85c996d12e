import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { isGranted } from "../record/permissions.ts";
import { pathInProject } from "./project.ts";
import type { RunFiles } from "./run_files.ts";

/** What was copied. */
export interface CodeCopies {
  /** Below `files/code/`. */
  readonly files: readonly string[];
  /** What is missing, in words. */
  readonly notes: readonly string[];
}

/** Options of {@linkcode copyCode}. */
export interface CopyCodeOptions {
  /** The project's folder, from which the copies have their paths. */
  readonly root: string;
  /** Stops copying. */
  readonly signal: AbortSignal;
  /** @default 1000 */
  readonly maxFiles?: number;
  /** Bytes of one file. @default 5000000 */
  readonly maxFile?: number;
  /** Bytes in all. @default 50000000 */
  readonly maxTotal?: number;
}

/** Cellar's own modules are not the user's code, also where they are imported as files. */
const own = ["../../src/", "../../mod.ts"].map((path) => new URL(path, import.meta.url))
  .filter((url) => url.protocol === "file:").map((url) => fileURLToPath(url));

/** Copies files below `files/code/`, as they are, up to a limit. Never throws. */
export async function copyCode(
  paths: readonly string[],
  into: RunFiles,
  options: CopyCodeOptions,
): Promise<CodeCopies> {
  const { root, signal, maxFiles = 1_000, maxFile = 5_000_000, maxTotal = 50_000_000 } = options;
  const files: string[] = [];
  const missing = { large: 0, many: 0, failed: 0, late: 0 };
  let room = maxTotal;
  for (const path of new Set(paths)) {
    if (own.some((place) => path.startsWith(place))) continue;
    if (signal.aborted) {
      missing.late++;
      continue;
    }
    if (files.length >= maxFiles) {
      missing.many++;
      continue;
    }
    try {
      if (!isGranted({ name: "read", path })) throw new Error("--allow-read is missing");
      const { size } = await stat(path);
      if (size > Math.min(maxFile, room)) {
        missing.large++;
        continue;
      }
      const name = pathInProject(root, path);
      await into.write(`code/${name}`, new Uint8Array(await readFile(path)));
      room -= size;
      files.push(name);
    } catch {
      missing.failed++;
    }
  }
  const note = (count: number, why: string) =>
    count === 0 ? [] : [`Files of code that are not copied because ${why}: ${count}`];
  return {
    files,
    notes: [
      ...note(missing.large, `they are larger than ${maxFile} bytes, or ${maxTotal} with others`),
      ...note(missing.many, `there are more than ${maxFiles}`),
      ...note(missing.failed, "they cannot be read or written"),
      ...note(missing.late, "the run had ended"),
    ],
  };
}
