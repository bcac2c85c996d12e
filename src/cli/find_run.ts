import { existsSync } from "@std/fs";
import { join, LATEST_RUN, RUN_FILES, RUNS_FOLDER } from "../record/layout.ts";
import type { StartLine } from "../record/lines.ts";
import { findRunDirectory, listRunDirectories } from "../run/run_directory.ts";
import { readRunLines } from "../sync/recorded_delivery.ts";
import { CliError } from "./cli_error.ts";
import { readEach } from "./read_each.ts";

/** Which run a command is about, in the words of its help. */
export const RUN_ARGUMENT =
  "a run directory, or the id or the name of a run; the newest run when left out";
/** Ids that a message lists. */
const MAX_IDS = 5;

/**
 * The directory of the run that is meant: a path, an id, a name that one run has, or the newest run
 * when nothing is named.
 *
 * @throws {CliError} When there is none, or several have the name.
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
  return findRunDirectory(dir, named) ?? directoryNamed(named, dir);
}

/** The directory of the one run with that name. */
function directoryNamed(name: string, dir: string): string {
  const starts = readEach(
    listRunDirectories(dir),
    (directory) => ({ directory, start: readStart(directory) }),
  );
  const found = starts.filter(({ start }) => start?.name === name);
  if (found.length > 1) {
    const ids = found.slice(0, MAX_IDS).map(({ start }) => start!.id).join(", ");
    const more = found.length > MAX_IDS ? ", …" : "";
    throw new CliError(
      `Cannot tell which run is meant by ${JSON.stringify(name)}: ${found.length} runs have that ` +
        `name. Give an id: ${ids}${more}`,
    );
  }
  if (found[0] !== undefined) return found[0].directory;
  throw new CliError(
    `Cannot find the run ${JSON.stringify(name)}: it is neither a run directory nor the id or ` +
      `the name of a run below ${join(dir, RUNS_FOLDER)}`,
  );
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
