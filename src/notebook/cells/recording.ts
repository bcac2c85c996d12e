import { reasonOf } from "../../names/reason.ts";
import { findConnection, type KernelConnection } from "../kernel/connection.ts";
import type { KernelMessage } from "../kernel/message.ts";
import { type Proof, subscribe } from "../kernel/subscriber.ts";
import type { BackfilledCell } from "./backfill.ts";
import { CellRecorder, type CellRecorderOptions } from "./cell_recorder.ts";

/** How the cells of this process are recorded. */
export interface RecordingOptions extends CellRecorderOptions {
  /** Has the user's thread broadcast an update of a display that is not there. */
  readonly probe: (displayId: string) => void;
  /** What goes wrong; the recording goes on. */
  readonly onWarning: (message: string) => void;
  /** The kernel to listen to. @default {that of this process} */
  readonly connection?: KernelConnection;
  /** Milliseconds between two writes of what is held back. @default {500} */
  readonly flushEvery?: number;
  /**
   * Milliseconds after the end of a cell at which nobody waits any more for what somebody else has
   * heard before. Until one has ended, the user's thread may be too busy to tell.
   *
   * @default {5000}
   */
  readonly patience?: number;
}

/** A cell that the record holds already. */
export interface RejoinedCell {
  /** Its number in the record. */
  readonly execution: number;
  /** How many displays and results the record has of it. */
  readonly outputs: number;
}

/** Somebody who listened to the kernel before. */
export interface EarlyListener {
  /** The id of the request that ran when the listening began. */
  readonly parent: string;
  /** When that was, in milliseconds since 1970. */
  readonly time: number;
}

/** The recording of a kernel's cells, in the background worker. */
export interface Recording {
  /** Resolves when it is proven that nothing is missed from now on; stays pending otherwise. */
  readonly ready: Promise<Proof>;
  /** Resolves when nothing is held back any more for the sake of what came before. */
  readonly begun: Promise<void>;
  /**
   * Tells what was executed before; see {@linkcode CellRecorder.join}.
   *
   * @param early Who listened before; what that one has heard is awaited, see
   * {@linkcode Recording.takeEarly}.
   */
  join(cells: readonly BackfilledCell[], early?: EarlyListener): void;
  /** What was heard by somebody else until this recording's own proof. */
  takeEarly(messages: readonly KernelMessage[]): void;
  /**
   * Goes on with a record instead; see {@linkcode CellRecorder.rejoin}.
   *
   * @param cell The cell that runs; null when it is not known.
   */
  rejoin(cell: RejoinedCell | null): void;
  /** Writes what is held back. */
  flush(): void;
  /** Stops, and writes what was held back. */
  close(): Promise<void>;
}

/** Messages that wait until it is known what came before; with more of them it is given up. */
const MAX_WAITING = 20_000;
const MAX_WAITING_BYTES = 33_554_432;

/**
 * Begins to record the cells of the kernel that this process is.
 *
 * @returns Null when it is none.
 * @throws {Error} When the kernel's connection file cannot be read.
 */
export async function recordCells(options: RecordingOptions): Promise<Recording | null> {
  const { probe, onWarning, flushEvery = 500, patience = 5_000 } = options;
  const connection = options.connection ?? await findConnection();
  if (connection === null) return null;
  const ending = new AbortController();
  const recorder = new CellRecorder(options);
  /** What was heard, and where messages may be missing between. */
  let waiting: (KernelMessage | "gap")[] | undefined = [];
  let waitingBytes = 0;
  let givingUp: ReturnType<typeof setTimeout> | undefined;
  let proof: Proof | undefined;
  /** How many of those that wait came before the proof: others may have heard more of them. */
  let unproven = 0;
  /** Whether the recorder knows what was executed before. */
  let joined = false;
  let awaitsEarly = false;
  let early: readonly KernelMessage[] | undefined;
  const begun = Promise.withResolvers<void>();
  /** What is done with the proof, when that is known. */
  let onProven: ((parent: string) => void) | undefined;

  const take = (message: KernelMessage | "gap") =>
    message === "gap" ? recorder.gap() : recorder.take(message);
  const hear = (message: KernelMessage | "gap") => {
    if (waiting === undefined) return take(message);
    waiting.push(message);
    if (message === "gap" || proof === undefined) return;
    waitingBytes += message.size;
    if (waiting.length > MAX_WAITING || waitingBytes > MAX_WAITING_BYTES) release();
    else if (isTurn(message)) givingUp ??= setTimeout(release, patience);
  };
  const release = () => {
    if (waiting === undefined) return;
    clearTimeout(givingUp);
    if (!joined) recorder.join([], { parent: proof?.parent ?? "" });
    joined = true;
    const messages = [...early ?? [], ...waiting];
    waiting = early = undefined;
    for (const message of messages) take(message);
    begun.resolve();
  };
  const begin = () => {
    if (proof === undefined || (!joined && onProven === undefined)) return;
    if (!joined) onProven?.(proof.parent);
    joined = true;
    if (awaitsEarly) waiting?.splice(0, unproven);
    unproven = 0;
    if (!awaitsEarly || early !== undefined) release();
  };
  const subscription = subscribe(connection, {
    onWarning,
    probe,
    signal: ending.signal,
    onReady: ({ parent }) => {
      if (waiting === undefined) recorder.resume(parent);
      else unproven = waiting.length;
    },
    onMessage: hear,
    onGap: () => hear("gap"),
  });
  const ready = subscription.ready.then((first) => {
    proof = first;
    begin();
    return first;
  });
  const flushing = setInterval(() => {
    try {
      recorder.flush();
    } catch (error) {
      onWarning(reasonOf(error));
    }
  }, flushEvery);
  return {
    ready,
    begun: begun.promise,
    join(cells, early) {
      if (joined || onProven !== undefined) return;
      if (early === undefined) onProven = (parent) => recorder.join(cells, { parent });
      else {
        awaitsEarly = true;
        joined = true;
        recorder.join(cells, early);
      }
      begin();
    },
    takeEarly(messages) {
      early = messages;
      begin();
    },
    rejoin(cell) {
      onProven ??= (parent) => cell !== null && recorder.rejoin(parent, cell);
      begin();
    },
    flush: () => recorder.flush(),
    async close() {
      clearInterval(flushing);
      clearTimeout(givingUp);
      ending.abort();
      await subscription.closed;
      if (proof !== undefined || onProven !== undefined || joined) release();
      recorder.close();
    },
  };
}

/** Whether the kernel has ended a cell, or begins one, so that its event loop has turned. */
function isTurn({ type, content }: KernelMessage): boolean {
  return type === "execute_input" || content["execution_state"] === "idle";
}
