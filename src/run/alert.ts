import type { AlertLine } from "../record/lines.ts";

/** Something that a person should look at; see `Run.alert`. */
export interface AlertOptions {
  /** In a few words. */
  readonly title: string;
  /** What happened. */
  readonly text?: string;
  /** How bad it is. @default {"INFO"} */
  readonly level?: "INFO" | "WARN" | "ERROR";
  /**
   * Milliseconds until an alert of the same title is given again; those between are dropped.
   *
   * @default {60_000}
   */
  readonly wait?: number;
}

const LEVELS: readonly string[] = ["INFO", "WARN", "ERROR"];
const DEFAULT_WAIT_MS = 60_000;
const MAX_TITLE = 300;
const MAX_TEXT = 10_000;
/** Titles that are remembered. */
const MAX_TITLES = 1_000;

/** Gives each alert once in a while. */
export class Alerts {
  /** When an alert of a title may be given again, in milliseconds of a monotonic clock. */
  readonly #quietUntil = new Map<string, number>();

  /** The line of an alert; null when the same was given a moment ago. */
  line(options: AlertOptions, { now, monotonic }: { now: number; monotonic: number }):
    | AlertLine
    | null {
    const { text = "", level = "INFO", wait = DEFAULT_WAIT_MS } = options;
    const title = String(options.title).slice(0, MAX_TITLE).toWellFormed();
    if (monotonic < (this.#quietUntil.get(title) ?? -Infinity)) return null;
    const pause = wait >= 0 ? wait : DEFAULT_WAIT_MS;
    if (this.#quietUntil.size < MAX_TITLES) this.#quietUntil.set(title, monotonic + pause);
    return {
      type: "alert",
      title,
      text: String(text).slice(0, MAX_TEXT).toWellFormed(),
      level: LEVELS.includes(level) ? level : "INFO",
      wait: pause,
      time: now,
    };
  }
}
