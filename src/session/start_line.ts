import type { StartLine } from "../record/lines.ts";
import { thisProcess } from "../record/liveness.ts";
import { makeRunName } from "../run/names.ts";
import { listRunDirectories } from "../run/run_directory.ts";
import type { ResolvedSettings } from "../run/settings.ts";
import type { RemoteRun } from "../sync/remote_run.ts";
import { VERSION } from "../version.ts";

/**
 * The first line of a run: what it is.
 *
 * @param previous What it was before, of a run that is resumed.
 */
export function startLine(
  settings: ResolvedSettings,
  { id, dir, startedAt, previous }: {
    id: string;
    dir: string;
    startedAt: Date;
    previous: Pick<RemoteRun, "name" | "tags" | "notes"> | null;
  },
): StartLine {
  const { entity, group, jobType, baseUrl } = settings;
  const notes = settings.notes ?? previous?.notes;
  return {
    type: "run",
    version: 1,
    id,
    name: settings.name ?? previous?.name ?? makeRunName(countRuns(dir)),
    project: settings.project,
    ...(entity === undefined ? {} : { entity }),
    ...(group === undefined ? {} : { group }),
    ...(jobType === undefined ? {} : { jobType }),
    tags: settings.tags.length > 0 ? settings.tags : previous?.tags ?? [],
    ...(notes === undefined ? {} : { notes }),
    mode: settings.mode === "offline" ? "offline" : "online",
    ...(baseUrl === undefined ? {} : { baseUrl }),
    resumed: previous !== null,
    time: startedAt.getTime() / 1000,
    process: thisProcess(),
    cellar: VERSION,
  };
}

/** For the number in an invented name; one when the folder may not be read. */
function countRuns(dir: string): number {
  try {
    return Math.max(1, listRunDirectories(dir).length);
  } catch {
    return 1;
  }
}
