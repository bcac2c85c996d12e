import type { RecordedGit } from "../record/provenance_lines.ts";

/**
 * The state of a working tree in a few words; null when Git could not be asked.
 *
 * @example
 * ```ts
 * gitInWords(run.git); // "main @ 1a2b3c4, 3 files changed"
 * ```
 */
export function gitInWords(
  { root, branch, commit, dirty, changed }: Pick<
    RecordedGit,
    "root" | "branch" | "commit" | "dirty" | "changed"
  >,
): string | null {
  if (root === null) return null;
  const short = commit?.slice(0, 7);
  const place = branch === null ? short ?? "no commit yet" : `${branch} @ ${short ?? "no commit"}`;
  if (dirty !== true) return place;
  if (changed === null || changed === 0) return `${place}, changed`;
  return `${place}, ${changed} file${changed === 1 ? "" : "s"} changed`;
}
