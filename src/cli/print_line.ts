import { writeAllSync } from "../record/write_all.ts";

const encoder = new TextEncoder();

/**
 * Prints a text and a line break. Unlike `console.log` it says when nobody reads any more, so that a
 * long output ends with `| head`.
 *
 * @throws {Deno.errors.BrokenPipe} When nobody reads.
 */
export function printLine(text: string): void {
  writeAllSync(Deno.stdout, encoder.encode(`${text}\n`));
}
