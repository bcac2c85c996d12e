import { statSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { findProgram } from "../system/nvidia_smi/find.ts";
import { failureOf, type GitCommands, openGit, text } from "./git_commands.ts";
import { remoteUrl } from "./git_config.ts";
import { gitDiff } from "./git_diff.ts";
import type { GitState, GitUpstream } from "./git_state.ts";
import { gitUntracked } from "./git_untracked.ts";
import { redactUrl } from "./redact.ts";

export type { GitState, GitTruncated, GitUntracked, GitUpstream } from "./git_state.ts";

/** Options of {@linkcode gitState}. */
export interface GitStateOptions {
  /**
   * Milliseconds that Git may take in all; what is known by then is kept.
   *
   * @default 10000
   */
  readonly timeout?: number;
  /**
   * Bytes of each patch that are kept.
   *
   * @default 20000000
   */
  readonly maxDiff?: number;
  /**
   * How many untracked files are listed; all are counted.
   *
   * @default 1000
   */
  readonly maxUntracked?: number;
  /** Gives up; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Ends Git early; what is known by then is kept, as when the time is over. */
  readonly until?: AbortSignal;
  /**
   * Git's name or path.
   *
   * @default "git"
   */
  readonly program?: string;
}

/** The tree without files, by object format: known to Git without being stored. */
const emptyTree: Readonly<Record<string, string>> = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

const unknown: GitState = {
  root: null,
  remote: null,
  branch: null,
  commit: null,
  dirty: null,
  diff: null,
  untracked: null,
  upstream: null,
  truncated: { diff: false, upstreamDiff: false, untracked: false },
  notes: [],
};

/**
 * Takes the state of the Git working tree that a folder is in.
 *
 * The repository is read, never obeyed: its hooks, pagers, monitors, content filters, external
 * diff and textconv programs are not run, its submodules not entered, nothing is fetched, and
 * neither its index nor any of its locks is touched. Nothing goes through a shell.
 *
 * @returns `null` when the folder is in no repository. Where Git is missing, too old, too slow, or
 * may not be run, a state whose `notes` say so.
 * @throws {RangeError} For a limit that is not one.
 *
 * @example
 * ```ts
 * import { gitState } from "./git.ts";
 *
 * const state = await gitState(".");
 * console.log(state?.branch, state?.commit, state?.dirty);
 * ```
 */
export async function gitState(
  directory: string,
  options: GitStateOptions = {},
): Promise<GitState | null> {
  const { timeout = 10_000, maxDiff = 20_000_000, maxUntracked = 1000 } = options;
  const { signal, until, program = "git" } = options;
  for (const [name, value] of Object.entries({ timeout, maxDiff, maxUntracked })) {
    if (!(value >= 0)) throw new RangeError(`Cannot take the Git state: ${name} is ${value}`);
  }
  signal?.throwIfAborted();
  const found = findProgram(program);
  if (found.state !== "found" || !isAbsolute(found.file)) {
    if (looksOutside(directory)) return null;
    const reason = found.state === "denied"
      ? `${found.permission} is not granted`
      : found.state === "missing"
      ? "there is no Git on PATH"
      : "PATH leads to a Git in a relative folder";
    return { ...unknown, notes: [`Git state is missing: ${reason}`] };
  }

  const limit = new AbortController();
  // A timer cannot wait longer than that.
  const timer = setTimeout(() => limit.abort(), Math.min(timeout, 2 ** 31 - 1));
  const abort = (): void => limit.abort();
  signal?.addEventListener("abort", abort, { once: true });
  until?.addEventListener("abort", abort, { once: true });
  if (until?.aborted) abort();
  const began = performance.now();
  try {
    const state = await takeState(resolve(directory), {
      file: found.file,
      maxDiff,
      maxUntracked,
      signal: limit.signal,
    });
    signal?.throwIfAborted();
    if (state === null || !limit.signal.aborted) return state;
    const waited = until?.aborted ? Math.round(performance.now() - began) : timeout;
    const late = `Git state is incomplete: Git took longer than ${waited / 1000} s`;
    return { ...state, notes: [late, ...state.notes] };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    until?.removeEventListener("abort", abort);
  }
}

interface Limits {
  readonly file: string;
  readonly maxDiff: number;
  readonly maxUntracked: number;
  readonly signal: AbortSignal;
}

async function takeState(
  directory: string,
  { file, maxDiff, maxUntracked, signal }: Limits,
): Promise<GitState | null> {
  const missing = (reason: string): GitState | null => {
    if (looksOutside(directory)) return null;
    return { ...unknown, notes: signal.aborted ? [] : [`Git state is missing: ${reason}`] };
  };
  if (!isDirectory(directory)) return null;
  const git = await openGit(directory, { file, signal });
  if (typeof git === "string") return missing(git);

  const inside = await git.run(["rev-parse", "--absolute-git-dir"]);
  if (inside.code !== 0) {
    if (/not a git repository/iu.test(inside.stderr)) return null;
    return missing(failureOf(inside));
  }
  const notes: string[] = [];
  const top = await git.line(["rev-parse", "--show-toplevel"]);
  const reference = await git.line(["symbolic-ref", "--quiet", "HEAD"]);
  const branch = reference?.replace(/^refs\/heads\//u, "") ?? null;
  const commit = await git.line(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
  const url = remoteUrl(git.config, branch);
  const known: GitState = {
    ...unknown,
    root: top ?? text(inside).replace(/\r?\n$/u, ""),
    remote: url === null ? null : redactUrl(url),
    branch,
    commit,
  };
  if (top === null) {
    notes.push("There is no working tree here: no file was compared");
    return { ...known, notes: signal.aborted ? [] : notes };
  }
  if (git.filters.length > 0) {
    const names = git.filters.map((name) => JSON.stringify(name)).join(", ").slice(0, 200);
    notes.push(`Content filters are not run (${names}): files that use them may seem changed`);
  }

  const note = (what: string, failure: string | undefined): void => {
    if (failure !== undefined && !signal.aborted) notes.push(`${what} is missing: ${failure}`);
  };
  // Two at a time: the walk for untracked files is often the slow part, and needs no other.
  const [untracked, { dirty, diff, upstream, upstreamTruncated }] = await Promise.all([
    gitUntracked(git, { cwd: top, maxUntracked }),
    compare(git, { cwd: top, commit, maxDiff, note }),
  ]);
  if (diff.binaries > 0) {
    notes.push(`Binary files are named in the diff, not embedded: ${diff.binaries}`);
  }
  if (diff.truncated) notes.push(cutNote("The diff", maxDiff));
  if (upstreamTruncated) notes.push(cutNote("The diff against the upstream branch", maxDiff));
  if (untracked === null) note("The list of untracked files", "Git did not finish it");
  else if (untracked.count > untracked.files.length) {
    notes.push(`${untracked.files.length} of ${untracked.count} untracked files are listed`);
  }
  return {
    ...known,
    dirty,
    diff: diff.patch,
    untracked,
    upstream,
    truncated: {
      diff: diff.truncated,
      upstreamDiff: upstreamTruncated,
      untracked: untracked !== null && untracked.count > untracked.files.length,
    },
    notes,
  };
}

interface CompareOptions {
  readonly cwd: string;
  readonly commit: string | null;
  readonly maxDiff: number;
  readonly note: (what: string, failure: string | undefined) => void;
}

async function compare(git: GitCommands, { cwd, commit, maxDiff, note }: CompareOptions) {
  // One byte says that there is a change.
  const status = await git.run(
    ["status", "--porcelain=v2", "-z", "--untracked-files=no", "--ignore-submodules=dirty"],
    { cwd, maxOutput: 1 },
  );
  const failed = status.code !== 0 && !status.truncated;
  if (failed) note("Whether files changed", failureOf(status));
  const dirty = failed ? null : status.stdout.byteLength > 0;
  const format = commit === null
    ? await git.line(["rev-parse", "--show-object-format"], { cwd })
    : null;
  const from = commit ?? emptyTree[format ?? "sha1"] ?? "HEAD";
  const diff = await gitDiff(git, from, { cwd, maxDiff });
  note("The diff", diff.failure);

  let upstream: GitUpstream | null = null;
  let upstreamTruncated = false;
  const tip = commit === null
    ? null
    : await git.line(["rev-parse", "--verify", "--quiet", "@{upstream}^{commit}"], { cwd });
  if (commit !== null && tip !== null) {
    const full = await git.line(["rev-parse", "--symbolic-full-name", "@{upstream}"], { cwd });
    const base = await git.line(["merge-base", commit, tip], { cwd });
    if (base === null) note("The diff against the upstream branch", "they share no history");
    const other = base === null || base === commit ? null : await gitDiff(git, base, {
      cwd,
      maxDiff,
    });
    note("The diff against the upstream branch", other?.failure);
    upstreamTruncated = other?.truncated ?? false;
    const name = full?.replace(/^refs\/(?:remotes|heads)\//u, "") ?? tip;
    upstream = { name, tip, commit: base, diff: other?.patch ?? null };
  }
  return { dirty, diff, upstream, upstreamTruncated };
}

function cutNote(what: string, limit: number): string {
  return `${what} is longer than ${limit} bytes: it ends with the last file that fits`;
}

/** Whether a folder is certainly in no repository; false also where that cannot be told. */
function looksOutside(directory: string): boolean {
  try {
    for (let folder = resolve(directory), parent;; folder = parent) {
      if (exists(`${folder}/.git`) || exists(`${folder}/HEAD`)) return false;
      parent = dirname(folder);
      if (parent === folder) return true;
    }
  } catch {
    return false;
  }
}

function exists(path: string): boolean {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") {
    throw new Deno.errors.NotCapable(path);
  }
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
