import { type Attribution, installAttribution } from "../notebook/cells/attribution.ts";
import { backfillCells, type BackfilledCell } from "../notebook/cells/backfill.ts";
import { EarlyMessages } from "../notebook/cells/early_messages.ts";
import { ExecutionFeed } from "../notebook/cells/execution_feed.ts";
import type { Notebook } from "../notebook/jupyter.ts";
import type { KernelMessage } from "../notebook/kernel/message.ts";
import type { Proof } from "../notebook/kernel/subscriber.ts";
import type { CellReport, CellServiceOptions } from "../worker/messages.ts";

/** How long the import of the library, and `init`, wait for the proof that nothing is missed. */
const PATIENCE_MS = 1_000;
/** How long `init` waits for the background worker to listen itself. */
const HANDOVER_MS = 150;
const LOOK_EVERY_MS = 4;
/** Messages that the kernel has sent are heard within this time. */
const HEARD_MS = 10;

/** The user's thread's part of recording the cells of its kernel: one for all runs. */
export class KernelTracking {
  readonly #notebook: Notebook;
  readonly #feed = new ExecutionFeed();
  readonly #session: string = crypto.randomUUID();
  readonly #attribution: Attribution;
  readonly #before: Promise<BackfilledCell[]>;
  readonly #early: EarlyMessages;
  readonly #time = Date.now();
  #runs = 0;
  #entered = false;
  #handedOver = false;

  /** Listens from now on. */
  constructor(notebook: Notebook) {
    this.#notebook = notebook;
    this.#attribution = installAttribution({ feed: this.#feed });
    this.#before = backfillCells();
    this.#early = new EarlyMessages({
      probe: (displayId) => notebook.probe(displayId),
      feed: this.#feed,
    });
  }

  /** Resolves when it is proven that nothing is missed from now on, or after a second. */
  async ready(): Promise<void> {
    await this.#before;
    await within(this.#early.ready, PATIENCE_MS);
  }

  /** Marks the cell that calls `init`, before its first await; see {@linkcode Attribution.enter}. */
  enter(): void {
    this.#entered = this.#attribution.enter();
  }

  /** The cell that is logging; see {@linkcode Attribution}. */
  readonly cell = (): number | undefined => this.#attribution.current();

  /**
   * What the background worker is to do for one more run of the kernel. Resolves when it is proven
   * that nothing is missed from now on, or after a second.
   *
   * @param options Whether what cells print is recorded by its lines, too.
   */
  async track(options: { readonly console: boolean }): Promise<CellServiceOptions> {
    const run = this.#runs++;
    const before = await this.#before;
    const proof = await within(this.#early.ready, PATIENCE_MS);
    // Then it is known which cells began, and which failed.
    await new Promise((resolve) => setTimeout(resolve, HEARD_MS));
    if (this.#entered) this.#attribution.settle();
    this.#entered = false;
    return {
      session: this.#session,
      cwd: Deno.cwd(),
      run,
      shared: this.#feed.shared,
      before,
      early: proof === null ? null : { parent: proof.parent, time: this.#time },
      ...options,
    };
  }

  /**
   * Takes what the worker reports.
   *
   * @param pass Passes on to it what was heard before it was there.
   */
  take(report: CellReport, pass: (messages: readonly KernelMessage[]) => void): void {
    if (report.kind === "probe") this.#notebook.probe(report.displayId);
    else {
      void this.#early.until(report.displayId).then((messages) => {
        pass(messages);
        this.#handedOver = true;
      });
    }
  }

  /**
   * Waits a little until the worker listens itself, if it is about to: it goes on in a loop that
   * never awaits, as this thread does not.
   *
   * @param poll Handles what the worker has sent.
   */
  async handOver(poll: () => void): Promise<void> {
    const end = performance.now() + HANDOVER_MS;
    while (!this.#handedOver && performance.now() < end) {
      poll();
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }
}

function within(proof: Promise<Proof | null>, ms: number): Promise<Proof | null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), ms);
  return Promise.race([proof, promise]).finally(() => clearTimeout(timer));
}

let tracking: KernelTracking | undefined;

/** Listens to the kernel from now on; one for the process. */
export function trackKernel(notebook: Notebook): KernelTracking {
  return tracking ??= new KernelTracking(notebook);
}
