import type { Json } from "./lines.ts";

/** What every line has. */
interface Line {
  /**
   * Seconds since 1970 at which the run, or its resumption, began, or at which its record was begun
   * anew.
   */
  readonly time: number;
}

/** What ran, and where. */
export interface ProgramEnvironment {
  /** The version of Deno. */
  readonly deno: string;
  /** The version of V8. */
  readonly v8: string;
  /** The version of TypeScript. */
  readonly typescript: string;
  /** The operating system's name, release and processor, as `Linux-6.1.0-x86_64`. */
  readonly os: string;
  /** The machine's name; absent when it may not be read. */
  readonly host?: string;
  /** The user's name; absent when it may not be read. */
  readonly username?: string;
  /** The program that ran the script. */
  readonly executable?: string;
  /** The script: a path, or the address that it came from. Absent in a notebook. */
  readonly program?: string;
  /** The script, from the project's folder. */
  readonly codePath?: string;
  /** The arguments of the script, without secrets. */
  readonly args: readonly string[];
  /** The working directory as the run began. */
  readonly cwd: string;
}

/** What ran, and where: the first line of a session. */
export interface EnvironmentLine extends Line, ProgramEnvironment {
  readonly type: "environment";
}

/** A patch below `files/`. */
export interface PatchFile {
  /** Below `files/`. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** The state of the Git working tree that the code is in. */
export interface RecordedGit {
  /** The working tree's folder; null when Git could not be asked. */
  readonly root: string | null;
  /** The remote's URL, without credentials. */
  readonly remote: string | null;
  /** Null when no branch is checked out. */
  readonly branch: string | null;
  /** Null when there is none yet, and when Git could not be asked. */
  readonly commit: string | null;
  /** Whether tracked files differ from the commit; null when it is unknown. */
  readonly dirty: boolean | null;
  /** How many tracked files differ; null when it is unknown. */
  readonly changed: number | null;
  /** The patch from the commit to the working tree; null when it is unknown, empty or turned off. */
  readonly patch: PatchFile | null;
  /** Files that are neither tracked nor ignored: the first names, and how many there are. */
  readonly untracked: { readonly files: readonly string[]; readonly count: number } | null;
  /** What the branch is compared with; null when it has no upstream. */
  readonly upstream: {
    /** As in `origin/main`. */
    readonly name: string;
    /** The upstream's commit, as last fetched. */
    readonly tip: string;
    /** Where the branch left it; null when they share no history. */
    readonly commit: string | null;
    /** The patch from there to the working tree; null where it would repeat the first. */
    readonly patch: PatchFile | null;
  } | null;
  /** What is not there in full. */
  readonly truncated: {
    readonly diff: boolean;
    readonly upstreamDiff: boolean;
    readonly untracked: boolean;
  };
  /** What is missing, or not as one would expect, in words. */
  readonly notes: readonly string[];
}

/** The Git state, as soon as it is known. */
export interface GitLine extends Line, RecordedGit {
  readonly type: "git";
}

/** A package whose code was imported. */
export interface ImportedPackage {
  /** As its registry has it. */
  readonly name: string;
  /** The one that was resolved. */
  readonly version: string;
  /** Where it came from. */
  readonly registry: "npm" | "jsr";
}

/** What was imported. */
export interface PackagesLine extends Line {
  readonly type: "packages";
  /** How it was found out: by asking Deno, or from a lock file, which may list more. */
  readonly from: "deno info" | "deno.lock" | "package-lock.json";
  readonly packages: readonly ImportedPackage[];
  /** Modules that came from addresses of their own, without credentials. */
  readonly remote: readonly string[];
}

/** What was copied below `files/code/`. */
export interface CodeLine extends Line {
  readonly type: "code";
  /** The project's folder, from which the copies have their paths. */
  readonly root: string;
  /** The copies, below `files/code/`. */
  readonly files: readonly string[];
  /** What is missing, in words. */
  readonly notes: readonly string[];
}

/** The machine, in the words of `wandb-metadata.json`. */
export interface HardwareLine extends Line {
  readonly type: "hardware";
  readonly hardware: { readonly [key: string]: Json };
}

/**
 * A line of `provenance.jsonl`. A later line of a type takes the place of an earlier one: a run that
 * was resumed has the lines of each session.
 */
export type ProvenanceLine = EnvironmentLine | GitLine | PackagesLine | CodeLine | HardwareLine;
