import { CliError } from "./cli_error.ts";

/** "Cannot open …: why". The engine's own `Cannot read properties of undefined` is no such thing. */
const OURS = /^Cannot (?!read propert|set propert|convert |access |destructure |mix )/;

/** What the system has to say, such as `Not a directory (os error 20): readdir 'a/b'`. */
const MESSAGE = /^([^(]+) \(os error \d+\)(?:.*? '(.*)')?/s;

/** The same of Node's file system: `ENOENT: no such file or directory, open 'a/b'`. */
const NODE_MESSAGE = /^E[A-Z]+: ([^,]+)(?:, \w+ '(.*)')?/s;

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
 * // 'Cannot use "x": no such file'
 * ```
 */
function systemWords(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const [, what, path] = MESSAGE.exec(error.message) ?? NODE_MESSAGE.exec(error.message) ?? [];
  if (what === undefined) return undefined;
  const reason = what.trim().toLowerCase();
  return path === undefined
    ? `Cannot go on: ${reason}`
    : `Cannot use ${JSON.stringify(path)}: ${reason}`;
}
