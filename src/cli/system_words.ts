import { CliError } from "./cli_error.ts";

/** What is wrong with a file or folder, by the name of the system's error. */
const WORDS: Readonly<Record<string, string>> = {
  NotFound: "it is not there",
  PermissionDenied: "there is no right to",
  NotADirectory: "it is not a folder",
  IsADirectory: "it is a folder",
  AlreadyExists: "something else is there",
  FilesystemLoop: "its links lead in a circle",
};

/** "Cannot open …: why". The engine's own `Cannot read properties of undefined` is no such thing. */
const OURS = /^Cannot (?!read propert|set propert|convert |access |destructure |mix )/;

/** What the system has to say, such as `Not a directory (os error 20): readdir 'a/b'`. */
const MESSAGE = /^([^(]+) \(os error \d+\)(?:.*? '(.*)')?/s;

/**
 * What an error says to people, without a stack; undefined when it says something to programmers
 * alone. What our own code throws begins with "Cannot".
 */
export function wordsOf(error: unknown): string | undefined {
  if (error instanceof CliError) return error.message;
  if (error instanceof Error && OURS.test(error.message)) return error.message;
  return systemWords(error);
}

/**
 * An error of the file system in words for people: it is about their files, and a stack tells them
 * nothing. Undefined for any other error, which is a mistake of ours.
 *
 * @example
 * ```ts
 * systemWords(new Deno.errors.NotFound("No such file (os error 2): open 'x'"));
 * // "Cannot use \"x\": it is not there"
 * ```
 */
export function systemWords(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, what, path] = MESSAGE.exec(error.message) ?? [];
  if (what === undefined) return undefined;
  const reason = WORDS[error.name] ?? what.trim().toLowerCase();
  return path === undefined
    ? `Cannot go on: ${reason}`
    : `Cannot use ${JSON.stringify(path)}: ${reason}`;
}
