import type { ExecutionFeed } from "./execution_feed.ts";
import { findConnection } from "../kernel/connection.ts";
import type { KernelMessage } from "../kernel/message.ts";
import { type Proof, subscribe } from "../kernel/subscriber.ts";

/** How the user's thread listens; for tests, mostly. */
export interface EarlyMessagesOptions {
  /** Broadcasts an update of a display that is not there. */
  readonly probe: (displayId: string) => void;
  /** Is told what the worker tells later on. */
  readonly feed: ExecutionFeed;
  /** Bytes that are kept. @default {33554432} */
  readonly maxBytes?: number;
}

/** What cells print and show is left out when there is too much of it; what they are is not. */
const OUTPUTS = new Set(["stream", "display_data", "execute_result", "update_display_data"]);
const MAX_MESSAGES = 100_000;
/** Somebody waits for the proof. */
const PROBE_EVERY_MS = 5;

/**
 * What the kernel publishes, heard by the user's thread from the import of the library until the
 * background worker hears it. A worker takes half a second to start inside of a kernel: `init` need
 * not wait for it, and no cell is missed.
 */
export class EarlyMessages {
  /** Resolves when nothing is missed from now on; null when the kernel cannot be listened to. */
  readonly ready: Promise<Proof | null>;
  readonly #ending = new AbortController();
  #heard: (KernelMessage | { readonly proof: string })[] = [];
  #room: number;
  readonly #feed: ExecutionFeed;
  readonly #executions = new Map<string, number>();
  /** The proof that is waited for, and what is done then. */
  #awaited: { readonly displayId: string; readonly done: () => void } | undefined;

  constructor({ probe, feed, maxBytes = 33_554_432 }: EarlyMessagesOptions) {
    this.#room = maxBytes;
    this.#feed = feed;
    this.ready = this.#listen(probe);
  }

  /**
   * Ends the listening where somebody else's began.
   *
   * @param displayId The one that came back to the other listener.
   * @returns What was heard before it, in order.
   */
  async until(displayId: string): Promise<KernelMessage[]> {
    if (!this.#ending.signal.aborted && this.#indexOf(displayId) < 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#awaited = { displayId, done: resolve };
      this.#ending.signal.addEventListener("abort", () => resolve());
      await promise;
    }
    const end = this.#indexOf(displayId);
    const heard = end < 0 ? this.#heard : this.#heard.slice(0, end);
    this.close();
    return heard.filter((one): one is KernelMessage => !("proof" in one));
  }

  /** Ends the listening, and forgets what was heard. */
  close(): void {
    this.#ending.abort();
    this.#heard = [];
  }

  async #listen(probe: (displayId: string) => void): Promise<Proof | null> {
    const connection = await findConnection().catch(() => null);
    if (connection === null) return null;
    const subscription = subscribe(connection, {
      probeEvery: PROBE_EVERY_MS,
      probe,
      signal: this.#ending.signal,
      onWarning: () => {},
      onMessage: (message) => {
        this.#follow(message);
        const bytes = OUTPUTS.has(message.type) ? message.size : 0;
        this.#hear({ ...message, heard: Date.now() }, bytes);
      },
      onProof: (proof) => {
        this.#hear({ proof }, 0);
        if (proof === this.#awaited?.displayId) this.#awaited.done();
      },
    });
    return await Promise.race([subscription.ready, subscription.closed.then(() => null)]);
  }

  /** Which cells began and failed is needed at once, to tell whose rows are logged. */
  #follow({ type, parent, content }: KernelMessage): void {
    const feed = this.#feed;
    if (type === "execute_input") {
      const { execution_count: execution } = content;
      if (typeof execution !== "number" || !(execution > 0)) return;
      if (feed.joined === 0) {
        feed.joined = execution - 1;
        this.#end(execution - 1);
      }
      this.#executions.set(parent, execution);
      feed.started = execution;
    } else if (type === "status" && content["execution_state"] === "idle") {
      const execution = this.#executions.get(parent);
      if (execution !== undefined) this.#end(execution);
    }
  }

  #end(execution: number): void {
    if (this.#feed.observed && !this.#feed.hasCompleted(execution)) this.#feed.failed = execution;
  }

  #hear(one: KernelMessage | { readonly proof: string }, bytes: number): void {
    if (bytes > this.#room || this.#heard.length >= MAX_MESSAGES) return;
    this.#room -= bytes;
    this.#heard.push(one);
  }

  #indexOf(displayId: string): number {
    return this.#heard.findIndex((one) => "proof" in one && one.proof === displayId);
  }
}
