import type { RunWatches } from "../watch/run_watches.ts";
import type { RunAttachments } from "./attachments.ts";
import { deliveryOf, type FinishReport } from "./finish_report.ts";
import type { RunRecording } from "./run_recording.ts";

/** What {@linkcode RunEnding} brings to an end. */
export interface EndingContext {
  readonly recording: RunRecording;
  readonly watches: RunWatches;
  readonly attached: RunAttachments;
  /** Where the run is recorded; null when it is not. */
  readonly directory: string | null;
  /** Called when the last line is written. */
  readonly onClosed: () => void;
}

/** How a run ends: once, by whoever asks first. */
export class RunEnding {
  readonly #context: EndingContext;
  #report: Promise<FinishReport> | null = null;

  constructor(context: EndingContext) {
    this.#context = context;
  }

  /** Lets media be made and rows be delivered, within bounds; later calls give the first report. */
  finish(exitCode: number): Promise<FinishReport> {
    this.#report ??= this.#finish(exitCode);
    return this.#report;
  }

  /** The same for a process that ends at once, where nothing can be awaited or delivered. */
  finishNow(exitCode: number): void {
    const { recording } = this.#context;
    if (!recording.closed) recording.media.settleNow();
    this.#close(exitCode);
  }

  async #finish(exitCode: number): Promise<FinishReport> {
    const { recording, watches, attached, directory } = this.#context;
    watches.unwatch();
    if (recording.media.pending.size > 0) {
      recording.end();
      await recording.media.settled();
    }
    this.#close(exitCode);
    const sync = await attached.companion?.finished() ?? null;
    return { ...recording.counts, directory, sync: sync === null ? null : deliveryOf(sync) };
  }

  #close(exitCode: number): void {
    const { recording, watches, attached, onClosed } = this.#context;
    if (recording.closed) return;
    recording.end();
    watches.unwatch();
    recording.close(exitCode);
    attached.console?.end();
    onClosed();
  }
}
