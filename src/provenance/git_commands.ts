import { filterNames, type GitConfig, parseGitConfig } from "./git_config.ts";
import { gitEnvironment } from "./git_environment.ts";
import { redactText } from "./redact.ts";
import { type ProgramResult, runProgram } from "./run_program.ts";

/** Asks Git questions that only read, and that no repository can turn into anything else. */
export interface GitCommands {
  /** The configuration of filters, branches and remotes. */
  readonly config: GitConfig;
  /** Content filters that exist and are not run. */
  readonly filters: readonly string[];
  /** Runs a command; never throws. */
  run(args: readonly string[], options?: GitRunOptions): Promise<ProgramResult>;
  /** The answer of a command, less its line end; `null` when it has none. */
  line(args: readonly string[], options?: GitRunOptions): Promise<string | null>;
}

/** Options of one command. */
export interface GitRunOptions {
  /** The folder to run in. */
  readonly cwd?: string;
  /** Bytes of output after which the command is ended. */
  readonly maxOutput?: number;
  /** Takes the output instead of the result. */
  readonly onOutput?: (chunk: Uint8Array) => void;
}

/** Options of {@linkcode openGit}. */
export interface OpenGitOptions {
  /** The program's path. */
  readonly file: string;
  /** Ends what is running. */
  readonly signal: AbortSignal;
}

/** Content filters that can be turned off, and characters of a name; with more, Git is not asked. */
const MAX_FILTERS = 100;
const MAX_FILTER_LENGTH = 100;

/**
 * Gets Git ready in a folder: checks that it knows the settings that keep it harmless, then reads
 * which content filters exist, to turn each of them off.
 *
 * @returns What to ask with, or why Git cannot be asked, in words.
 */
export async function openGit(
  cwd: string,
  { file, signal }: OpenGitOptions,
): Promise<GitCommands | string> {
  const start = (env: Record<string, string>): GitCommands["run"] => (args, options = {}) =>
    runProgram(file, { args: ["--no-pager", ...args], cwd, env, signal, ...options });

  const plain = start(gitEnvironment());
  const version = await plain(["version"]);
  if (version.code !== 0) return failureOf(version);
  const [, major = "", minor = ""] = /(\d+)\.(\d+)/u.exec(text(version)) ?? [];
  // GIT_CONFIG_COUNT, which all the rest relies on, came with 2.31.
  if (!(Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 31))) {
    return `it is too old (${clean(text(version))}): 2.31 or newer is needed`;
  }

  const answer = await plain(
    ["config", "--null", "--get-regexp", "^(filter|branch|remote)\\."],
    { maxOutput: 2 ** 23 },
  );
  // 1 means that there is no such key.
  if (answer.code !== 0 && answer.code !== 1) return failureOf(answer);
  const config = parseGitConfig(text(answer));
  const filters = filterNames(config);
  if (filters.length > MAX_FILTERS || filters.some((name) => name.length > MAX_FILTER_LENGTH)) {
    return `its configuration defines ${filters.length} content filters, too many to turn off`;
  }

  const run = start(gitEnvironment(filters));
  return {
    config,
    filters,
    run,
    async line(args, options) {
      const result = await run(args, options);
      return result.code === 0 ? text(result).replace(/\r?\n$/u, "") : null;
    },
  };
}

/** Says why a command failed. */
export function failureOf({ stderr, code, truncated, aborted }: ProgramResult): string {
  if (aborted) return "it took too long";
  if (truncated) return "it answered more than can be kept";
  const message = clean(stderr);
  return message === "" ? `it ended with code ${code}` : message;
}

/** A command's output as text. */
export function text({ stdout }: ProgramResult): string {
  return new TextDecoder().decode(stdout);
}

/** The first line of what Git says, harmless and short enough to be shown. */
function clean(message: string): string {
  const line = message.split("\n", 1)[0] ?? "";
  // deno-lint-ignore no-control-regex
  return redactText(line.replace(/[\u0000-\u001f\u007f-\u009f]+/gu, " ").trim()).slice(0, 300);
}
