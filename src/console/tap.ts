import type { ConsoleStream } from "../record/console_lines.ts";
import { replaceProperty } from "./replace_property.ts";
import { PRINTING, type Printing, shadowConsole } from "./shadow_console.ts";
import { tapStream } from "./tap_stream.ts";

/** Takes what was printed, in pieces of any size, after it was shown. */
export type ConsoleSink = (stream: ConsoleStream, text: string) => void;

const sinks = new Set<ConsoleSink>();
/** What was printed while it was being taken. */
const meanwhile: [ConsoleStream, string][] = [];
let taking = false;
let untap: (() => void) | null = null;

/**
 * Listens to what this thread prints: `console.*`, `Deno.stdout`, `Deno.stderr`, and the streams of
 * `node:process`. What a child process or another worker prints is not heard.
 *
 * Printing works as before: it comes first, returns what it did, and throws what it did; what goes
 * wrong while listening is nobody's concern. An object is formatted once more for the listener, and
 * a call that somebody else's wrapper changes is heard as it was made.
 *
 * @returns What ends it; with the last listener everything is as it was.
 */
export function tapConsole(sink: ConsoleSink): () => void {
  sinks.add(sink);
  untap ??= tap();
  return () => {
    sinks.delete(sink);
    if (sinks.size > 0) return;
    untap?.();
    untap = null;
  };
}

function tap(): () => void {
  // Whoever has wrapped the wrappers keeps calling them after the end.
  let active = true;
  const take = (stream: ConsoleStream, text: string) => {
    if (active) deliver(stream, text);
  };
  const undo = [
    ...tapMethods(take, () => active),
    ...tapStream("stdout", take),
    ...tapStream("stderr", take),
  ];
  return () => {
    active = false;
    for (const step of undo.reverse()) step();
  };
}

function deliver(stream: ConsoleStream, text: string): void {
  if (taking) {
    meanwhile.push([stream, text]);
    return;
  }
  taking = true;
  try {
    give(stream, text);
    // Once: what a sink prints about what it printed is not heard, or there would be no end.
    for (const [nestedStream, nested] of meanwhile.splice(0)) give(nestedStream, nested);
  } finally {
    meanwhile.length = 0;
    taking = false;
  }
}

function give(stream: ConsoleStream, text: string): void {
  for (const sink of sinks) {
    try {
      sink(stream, text);
    } catch {
      // Who prints has nothing to do with it.
    }
  }
}

/** These print by themselves; of the others some call one of these. */
const BASIC: ReadonlySet<string> = new Set(["log", "debug", "info", "warn", "error", "dir"]);

function tapMethods(take: ConsoleSink, isActive: () => boolean): (() => void)[] {
  const timers = new Set<string>();
  let taken = 0;
  let silent = false;
  let formatting = false;
  const shadow = shadowConsole((stream, text) => {
    if (silent) return;
    taken++;
    take(stream, text);
  });
  const format = (method: Printing, args: unknown[]) => {
    if (!isActive() || !isKnownTimer(timers, method, args)) return;
    formatting = true;
    try {
      shadow[method](...args);
    } catch {
      // An object that cannot be formatted has thrown at the user already.
    } finally {
      formatting = false;
    }
  };
  return PRINTING.flatMap((method) => {
    const original: unknown = console[method];
    if (typeof original !== "function") return [];
    const value = {
      [method](this: unknown, ...args: unknown[]): unknown {
        // An object that prints while it is formatted has done so when it was shown.
        if (formatting) return undefined;
        const before = taken;
        const result: unknown = Reflect.apply(original, this, args);
        // A group's label was taken from the call of `log` that showed it.
        silent = taken !== before && !BASIC.has(method);
        format(method, args);
        silent = false;
        return result;
      },
    }[method];
    return [replaceProperty(console, method, { value, writable: true })];
  });
}

/** A timer that was started before listening began would be called unknown. */
function isKnownTimer(timers: Set<string>, method: Printing, [label]: unknown[]): boolean {
  const name = label === undefined ? "default" : String(label);
  if (method === "time") timers.add(name);
  if (method === "timeEnd") return timers.delete(name);
  return method !== "timeLog" || timers.has(name);
}
