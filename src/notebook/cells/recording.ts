import { findConnection, type KernelConnection } from "../kernel/connection.ts";
import type { KernelMessage } from "../kernel/message.ts";
import { subscribe } from "../kernel/subscriber.ts";
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
}

/** A cell that the record holds already. */
export interface RejoinedCell {
  /** Its number in the record. */
  readonly execution: number;
  /** How many displays and results the record has of it. */
  readonly outputs: number;
}

/** The recording of a kernel's cells, in the background worker. */
export interface Recording {
  /** Resolves when it is proven that nothing is missed from now on; stays pending otherwise. */
  readonly ready: Promise<void>;
  /** Tells what was executed before; see {@linkcode CellRecorder.join}. */
  join(cells: readonly BackfilledCell[]): void;
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

/** Messages that wait until it is known what was executed before. */
const MAX_WAITING = 2_000;
const LONGEST_WAIT_MS = 5_000;

/**
 * Begins to record the cells of the kernel that this process is.
 *
 * @returns Null when it is none.
 * @throws {Error} When the kernel's connection file cannot be read.
 */
export async function recordCells(options: RecordingOptions): Promise<Recording | null> {
  const { probe, onWarning, flushEvery = 500 } = options;
  const connection = options.connection ?? await findConnection();
  if (connection === null) return null;
  const ending = new AbortController();
  const recorder = new CellRecorder(options);
  let waiting: KernelMessage[] | undefined = [];
  let parent: string | undefined;
  /** How the recorder begins, when that is known. */
  let beginning: ((parent: string) => void) | undefined;

  const begin = () => {
    if (waiting === undefined) return;
    if (beginning === undefined) recorder.join([], { parent: parent ?? "" });
    else beginning(parent ?? "");
    const messages = waiting;
    waiting = undefined;
    for (const message of messages) recorder.take(message);
  };
  const subscription = subscribe(connection, {
    onWarning,
    probe,
    signal: ending.signal,
    onMessage: (message) => {
      if (waiting === undefined) return recorder.take(message);
      waiting.push(message);
      if (parent !== undefined && waiting.length > MAX_WAITING) begin();
    },
  });
  const patience = setTimeout(() => parent !== undefined && begin(), LONGEST_WAIT_MS);
  const ready = subscription.ready.then((running) => {
    parent = running;
    if (beginning !== undefined) begin();
  });
  const flushing = setInterval(() => {
    try {
      recorder.flush();
    } catch (error) {
      onWarning(error instanceof Error ? error.message : String(error));
    }
  }, flushEvery);
  return {
    ready,
    join(cells) {
      beginning ??= (parent) => recorder.join(cells, { parent });
      if (parent !== undefined) begin();
    },
    rejoin(cell) {
      beginning ??= (parent) => cell !== null && recorder.rejoin(parent, cell);
      if (parent !== undefined) begin();
    },
    flush: () => recorder.flush(),
    async close() {
      clearInterval(flushing);
      clearTimeout(patience);
      ending.abort();
      await subscription.closed;
      if (parent !== undefined || beginning !== undefined) begin();
      recorder.close();
    },
  };
}
