import type { SyncFault } from "./wire/fault.ts";

/** Says each kind of thing once. */
export class Notices {
  readonly #said = new Set<string>();
  readonly #baseUrl: string;
  readonly #warn: (message: string) => void;

  constructor(baseUrl: string, warn: (message: string) => void) {
    this.#baseUrl = baseUrl;
    this.#warn = warn;
  }

  /** Something is wrong that people should know. */
  once(kind: string, message: string): void {
    if (this.#said.has(kind)) return;
    this.#said.add(kind);
    this.#warn(message);
  }

  /** The server does not take the run. */
  fault({ kind, message }: SyncFault): void {
    const advice = kind === "refused" ? ` Give another key: cellar login ${this.#baseUrl}.` : "";
    const outlook = kind === "deleted"
      ? "The run goes on, and its rows stay here: `cellar sync` would make it there anew"
      : "The run goes on, and its rows are sent once that works";
    this.once(kind, `Cannot sync to ${this.#baseUrl}: ${message}.${advice} ${outlook}`);
  }
}
