import type { KernelConnection } from "./connection.ts";
import { FrameDecoder, type FrameDecoderOptions } from "./frame_decoder.ts";

const GREETING_BYTES = 64;
const READ_BYTES = 65_536;
const HANDSHAKE_MS = 5_000;

/** The greeting of ZMTP 3.0 with the NULL mechanism. */
export function greeting(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(GREETING_BYTES);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]);
  bytes.set(new TextEncoder().encode("NULL"), 12);
  return bytes;
}

/** A short frame: a command, or a message of one part. */
function shortFrame(flags: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  if (!(body.length < 256)) throw new RangeError(`Cannot send ${body.length} bytes: at most 255`);
  return Uint8Array.from([flags, body.length, ...body]);
}

/** A frame of any length, as a part of a message. */
export function messageFrame(body: Uint8Array, more: boolean): Uint8Array<ArrayBuffer> {
  const long = body.length > 255;
  const frame = new Uint8Array((long ? 9 : 2) + body.length);
  frame[0] = (more ? 1 : 0) | (long ? 2 : 0);
  if (long) new DataView(frame.buffer).setBigUint64(1, BigInt(body.length));
  else frame[1] = body.length;
  frame.set(body, long ? 9 : 2);
  return frame;
}

/** The command that tells which kind of socket this is. */
export function readyCommand(socketType: string): Uint8Array<ArrayBuffer> {
  const text = (value: string) => [...new TextEncoder().encode(value)];
  const type = text(socketType);
  const name = text("Socket-Type");
  const body = [5, ...text("READY"), name.length, ...name, 0, 0, 0, type.length, ...type];
  return shortFrame(4, Uint8Array.from(body));
}

/**
 * Subscribes to all that a socket publishes, and reads until the connection ends.
 *
 * @param onSubscribed Called when the subscription has been sent; the other side may learn of it
 * later.
 * @throws {Error} When there is nobody, it does not speak ZMTP 3 without encryption, or the
 * connection breaks.
 */
export async function readPublished(
  connection: KernelConnection,
  options: FrameDecoderOptions & {
    readonly signal: AbortSignal;
    readonly onSubscribed: () => void;
  },
): Promise<void> {
  const { signal, onSubscribed, ...rest } = options;
  const stream = await connect(connection);
  const close = () => {
    try {
      stream.close();
    } catch {
      // It is closed already.
    }
  };
  signal.addEventListener("abort", close);
  const hasty = setTimeout(close, HANDSHAKE_MS);
  try {
    if (signal.aborted) return;
    await write(stream, greeting());
    const buffer = new Uint8Array(READ_BYTES);
    checkGreeting(await readExactly(stream, GREETING_BYTES));
    await write(stream, readyCommand("SUB"));
    // One empty prefix: every topic.
    await write(stream, shortFrame(0, Uint8Array.of(1)));
    let subscribed = false;
    const onCommand = (body: Uint8Array) => {
      const name = new TextDecoder().decode(body.subarray(1, 1 + (body[0] ?? 0)));
      if (name === "ERROR") throw new Error("Cannot subscribe to the kernel: it refused");
      if (name !== "READY" || subscribed) return;
      subscribed = true;
      clearTimeout(hasty);
      onSubscribed();
    };
    const decoder = new FrameDecoder({ ...rest, onCommand });
    for (;;) {
      const count = await stream.read(buffer);
      if (count === null) return;
      decoder.push(buffer.subarray(0, count));
    }
  } finally {
    clearTimeout(hasty);
    signal.removeEventListener("abort", close);
    close();
  }
}

function connect({ transport, ip, iopubPort }: KernelConnection): Promise<Deno.Conn> {
  return transport === "ipc"
    ? Deno.connect({ transport: "unix", path: `${ip}-${iopubPort}` })
    : Deno.connect({ hostname: /^(\*|0\.0\.0\.0)$/.test(ip) ? "127.0.0.1" : ip, port: iopubPort });
}

function checkGreeting(bytes: Uint8Array): void {
  const mechanism = new TextDecoder().decode(bytes.subarray(12, 32)).replace(/\0+$/, "");
  if (bytes[0] !== 0xff || (bytes[9]! & 1) === 0 || !(bytes[10]! >= 3) || mechanism !== "NULL") {
    throw new Error("Cannot subscribe to the kernel: it does not speak ZMTP 3 without encryption");
  }
}

async function readExactly(stream: Deno.Conn, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size;) {
    const count = await stream.read(bytes.subarray(at));
    if (count === null) throw new Error("Cannot subscribe to the kernel: it closed the connection");
    at += count;
  }
  return bytes;
}

async function write(stream: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await stream.write(bytes.subarray(at));
}
