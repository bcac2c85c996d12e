import type { Change, Store } from "../store/store.ts";

/**
 * Changes of a store that wait to be told to somebody. That a run changed twice is one change, so
 * that who reads slowly costs no memory.
 */
export class Mailbox {
  #changes: Change[] = [];
  #wake = () => {};
  readonly #unwatch: () => void;

  constructor(store: Store, concerns: (change: Change) => boolean) {
    this.#unwatch = store.watch((change) => {
      if (!concerns(change)) return;
      const { run, kind } = change;
      if (this.#changes.some((known) => known.run === run && known.kind === kind)) return;
      this.#changes.push(change);
      this.#wake();
    });
  }

  /** Waits until there are changes, or for as many milliseconds; an end of the box ends it too. */
  async wait(milliseconds: number): Promise<void> {
    if (this.#changes.length > 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      Deno.unrefTimer(timer);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Takes what waits out of the box. */
  take(): readonly Change[] {
    const taken = this.#changes;
    this.#changes = [];
    return taken;
  }

  /** Ends the watching. */
  close(): void {
    this.#unwatch();
    this.#wake();
  }
}
