import type { RecordedGit } from "../record/provenance_lines.ts";
import type { RecordedEnvironment } from "./recorded_provenance.ts";

/** What `wandb-metadata.json` is made from. */
export interface MetadataSource {
  readonly environment: RecordedEnvironment;
  readonly git: RecordedGit | null;
  /** Seconds since 1970. */
  readonly startedAt: number;
  /** The folder that holds the folder of runs. */
  readonly root: string;
  /** The script's path from the working directory. */
  readonly codePathLocal: string | undefined;
  /** 32 letters and digits that no other session of a run has. */
  readonly writerId: string;
}

/**
 * The object that W&B's clients upload as `wandb-metadata.json`, with the versions of Deno, V8 and
 * TypeScript in the place of Python's. What is unknown is absent.
 */
export function wandbMetadata(source: MetadataSource): Record<string, unknown> {
  const { environment, git, startedAt, root, codePathLocal, writerId } = source;
  const { deno, v8, typescript, os, host, username, executable, program, codePath, args } =
    environment;
  const metadata = {
    os,
    deno,
    v8,
    typescript,
    startedAt: new Date(startedAt * 1000).toISOString(),
    args: args.length === 0 ? undefined : args,
    program,
    codePath,
    codePathLocal,
    git: gitOf(git),
    root,
    host,
    username,
    executable,
    ...environment.hardware,
    writerId,
  };
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
}

function gitOf(git: RecordedGit | null): { remote?: string; commit?: string } | undefined {
  const { remote, commit } = git ?? {};
  if (commit === null || commit === undefined) return undefined;
  return { ...(remote === null || remote === undefined ? {} : { remote }), commit };
}
