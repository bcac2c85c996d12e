import { join, RUN_FILES } from "../record/layout.ts";
import { notebookSources } from "../notebook/cells/notebook_file.ts";

/** A notebook larger than this is not read. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The sources of a notebook's code cells as they are now: those of its file, or of the copy that
 * the run has kept where that is gone.
 *
 * @param path Where the file was when the run went on.
 */
export function notebookNow(directory: string, path: string): string[] | undefined {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  for (const candidate of [path, join(directory, RUN_FILES.files, "code", name)]) {
    try {
      if (Deno.statSync(candidate).size > MAX_BYTES) continue;
      const sources = notebookSources(JSON.parse(Deno.readTextFileSync(candidate)));
      if (sources !== undefined) return sources;
    } catch {
      // It is gone, or is being written.
    }
  }
  return undefined;
}
