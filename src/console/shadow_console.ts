import { Console } from "node:console";
import type { ConsoleStream } from "../record/console_lines.ts";

/** The methods of a console that print. */
export const PRINTING = [
  "log",
  "debug",
  "info",
  "warn",
  "error",
  "dir",
  "dirxml",
  "table",
  "trace",
  "assert",
  "count",
  "countReset",
  "group",
  "groupCollapsed",
  "groupEnd",
  "time",
  "timeLog",
  "timeEnd",
] as const;

/** A method of a console. */
export type Printing = typeof PRINTING[number];

/** A console that prints nowhere but to its maker. */
export type ShadowConsole = Record<Printing, (...args: unknown[]) => void>;

/** Takes what a {@linkcode ShadowConsole} prints. */
export type Print = (stream: ConsoleStream, text: string) => void;

type DenoConsole = new (print: (text: string, level: number) => void) => ShadowConsole;

/**
 * A console that formats as Deno's own does, with groups, counters and timers of its own.
 *
 * Deno keeps the class to itself; where it is no longer to be found, Node's stands in, which writes
 * some objects in another way.
 */
export function shadowConsole(print: Print): ShadowConsole {
  const DenoConsole = denoConsole();
  if (DenoConsole !== undefined) {
    return new DenoConsole((text, level) => print(level > 1 ? "stderr" : "stdout", text));
  }
  const stream = (name: ConsoleStream) =>
    ({
      write(text: string) {
        print(name, text);
        return true;
      },
      once() {},
      removeListener() {},
    }) as unknown as NodeJS.WritableStream;
  const streams = { stdout: stream("stdout"), stderr: stream("stderr") };
  return new Console({ ...streams, colorMode: false }) as ShadowConsole;
}

function denoConsole(): DenoConsole | undefined {
  const { internal } = Deno as { readonly internal?: symbol };
  if (internal === undefined) return undefined;
  const internals = (Deno as unknown as Record<symbol, { readonly Console?: unknown }>)[internal];
  const found = internals?.Console;
  return typeof found === "function" ? found as DenoConsole : undefined;
}
