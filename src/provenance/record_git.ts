import { redactText } from "./redact.ts";
import type { GitLine, PatchFile } from "../record/provenance_lines.ts";
import { countFiles } from "./git_diff.ts";
import { type GitState, gitState, type GitStateOptions } from "./git.ts";
import type { RunFiles } from "./run_files.ts";

/** Options of {@linkcode recordGit}. */
export interface RecordGitOptions extends GitStateOptions {
  /** Whether the changes themselves are kept. */
  readonly patches: boolean;
  /** Seconds since 1970. */
  readonly time: number;
}

/**
 * Takes the state of the working tree that one of the folders is in, and writes its patches below
 * `files/` under W&B's names.
 *
 * @param folders The first that is in a repository counts.
 * @returns Null when none is.
 */
export async function recordGit(
  folders: readonly string[],
  into: RunFiles,
  { patches, time, ...options }: RecordGitOptions,
): Promise<GitLine | null> {
  let state: GitState | null = null;
  for (const folder of new Set(folders)) state ??= await gitState(folder, options);
  if (state === null) return null;
  const { root, remote, branch, commit, dirty, diff, untracked, upstream, truncated } = state;
  const notes = [...state.notes];
  const write = async (path: string, patch: GitState["diff"]): Promise<PatchFile | null> => {
    if (!patches || patch === null || patch.byteLength === 0) return null;
    try {
      await into.write(path, patch);
      return { path, size: patch.byteLength };
    } catch (error) {
      notes.push(`Cannot write ${path}: ${redactText(String(error))}`);
      return null;
    }
  };
  return {
    type: "git",
    time,
    root,
    remote,
    branch,
    commit,
    dirty,
    changed: diff === null || truncated.diff ? null : countFiles(diff),
    patch: await write("diff.patch", diff),
    untracked,
    upstream: upstream === null ? null : {
      name: upstream.name,
      tip: upstream.tip,
      commit: upstream.commit,
      patch: await write(`diff_${upstream.commit}.patch`, upstream.diff),
    },
    truncated,
    notes,
  };
}
