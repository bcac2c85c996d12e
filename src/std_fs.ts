/**
 * The few functions of `@std/fs` that Cellar uses, over Deno's built-ins, with the same names and
 * signatures. `deno.json` maps `@std/fs` to this file; mapping it to `jsr:@std/fs@^1` instead
 * changes nothing else.
 *
 * @module
 */

/** Makes sure that the directory exists, with every parent that is missing. */
export function ensureDirSync(dir: string | URL): void {
  // Unlike a check followed by a mkdir, this needs no read permission.
  Deno.mkdirSync(dir, { recursive: true });
}

/** Makes sure that the directory exists, with every parent that is missing. */
export async function ensureDir(dir: string | URL): Promise<void> {
  await Deno.mkdir(dir, { recursive: true });
}

/** Whether a file or directory exists. */
export function existsSync(path: string | URL): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}

/** Whether a file or directory exists. */
export async function exists(path: string | URL): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
