import { ensureDirSync } from "@std/fs";
import {
  join,
  LATEST_RUN,
  RUN_FILES,
  runDirectoryName,
  runIdOf,
  RUNS_FOLDER,
} from "../record/layout.ts";
import { isGranted } from "../record/permissions.ts";

/**
 * Makes the directory of a new run: `<dir>/cellar/run-…`. Two runs of one id in one second get
 * different directories.
 *
 * @returns Its path.
 * @throws What the file system throws, when it cannot be made.
 */
export function makeRunDirectory(dir: string, id: string, startedAt: Date): string {
  const runs = join(dir, RUNS_FOLDER);
  ensureDirSync(runs);
  keepOutOfGit(runs);
  const name = runDirectoryName(startedAt, id);
  for (let attempt = 0;; attempt++) {
    const path = join(runs, attempt === 0 ? name : `${name}~${attempt}`);
    try {
      Deno.mkdirSync(path);
      ensureDirSync(join(path, RUN_FILES.files));
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists) || attempt >= 1000) throw error;
    }
  }
}

/** Points `latest-run` at a run; false when the permissions do not allow for links. */
export function linkLatestRun(directory: string): boolean {
  // A link needs both permissions for everything, since it may lead anywhere.
  if (!isGranted({ name: "read" }) || !isGranted({ name: "write" })) return false;
  const cut = directory.lastIndexOf("/");
  const runs = directory.slice(0, cut);
  const link = join(runs, LATEST_RUN);
  const temporary = `${link}.${Deno.pid}`;
  try {
    // Made aside and moved, so that a reader finds the old one or the new one.
    Deno.symlinkSync(directory.slice(cut + 1), temporary, { type: "dir" });
    Deno.renameSync(temporary, link);
    return true;
  } catch {
    try {
      Deno.removeSync(temporary);
    } catch {
      // It was never made.
    }
    return false;
  }
}

/** The directories of runs below a folder, newest first. */
export function listRunDirectories(dir: string): string[] {
  const runs = join(dir, RUNS_FOLDER);
  try {
    return [...Deno.readDirSync(runs)]
      .filter((entry) => entry.isDirectory && runIdOf(entry.name) !== null)
      .map((entry) => join(runs, entry.name))
      .sort()
      .reverse();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The newest directory of the run with that id; null when there is none. */
export function findRunDirectory(dir: string, id: string): string | null {
  return listRunDirectories(dir).find((path) =>
    runIdOf(path.slice(path.lastIndexOf("/") + 1)) === id
  ) ??
    null;
}

function keepOutOfGit(runs: string): void {
  try {
    Deno.writeTextFileSync(join(runs, ".gitignore"), "*\n", { createNew: true });
  } catch {
    // It is there already, which is the usual case.
  }
}
