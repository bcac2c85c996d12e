import { ensureDirSync } from "@std/fs";

/** A notebook larger than this is not copied. */
const MAX_COPIED = 64 * 1024 * 1024;

/** A copy of the notebook's file in the run directory. */
export class NotebookCopy {
  readonly #from: string;
  readonly #to: string;
  #copied = -1;

  constructor(from: string, to: string) {
    this.#from = from;
    this.#to = to;
  }

  /**
   * Copies the file when it has changed.
   *
   * @returns Whether it had.
   * @throws What the file system throws.
   */
  update(): boolean {
    const { mtime, size } = Deno.statSync(this.#from);
    const changed = mtime?.getTime() ?? 0;
    if (changed === this.#copied || !(size <= MAX_COPIED)) return false;
    ensureDirSync(this.#to.replace(/\/[^/]*$/, ""));
    // Copied aside and moved, so that who reads it finds a whole one.
    const aside = `${this.#to}.part`;
    Deno.copyFileSync(this.#from, aside);
    Deno.renameSync(aside, this.#to);
    this.#copied = changed;
    return true;
  }
}
