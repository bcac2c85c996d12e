import type { GitCommands } from "./git_commands.ts";
import type { GitUntracked } from "./git_state.ts";

/** The longest path that is kept, in bytes. */
const MAX_PATH_BYTES = 4096;

/** Options of {@linkcode gitUntracked}. */
export interface GitUntrackedOptions {
  /** The working tree's folder. */
  readonly cwd: string;
  /** How many files to list; all are counted. */
  readonly maxUntracked: number;
}

/** Lists and counts the files that are neither tracked nor ignored; `null` where Git cannot. */
export async function gitUntracked(
  git: GitCommands,
  { cwd, maxUntracked }: GitUntrackedOptions,
): Promise<GitUntracked | null> {
  const files: string[] = [];
  let count = 0;
  let begun: Uint8Array = new Uint8Array();
  const onOutput = (chunk: Uint8Array): void => {
    let start = 0;
    for (let end; (end = chunk.indexOf(0, start)) >= 0; start = end + 1) {
      count++;
      if (files.length < maxUntracked) {
        files.push(new TextDecoder().decode(concat(begun, chunk.subarray(start, end))));
      }
      begun = new Uint8Array();
    }
    begun = concat(begun, chunk.subarray(start)).subarray(0, MAX_PATH_BYTES);
  };
  const { code } = await git.run(
    ["ls-files", "--others", "--exclude-standard", "-z"],
    { cwd, onOutput },
  );
  return code === 0 ? { files, count } : null;
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.byteLength === 0) return b;
  const both = new Uint8Array(a.byteLength + b.byteLength);
  both.set(a);
  both.set(b, a.byteLength);
  return both;
}
