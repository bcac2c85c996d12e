import { cutTornLine } from "./heal.ts";
import { LineWriter, type LineWriterOptions } from "./line_writer.ts";
import { isGranted } from "./permissions.ts";

/** The standard streams of a process. */
export type ConsoleStream = "stdout" | "stderr";

/** A line of `console.jsonl`: one line that was printed. */
export interface ConsoleLine {
  /** Seconds since 1970 at which it ended. */
  readonly time: number;
  /** Where it was printed. */
  readonly stream: ConsoleStream;
  /** As a terminal would show it in the end, at most {@linkcode MAX_CONSOLE_LINE} characters. */
  readonly text: string;
}

/** The longest line that is kept. */
export const MAX_CONSOLE_LINE = 4_096;

/** How a {@linkcode ConsoleWriter} writes. */
export interface ConsoleWriterOptions extends LineWriterOptions {
  /**
   * Characters of text kept in all; then a last line says that the rest was left out, so that a
   * loop that prints for ever does not fill the disk.
   *
   * @default {67_108_864}
   */
  readonly maxText?: number;
}

/** Room for what is said of a longer line. */
const NOTE_LENGTH = 40;
/** How progress bars go back to the start of the line, or clear it, on a terminal. */
// deno-lint-ignore no-control-regex
const LINE_START = /\x1b\[(?:[01]?G|2K)/g;
const STREAMS = ["stdout", "stderr"] as const;

/**
 * Writes what is printed to `console.jsonl`, line by line. A progress bar that overwrites itself
 * with carriage returns is one line, as it was in the end.
 *
 * @example
 * ```ts
 * const console = new ConsoleWriter(join(directory, RUN_FILES.console));
 * console.push("stdout", "10 %\r20 %\rdone\n", Date.now() / 1000); // writes "done"
 * console.close();
 * ```
 */
export class ConsoleWriter {
  readonly #writer: LineWriter;
  readonly #open = { stdout: new OpenLine(), stderr: new OpenLine() };
  #room: number;

  /** Goes on with the file; a torn last line is cut off. */
  constructor(path: string, options: ConsoleWriterOptions = {}) {
    if (isGranted({ name: "read", path })) cutTornLine(path);
    this.#writer = new LineWriter(path, options);
    this.#room = options.maxText ?? 67_108_864;
  }

  /**
   * Takes what was printed next, in pieces of any size.
   *
   * @param time Seconds since 1970.
   */
  push(stream: ConsoleStream, text: string, time: number): void {
    const open = this.#open[stream];
    for (let at = 0; at < text.length;) {
      const newline = text.indexOf("\n", at);
      const end = newline < 0 ? text.length : newline;
      open.print(text.slice(at, end));
      if (newline < 0) return;
      this.#write({ time, stream, text: open.take() });
      at = newline + 1;
    }
  }

  /** Hands the lines that have ended to the operating system. */
  flush(): void {
    this.#writer.flush();
  }

  /** Writes the lines that have not ended yet, and closes the file. */
  close(): void {
    for (const stream of STREAMS) {
      const text = this.#open[stream].take();
      if (text !== "") this.#write({ time: Date.now() / 1000, stream, text });
    }
    this.#writer.close();
  }

  #write(line: ConsoleLine): void {
    if (this.#room < 0) return;
    this.#room -= line.text.length + 1;
    const last = { ...line, text: "… (what was printed after this is not recorded)" };
    this.#writer.append(JSON.stringify(this.#room < 0 ? last : line));
  }
}

/** A line that has not ended. */
class OpenLine {
  #text = "";
  #cut = 0;
  /** Whether the next character overwrites the line. */
  #returned = false;

  /** Takes text without line feeds. */
  print(printed: string): void {
    const text = printed.includes("\x1b[") ? printed.replace(LINE_START, "\r") : printed;
    // A return at the very end may belong to a line ending of two characters.
    const ends = text.endsWith("\r");
    const shown = ends ? text.replace(/\r+$/, "") : text;
    const last = shown.slice(shown.lastIndexOf("\r") + 1);
    if (shown !== "") {
      if (this.#returned || last.length < shown.length) this.#clear();
      const room = MAX_CONSOLE_LINE - this.#text.length;
      this.#text += last.slice(0, room);
      this.#cut += Math.max(0, last.length - room);
    }
    if (ends) this.#returned = true;
  }

  /** The line as it is shown; another one begins. */
  take(): string {
    let text = this.#text;
    if (this.#cut > 0) {
      text = text.slice(0, MAX_CONSOLE_LINE - NOTE_LENGTH);
      text += `… (${this.#text.length - text.length + this.#cut} more characters)`;
    }
    this.#clear();
    return text;
  }

  #clear(): void {
    this.#text = "";
    this.#cut = 0;
    this.#returned = false;
  }
}
