import { existsSync } from "@std/fs";
import type { Command } from "commander";
import { CliError } from "./cli_error.ts";

/**
 * The folder that is meant.
 *
 * @throws {CliError} When there is none of that name.
 */
export function dirOf(cellar: Command): string {
  const { dir } = cellar.opts<{ dir: string }>();
  if (!existsSync(dir)) throw new CliError(`Cannot find the folder ${JSON.stringify(dir)}`);
  return dir;
}
