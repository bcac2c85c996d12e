import { type MediaService, mediaService } from "../media/make/service.ts";
import type { MediaAnswer, MediaRequest } from "../record/media_job.ts";
import { spareMemory } from "../record/spare_memory.ts";
import type { RunCompanion } from "./companion.ts";
import { PendingValues } from "./pending_values.ts";

/** What {@linkcode RunMedia} works with. */
export interface RunMediaContext {
  /** Where the run is recorded; null when it is not. */
  readonly directory: string | null;
  /** What goes along with the run; null while there is none. */
  readonly companion: () => RunCompanion | null;
  /** A value could not be made. */
  readonly onError: (key: string, message: string) => void;
  /** A value was made, but something is odd about it. */
  readonly onWarning: (key: string, message: string) => void;
}

/** How long the end of a run waits for media that are being made. */
const SETTLE_MS = 60_000;
const EXIT_MS = 5_000;
const POLL_MS = 5;

/** The media of a run: they are made in the background, or on this thread where there is none. */
export class RunMedia {
  /** What is logged and not made yet. */
  readonly pending: PendingValues;
  readonly #context: RunMediaContext;
  #service: MediaService | null = null;

  constructor(context: RunMediaContext) {
    const { onError, onWarning } = context;
    this.#context = context;
    this.pending = new PendingValues({
      make: (request, transfer) => this.#make(request, transfer),
      onError,
      onWarning,
    });
  }

  /** Takes what was made. */
  answer(answer: MediaAnswer): void {
    spareMemory.give(answer.spare ?? []);
    this.pending.answer(answer);
  }

  /** Waits for what is being made, within bounds: a slow disk must not hold up the end. */
  async settled(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, SETTLE_MS);
    const poll = setInterval(() => this.#context.companion()?.poll(), POLL_MS);
    await Promise.race([this.pending.settled(), late.promise]);
    clearTimeout(timer);
    clearInterval(poll);
    await this.#service?.close();
  }

  /** The same for a process that ends at once, where nothing can be awaited. */
  settleNow(): void {
    const deadline = performance.now() + EXIT_MS;
    const never = new Int32Array(new SharedArrayBuffer(4));
    while (this.pending.size > 0 && this.#service === null && performance.now() < deadline) {
      this.#context.companion()?.poll();
      if (this.pending.size > 0) Atomics.wait(never, 0, 0, POLL_MS);
    }
  }

  #make(request: MediaRequest, transfer: readonly ArrayBuffer[]): void {
    const { directory, companion } = this.#context;
    if (directory === null) {
      // A run that is not recorded has no place for files.
      queueMicrotask(() => this.answer({ id: request.id, value: null }));
      return;
    }
    if (companion()?.make(request, transfer) === true) return;
    this.#service ??= mediaService(directory, (answer) => this.answer(answer));
    this.#service.make(request);
  }
}
