import { failureOf, type GitCommands } from "./git_commands.ts";

/** A patch, or why there is none. */
export interface GitDiff {
  /** `null` when it could not be made. */
  readonly patch: Uint8Array<ArrayBuffer> | null;
  /** Whether it was cut at the limit. */
  readonly truncated: boolean;
  /** How many files are in it by name alone, because they are binary. */
  readonly binaries: number;
  /** Why there is no patch. */
  readonly failure?: string;
}

/** Options of {@linkcode gitDiff}. */
export interface GitDiffOptions {
  /** The working tree's folder. */
  readonly cwd: string;
  /** Bytes. */
  readonly maxDiff: number;
}

/** Everything that a configuration could change is said here, so that `git apply` reads it. */
const flags = [
  "--patch",
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--no-relative",
  "--src-prefix=a/",
  "--dst-prefix=b/",
  "--full-index",
  "--unified=3",
  "--inter-hunk-context=0",
  "--diff-algorithm=default",
  "--word-diff=none",
  "--find-renames",
  "-l200",
  "-O/dev/null",
  // A submodule's own configuration is not this one's: Git must not look inside.
  "--submodule=short",
  "--ignore-submodules=dirty",
];

/** The patch from a commit or tree to the working tree, for tracked files. */
export async function gitDiff(
  git: GitCommands,
  from: string,
  { cwd, maxDiff }: GitDiffOptions,
): Promise<GitDiff> {
  const result = await git.run(["diff", ...flags, from, "--"], { cwd, maxOutput: maxDiff });
  if (result.code !== 0 && !result.truncated) {
    return { patch: null, truncated: false, binaries: 0, failure: failureOf(result) };
  }
  const patch = result.truncated ? cut(result.stdout) : result.stdout;
  return { patch, truncated: result.truncated, binaries: countLines(patch, "Binary files ") };
}

/**
 * Ends a patch that was cut with the last file that is whole, so that it still applies; where not
 * even one is, with the last line.
 */
function cut(patch: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const mark = new TextEncoder().encode("\ndiff --");
  for (let end = patch.lastIndexOf(10); end > 0; end = patch.lastIndexOf(10, end - 1)) {
    if (mark.every((byte, index) => patch[end + index] === byte)) return patch.slice(0, end + 1);
  }
  return patch.slice(0, patch.lastIndexOf(10) + 1);
}

/** How many files a patch is about. */
export function countFiles(patch: Uint8Array): number {
  return countLines(patch, "diff --");
}

/** Lines of content have a mark before them, so that none of them is mistaken. */
function countLines(patch: Uint8Array, start: string): number {
  const mark = new TextEncoder().encode(start);
  let count = 0;
  for (let line = 0; line < patch.byteLength;) {
    if (mark.every((byte, index) => patch[line + index] === byte)) count++;
    const end = patch.indexOf(10, line);
    if (end < 0) break;
    line = end + 1;
  }
  return count;
}
