/** The state of a Git working tree. */
export interface GitState {
  /** The working tree's folder, or a bare repository's own; `null` when Git could not be asked. */
  readonly root: string | null;
  /** The remote's URL without credentials: the branch's remote, else `origin`, else the first. */
  readonly remote: string | null;
  /** `null` when no branch is checked out. */
  readonly branch: string | null;
  /** The commit that is checked out; `null` when there is none yet. */
  readonly commit: string | null;
  /** Whether tracked files differ from the commit, staged or not; `null` when it is unknown. */
  readonly dirty: boolean | null;
  /**
   * The patch from the commit (from nothing, where there is none yet) to the working tree, for
   * tracked files, staged or not; in bytes, because files may be in any encoding. Binary files are
   * named, not embedded. `null` when it is unknown.
   */
  readonly diff: Uint8Array<ArrayBuffer> | null;
  /** Files that are neither tracked nor ignored; `null` when they are unknown. */
  readonly untracked: GitUntracked | null;
  /** What the branch is compared with; `null` when it has no upstream. */
  readonly upstream: GitUpstream | null;
  /** What is not there in full. */
  readonly truncated: GitTruncated;
  /** What is missing, or not as one would expect, in words. */
  readonly notes: readonly string[];
}

/** Files that Git neither tracks nor ignores. */
export interface GitUntracked {
  /** The first of them, relative to the root. */
  readonly files: readonly string[];
  /** How many there are. */
  readonly count: number;
}

/** A branch's upstream. */
export interface GitUpstream {
  /** As in `origin/main`. */
  readonly name: string;
  /** The upstream's commit, as last fetched. */
  readonly tip: string;
  /** Where the branch left it; `null` when they share no history. */
  readonly commit: string | null;
  /**
   * The patch from {@linkcode commit} to the working tree. `null` when it is unknown, and where
   * it would only repeat the state's own `diff`.
   */
  readonly diff: Uint8Array<ArrayBuffer> | null;
}

/** Which parts of a {@linkcode GitState} were cut. */
export interface GitTruncated {
  /** Whether `diff` was longer than the limit, and ends early. */
  readonly diff: boolean;
  /** Whether `upstream.diff` was longer than the limit, and ends early. */
  readonly upstreamDiff: boolean;
  /** Whether there are more untracked files than are listed. */
  readonly untracked: boolean;
}
