import { reasonOf } from "../names/reason.ts";
import { makeRunDirectory } from "../run/run_directory.ts";
import type { ResolvedSettings } from "../run/settings.ts";

/** Where to record: the asked place, else a temporary one, else nowhere. */
export function chooseDirectory(
  settings: ResolvedSettings,
  dir: string,
  id: string,
  startedAt: Date,
  warnings: string[],
): string | null {
  if (settings.mode === "disabled") return null;
  try {
    return makeRunDirectory(dir, id, startedAt);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotCapable
      ? `the script needs --allow-write=${settings.dir} for that`
      : reasonOf(error);
    try {
      const directory = makeRunDirectory(
        Deno.makeTempDirSync({ prefix: "cellar-" }),
        id,
        startedAt,
      );
      warnings.push(`Cannot record in ${dir}: ${reason}. Recording in ${directory} instead`);
      return directory;
    } catch {
      warnings.push(`Cannot record in ${dir}: ${reason}. The run goes on, and is not recorded`);
      return null;
    }
  }
}
