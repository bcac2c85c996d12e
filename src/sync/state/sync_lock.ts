import { join, RUN_FILES } from "../../record/layout.ts";

/** Held while a run is delivered, by one process and one thread at a time. */
export class SyncLock {
  readonly #path: string;
  #file: Deno.FsFile | null = null;

  constructor(directory: string) {
    this.#path = join(directory, RUN_FILES.syncLock);
  }

  /** Whether it is held here. */
  get taken(): boolean {
    return this.#file !== null;
  }

  /**
   * Takes the lock, unless somebody else has it. The system frees it when its holder dies. On file
   * systems without locks everybody gets it.
   *
   * @throws What the file system throws, when the lock's file cannot be made.
   */
  tryTake(): boolean {
    if (this.#file !== null) return true;
    const file = Deno.openSync(this.#path, { write: true, create: true });
    let taken = true;
    try {
      taken = file.tryLockSync(true);
    } catch {
      // It has no locks.
    }
    if (taken) this.#file = file;
    else file.close();
    return taken;
  }

  /** Gives it back. */
  release(): void {
    this.#file?.close();
    this.#file = null;
  }
}
