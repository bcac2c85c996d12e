/**
 * The `cellar` command.
 *
 * ```sh
 * deno run -A jsr:@cellar/cellar/cli show            # the newest run, in words
 * deno run -A jsr:@cellar/cellar/cli show --html run.html
 * deno run -A jsr:@cellar/cellar/cli runs --json
 * ```
 *
 * @module
 */

import { CommanderError } from "commander";
import { CliError } from "./cli/cli_error.ts";
import { printLine } from "./cli/print_line.ts";
import { program } from "./cli/program.ts";
import { wordsOf } from "./cli/words_of.ts";

/**
 * Runs the command.
 *
 * @param args What follows the command's name.
 * @param print Takes what it prints.
 * @returns The exit code.
 *
 * @example
 * ```ts
 * import { main } from "@cellar/cellar/cli";
 *
 * const code = await main(["runs", "--json"]);
 * ```
 */
export async function main(
  args: readonly string[],
  print: (text: string) => void = console.log,
): Promise<number> {
  try {
    await program(print).parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    // It has said what was wrong, or shown the help.
    if (error instanceof CommanderError) return error.exitCode;
    // Whoever has read enough, such as `head`, ends programs with this.
    if (error instanceof Deno.errors.BrokenPipe) return 141;
    const words = wordsOf(error);
    if (words === undefined) throw error;
    console.error(`cellar: ${words}`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}

if (import.meta.main) Deno.exitCode = await main(Deno.args, printLine);
