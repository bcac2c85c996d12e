import type { SaveRequest } from "../files/save_request.ts";
import { workerHost } from "../worker/host.ts";

/** How long the end of a run waits for files to be copied. */
const SAVE_MS = 60_000;

/** The files that a run saves, as its own side sees them. */
export class SavedFiles {
  readonly #directory: string;
  readonly #requests: SaveRequest[] = [];
  readonly #copied = Promise.withResolvers<void>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Has files copied in the background. */
  save(request: SaveRequest): void {
    this.#requests.push(request);
    this.#ask(request);
  }

  /** A worker that knew of them has ended; the next one is told again, when it is there. */
  remind(): void {
    queueMicrotask(() => {
      for (const request of this.#requests) this.#ask(request);
    });
  }

  /** The background says that all copies are made. */
  copied(): void {
    this.#copied.resolve();
  }

  /** Has the last copies made; resolves when they are, within bounds. */
  async finish(): Promise<void> {
    if (this.#requests.length === 0) return;
    if (!this.#ask("flush")) return;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, SAVE_MS);
    await Promise.race([this.#copied.promise, late.promise]);
    clearTimeout(timer);
  }

  #ask(request: SaveRequest | "flush"): boolean {
    return workerHost.ask(this.#directory, { service: "save", request });
  }
}
