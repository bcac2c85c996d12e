import { reasonOf } from "../../names/reason.ts";
import type { KernelConnection } from "./connection.ts";
import { contentSink, type KernelMessage, parseMessage } from "./message.ts";
import { readPublished } from "./zmtp.ts";

/** Display ids that begin so are asked for to prove that somebody listens. */
const PROBE_PREFIX = "cellar-probe-";

/** How a kernel is listened to. */
export interface SubscribeOptions {
  /** A message whose signature is right, in the order in which the kernel sent them. */
  readonly onMessage: (message: KernelMessage) => void;
  /** What goes wrong; the listening goes on. */
  readonly onWarning: (message: string) => void;
  /**
   * Asks the user's thread to broadcast an `update_display_data` with this display id, which no
   * output has: front ends ignore it, and its echo proves that the subscription has begun.
   */
  readonly probe: (displayId: string) => void;
  /** Told of the proof at its place among the messages; again after each gap. */
  readonly onReady?: (proof: Proof) => void;
  /** Told that the connection broke: messages after the ones so far may be missing. */
  readonly onGap?: () => void;
  /** Told of each proof in the order of the messages, also of those that others asked for. */
  readonly onProof?: (displayId: string) => void;
  /** Ends the listening. */
  readonly signal: AbortSignal;
  /** Bytes of a message's content that are kept. @default {8388608} */
  readonly maxContent?: number;
  /** Milliseconds between two probes. @default {40} */
  readonly probeEvery?: number;
}

/** The proof that a subscription has begun. */
export interface Proof {
  /** The id of the request whose cell was running when the proof came back. */
  readonly parent: string;
  /** The display id that came back: all later messages are received. */
  readonly displayId: string;
}

/** A subscription to what a kernel publishes. */
export interface Subscription {
  /** Resolves when the proof came back; never rejects, and stays pending while there is none. */
  readonly ready: Promise<Proof>;
  /** Resolves when the listening has ended. */
  readonly closed: Promise<void>;
  /** Messages that were not taken, by reason. */
  readonly ignored: Readonly<Record<"malformed" | "signature", number>>;
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Listens to what a kernel publishes, and connects again when the connection breaks.
 *
 * @example
 * ```ts ignore
 * const { ready } = subscribe(connection, { onMessage, onWarning, probe, signal });
 * await Promise.race([ready, delay(1_000)]);
 * ```
 */
export function subscribe(connection: KernelConnection, options: SubscribeOptions): Subscription {
  const { onMessage, onWarning, onProof, probe, signal, maxContent, probeEvery = 40 } = options;
  const ignored = { malformed: 0, signature: 0 };
  const ready = Promise.withResolvers<Proof>();
  let prober: ReturnType<typeof setInterval> | undefined;
  let expected = "";
  let proven = false;

  const stopProbing = () => {
    clearInterval(prober);
    expected = "";
  };
  const startProbing = () => {
    stopProbing();
    const mine = expected = PROBE_PREFIX + crypto.randomUUID();
    let sent = 0;
    // Each is another one: it matters which of them came back first.
    const send = () => probe(`${mine}-${sent++}`);
    send();
    prober = setInterval(send, probeEvery);
  };
  const hand = (message: KernelMessage) => {
    try {
      onMessage(message);
    } catch (error) {
      // What cannot be recorded is no reason to stop listening.
      onWarning(reasonOf(error));
    }
  };
  const take = (message: KernelMessage | "malformed" | "signature") => {
    if (typeof message === "string") {
      if (ignored[message]++ === 0) {
        onWarning(`Cannot take a message of the kernel: ${REASONS[message]}`);
      }
      return;
    }
    const displayId = probeId(message);
    if (displayId === undefined) return hand(message);
    onProof?.(displayId);
    if (expected === "" || !displayId.startsWith(expected)) return;
    stopProbing();
    proven = true;
    const proof = { parent: message.parent, displayId };
    options.onReady?.(proof);
    ready.resolve(proof);
  };

  const listen = async () => {
    let pause = FIRST_PAUSE_MS;
    for (let lost = false; !signal.aborted;) {
      try {
        await readPublished(connection, {
          signal,
          ...(maxContent === undefined ? {} : { maxFrame: maxContent }),
          oversize: (before) => contentSink(before, connection.key),
          onSubscribed: () => {
            pause = FIRST_PAUSE_MS;
            lost = false;
            startProbing();
          },
          onMessage: (frames) => take(parseMessage(frames, connection.key)),
        });
      } catch (error) {
        if (!signal.aborted && !lost) onWarning(reasonOf(error));
        lost = true;
      }
      stopProbing();
      if (signal.aborted) break;
      if (proven) {
        onWarning(
          "The connection to the kernel broke: what its cells did meanwhile is not recorded",
        );
        proven = false;
        options.onGap?.();
      }
      await delay(pause, signal);
      pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
    }
  };
  const closed = listen().finally(stopProbing);
  return { ready: ready.promise, closed, ignored };
}

const REASONS = { malformed: "it is malformed", signature: "its signature is wrong" };

function probeId({ type, content }: KernelMessage): string | undefined {
  if (type !== "update_display_data") return undefined;
  const id = (content["transient"] as { display_id?: unknown } | null | undefined)?.display_id;
  return typeof id === "string" && id.startsWith(PROBE_PREFIX) ? id : undefined;
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(done, ms);
  function done() {
    clearTimeout(timer);
    signal.removeEventListener("abort", done);
    resolve();
  }
  signal.addEventListener("abort", done);
  return promise;
}
