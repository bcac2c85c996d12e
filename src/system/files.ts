/** Reads a small text file; `undefined` when it is not there or may not be read. */
export type ReadText = (path: string) => string | undefined;

/** Reads files of `/proc` and `/sys`, synchronously: they are memory, not disk. */
export const readText: ReadText = (path) => {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
};
