import { reasonOf } from "../names/reason.ts";
import { wordsOf } from "./words_of.ts";

/**
 * Reads something of each run. Runs that cannot be read are left out, and said: one that is broken
 * must not hide the others.
 */
export function readEach<T>(
  directories: readonly string[],
  read: (directory: string) => T | null,
): T[] {
  return directories.flatMap((directory) => {
    try {
      return read(directory) ?? [];
    } catch (error) {
      const words = wordsOf(error) ?? `its files are damaged: ${reasonOf(error)}`;
      console.error(`cellar: left out ${directory}: ${words}`);
      return [];
    }
  });
}
