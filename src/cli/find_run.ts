import { existsSync } from "@std/fs";
import { join, LATEST_RUN, RUN_FILES, RUNS_FOLDER } from "../record/layout.ts";
import type { StartLine } from "../record/lines.ts";
import { findRunDirectory, listRunDirectories } from "../run/run_directory.ts";
import { readRunLines } from "../sync/recorded_delivery.ts";
import { CliError } from "./cli_error.ts";

/**
 * The directory of the run that is meant: a path, an id, or the newest run when nothing is named.
 *
 * @throws {CliError} When there is none.
 */
export function findRun(named: string | undefined, dir: string): string {
  const directory = directoryOf(named, dir);
  if (readStart(directory) === null) {
    throw new CliError(`Cannot open ${JSON.stringify(directory)}: it holds no run`);
  }
  return directory;
}

function directoryOf(named: string | undefined, dir: string): string {
  if (named === undefined) {
    const latest = join(dir, RUNS_FOLDER, LATEST_RUN);
    const directory = isRun(latest) ? Deno.realPathSync(latest) : listRunDirectories(dir)[0];
    if (directory === undefined) {
      throw new CliError(`Cannot find a run: there is none below ${join(dir, RUNS_FOLDER)}`);
    }
    return directory;
  }
  if (isRun(named)) return Deno.realPathSync(named);
  const directory = findRunDirectory(dir, named);
  if (directory === null) {
    throw new CliError(
      `Cannot find the run ${
        JSON.stringify(named)
      }: it is neither a run directory nor the id of a ` +
        `run below ${join(dir, RUNS_FOLDER)}`,
    );
  }
  return directory;
}

/** How a run began. */
function readStart(directory: string): StartLine | null {
  try {
    return readRunLines(directory).start;
  } catch (error) {
    // The system does not say of a file that is a folder which one it is.
    if (!(error instanceof Deno.errors.IsADirectory)) throw error;
    return null;
  }
}

function isRun(path: string): boolean {
  return existsSync(join(path, RUN_FILES.run));
}
