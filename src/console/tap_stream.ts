import process from "node:process";
import type { ConsoleStream } from "../record/console_lines.ts";
import { replaceProperty } from "./replace_property.ts";

/**
 * Listens to what is written to a standard stream, through Deno's object for it and through that of
 * `node:process`.
 *
 * @returns What undoes it.
 */
export function tapStream(
  name: ConsoleStream,
  take: (stream: ConsoleStream, text: string) => void,
): (() => void)[] {
  const target = Deno[name];
  const decoder = new TextDecoder();
  const written = (bytes: Uint8Array): void => {
    try {
      take(name, decoder.decode(bytes, { stream: true }));
    } catch {
      // Bytes that cannot be read any more, because their buffer was handed on.
    }
  };
  const { write, writeSync } = target;
  const undo = [
    replaceProperty(target, "writeSync", {
      writable: true,
      value: function writeBytes(bytes: Uint8Array): number {
        const count = writeSync.call(target, bytes);
        written(bytes.subarray(0, count));
        return count;
      },
    }),
    replaceProperty(target, "write", {
      writable: true,
      value: async function writeBytes(bytes: Uint8Array): Promise<number> {
        const count = await write.call(target, bytes);
        written(bytes.subarray(0, count));
        return count;
      },
    }),
    replaceProperty(target, "writable", { get: writableOf(target) }),
  ];
  // To a terminal Node's stream writes by itself, everywhere else through Deno's object.
  if (target.isTerminal()) undo.push(tapTerminal(name, take));
  return undo;
}

function tapTerminal(
  name: ConsoleStream,
  take: (stream: ConsoleStream, text: string) => void,
): () => void {
  const terminal = process[name];
  const decoder = new TextDecoder();
  const original: unknown = terminal.write;
  return replaceProperty(terminal, "write", {
    writable: true,
    value: function write(this: unknown, ...args: unknown[]): unknown {
      const result: unknown = Reflect.apply(original as () => unknown, this, args);
      const [chunk] = args;
      if (typeof chunk === "string") take(name, chunk);
      else if (chunk instanceof Uint8Array) take(name, decoder.decode(chunk, { stream: true }));
      return result;
    },
  });
}

/** A stream that writes to the object, so that it is heard, and goes on after the end. */
function writableOf(target: typeof Deno.stdout): () => WritableStream<Uint8Array> {
  let stream: WritableStream<Uint8Array> | undefined;
  return () =>
    stream ??= new WritableStream({
      async write(bytes) {
        for (let rest = bytes; rest.length > 0;) {
          rest = rest.subarray(await target.write(rest));
        }
      },
      close: () => target.close(),
      abort: () => target.close(),
    });
}
