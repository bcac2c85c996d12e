import { afterAll } from "vitest";

/** A directory that is removed when the tests of the file are done. */
export function tempDir(): string {
  const directory = Deno.makeTempDirSync({ prefix: "cellar-test-" });
  afterAll(() => Deno.remove(directory, { recursive: true }).catch(() => {}));
  return directory;
}
