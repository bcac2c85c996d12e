import { afterAll } from "vitest";

/** A directory that is removed when the tests of the file are done. */
export function tempDir(): string {
  const directory = Deno.makeTempDirSync({ prefix: "cellar-test-" });
  afterAll(() => Deno.remove(directory, { recursive: true }).catch(() => {}));
  return directory;
}

/** Removes a directory that others write to, as `rm -rf` that is called until it works. */
export function removeInUse(directory: string): void {
  for (let attempt = 1;; attempt++) {
    try {
      return Deno.removeSync(directory, { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (attempt === 20) throw error;
    }
  }
}
