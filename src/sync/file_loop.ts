import type { FileSender } from "./file_sender.ts";
import type { Session } from "./session.ts";
import type { Sleeper } from "./sleeper.ts";
import { toFault, Trouble, type TroubleOptions } from "./trouble.ts";

/** What a {@linkcode FileLoop} asks of the delivery that it belongs to. */
export interface FileLoopContext extends TroubleOptions {
  readonly files: FileSender;
  readonly sleeper: Sleeper;
  readonly signal: AbortSignal;
  /** The run on the server; null while the server is away. */
  session(): Session | null;
  /** Whether no more files will come than are listed now. */
  closing(): boolean;
  /** Writes the files that belong to the end of the run, and gives their names; null before it. */
  atEnd(session: Session): Promise<readonly string[] | null>;
}

const LIVE_MS = 1_000;
const INTERVAL_MS = 5_000;
/** How soon it is looked again whether the server is back, while the end of the run waits. */
const CLOSING_MS = 100;

/** Uploads files beside the rows, so that a large one does not hold them up. */
export class FileLoop {
  /** Whether every file was uploaded, or given up. */
  settled = false;
  /** Whether the end of the run is not to wait for files any more. */
  done = false;
  readonly #context: FileLoopContext;
  readonly #trouble: Trouble;
  #atEnd: readonly string[] | null = null;

  constructor(context: FileLoopContext) {
    this.#context = context;
    this.#trouble = new Trouble(context);
  }

  /** Goes on until the run has ended and everything is there, or it is given up. */
  async run(): Promise<void> {
    const { sleeper, signal, session, closing } = this.#context;
    while (!signal.aborted && !this.settled) {
      const ending = closing();
      const wait = await this.#once(ending);
      if (wait === null) this.done = true;
      if (this.settled || wait === null) break;
      if (this.#trouble.fault?.retryAfterMs !== undefined) await sleeper.rest(wait, signal);
      else await sleeper.sleep(ending && session() === null ? CLOSING_MS : wait);
    }
    sleeper.wake();
  }

  /** Waits until it is done, for a bounded time. */
  async wait(ms: number): Promise<void> {
    const { sleeper, signal } = this.#context;
    const until = performance.now() + ms;
    for (let left = ms; !this.done && left > 0; left = until - performance.now()) {
      if (signal.aborted) return;
      await sleeper.sleep(left);
    }
  }

  /** @returns How long to wait; null to give up. */
  async #once(closing: boolean): Promise<number | null> {
    const { files, signal, atEnd } = this.#context;
    const session = this.#context.session();
    try {
      files.read();
      if (session === null) return INTERVAL_MS;
      if (closing) this.#atEnd ??= await atEnd(session);
      await files.send(session, this.#atEnd, signal);
      this.#trouble.succeeded();
      if (closing) this.done = this.settled = true;
      return session.features.live ? LIVE_MS : INTERVAL_MS;
    } catch (error) {
      return signal.aborted ? null : this.#trouble.failed(toFault(error), closing);
    }
  }
}
