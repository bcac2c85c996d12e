import type { SyncStatus } from "./delivery.ts";
import type { SyncFault } from "./wire/fault.ts";

/** What a delivery tells. */
export interface SyncEvents {
  /** How the delivery stands; called when that has changed. */
  status(status: SyncStatus): void;
  /** Something is wrong that people should know; called once for each kind of fault. */
  warn(message: string): void;
  /** Somebody has asked the server to stop the run; called once. */
  stop(): void;
}

/** Tells each thing once. */
export class Notices {
  readonly #told = new Set<string>();
  readonly #baseUrl: string;
  readonly #events: SyncEvents;
  #status = "";
  #stopped = false;

  constructor(baseUrl: string, events: SyncEvents) {
    this.#baseUrl = baseUrl;
    this.#events = events;
  }

  /** Something is wrong that people should know. */
  once(kind: string, message: string): void {
    if (this.#told.has(kind)) return;
    this.#told.add(kind);
    this.#events.warn(message);
  }

  /** The server does not take the run. */
  fault({ kind, message }: SyncFault): void {
    const advice = kind === "refused" ? ` Give another key: cellar login ${this.#baseUrl}.` : "";
    const outlook = kind === "deleted"
      ? "The run goes on, and its rows stay here: `cellar sync` would make it there anew"
      : "The run goes on, and its rows are sent once that works";
    this.once(kind, `Cannot sync to ${this.#baseUrl}: ${message}.${advice} ${outlook}`);
  }

  /** How the delivery stands now. */
  status(status: SyncStatus): void {
    const text = JSON.stringify(status);
    if (text === this.#status) return;
    this.#status = text;
    this.#events.status(status);
  }

  /** Somebody has asked the server to stop the run. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#events.stop();
  }
}
