import { ConsoleWriter } from "../record/console_lines.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import type { RunConsole } from "../run/run_console.ts";
import { tapConsole } from "./tap.ts";

/**
 * Records what a script prints to the run's `console.jsonl`.
 *
 * It is written by the thread that prints, and not by the background worker: a line is with the
 * operating system before the call that printed it returns, so that neither an error that ends the
 * process nor `kill -9` loses the lines that say why.
 *
 * @throws What the file system throws when the file cannot be opened.
 */
export function recordConsole(directory: string): RunConsole {
  const open = () => new ConsoleWriter(join(directory, RUN_FILES.console));
  let writer: ConsoleWriter | null = open();
  const end = tapConsole((stream, text) => writer?.push(stream, text, Date.now() / 1000));
  return {
    fail(error) {
      writer?.push("stderr", `Uncaught ${inWords(error)}\n`, Date.now() / 1000);
      writer?.flush();
    },
    restore() {
      writer?.close();
      try {
        writer = open();
      } catch {
        // The run's own files say that the directory cannot be written.
        writer = null;
      }
    },
    end() {
      end();
      writer?.close();
      writer = null;
    },
  };
}

/** Anything can be thrown, also what cannot be told. */
function inWords(error: unknown): string {
  try {
    return error instanceof Error ? error.stack ?? String(error) : String(error);
  } catch {
    return "something that has no words";
  }
}
