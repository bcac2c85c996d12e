import { createHmac } from "node:crypto";
import type { KernelConnection } from "../../../src/notebook/kernel/connection.ts";
import { FrameDecoder } from "../../../src/notebook/kernel/frame_decoder.ts";
import { greeting, readyCommand } from "../../../src/notebook/kernel/zmtp.ts";

/** The answer to a cell. */
export interface Reply {
  readonly status: string;
  readonly execution_count: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A real Deno kernel, driven over its shell socket. */
export class TestKernel {
  readonly connection: KernelConnection;
  readonly #child: Deno.ChildProcess;
  readonly #shell: Deno.TcpConn;
  readonly #waiting = new Map<string, (reply: Reply) => void>();
  #count = 0;

  private constructor(connection: KernelConnection, child: Deno.ChildProcess, shell: Deno.TcpConn) {
    this.connection = connection;
    this.#child = child;
    this.#shell = shell;
  }

  /** @param directory Where the connection file is written, and the kernel's working directory. */
  static async start(directory: string, env: Record<string, string> = {}): Promise<TestKernel> {
    const [shell, iopub, stdin, control, hb] = freePorts(5) as [number, ...number[]];
    const connection = {
      transport: "tcp",
      ip: "127.0.0.1",
      iopubPort: iopub!,
      key: "a b",
    } as const;
    const file = `${directory}/kernel with spaces ${crypto.randomUUID()}.json`;
    await Deno.writeTextFile(
      file,
      JSON.stringify({
        transport: "tcp",
        ip: connection.ip,
        key: connection.key,
        signature_scheme: "hmac-sha256",
        shell_port: shell,
        iopub_port: iopub,
        stdin_port: stdin,
        control_port: control,
        hb_port: hb,
      }),
    );
    const child = new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--kernel", "--conn", file],
      cwd: directory,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const kernel = new TestKernel(connection, child, await connect(shell));
    void kernel.#read().catch(() => {});
    await kernel.#shell.write(greeting());
    await kernel.#shell.write(readyCommand("DEALER"));
    return kernel;
  }

  /** Executes a cell and waits for the answer. */
  execute(code: string): Promise<Reply> {
    const id = `request-${this.#count++}`;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    this.#waiting.set(id, resolve);
    const parts = [
      { msg_id: id, session: "test", username: "test", msg_type: "execute_request" },
      {},
      {},
      { code, silent: false, store_history: true, allow_stdin: false, stop_on_error: false },
    ].map((part, i) =>
      JSON.stringify(i > 0 ? part : { ...part, version: "5.3", date: new Date().toISOString() })
    );
    const hmac = createHmac("sha256", this.connection.key);
    for (const part of parts) hmac.update(part);
    void this.#send(
      ["<IDS|MSG>", hmac.digest("hex"), ...parts].map((text) => encoder.encode(text)),
    );
    return promise;
  }

  /** Ends the kernel at once. */
  async kill(): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    try {
      this.#shell.close();
    } catch {
      // Reading has closed it.
    }
  }

  async #send(frames: Uint8Array[]): Promise<void> {
    const bytes: number[] = [];
    frames.forEach((frame, i) => bytes.push(...encodeFrame(frame, i < frames.length - 1)));
    const all = Uint8Array.from(bytes);
    for (let at = 0; at < all.length;) at += await this.#shell.write(all.subarray(at));
  }

  async #read(): Promise<void> {
    let greeted = 0;
    const frames = new FrameDecoder({
      onMessage: (parts) => {
        const [header, parent, , content] = parts.slice(-4).map((part) =>
          JSON.parse(decoder.decode(part as Uint8Array))
        );
        if (header.msg_type === "execute_reply") this.#waiting.get(parent.msg_id)?.(content);
      },
    });
    const buffer = new Uint8Array(65_536);
    for (let count; (count = await this.#shell.read(buffer)) !== null;) {
      const skip = Math.min(count, 64 - greeted);
      greeted += skip;
      frames.push(buffer.subarray(skip, count));
    }
  }
}

/** A frame as it is sent. */
export function encodeFrame(body: Uint8Array, more: boolean): Uint8Array {
  const long = body.length > 255;
  const frame = new Uint8Array((long ? 9 : 2) + body.length);
  frame[0] = (more ? 1 : 0) | (long ? 2 : 0);
  if (long) new DataView(frame.buffer).setBigUint64(1, BigInt(body.length));
  else frame[1] = body.length;
  frame.set(body, long ? 9 : 2);
  return frame;
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => Deno.listen({ port: 0 }));
  return listeners.map((listener) => {
    listener.close();
    return (listener.addr as Deno.NetAddr).port;
  });
}

async function connect(port: number): Promise<Deno.TcpConn> {
  for (let attempt = 0;; attempt++) {
    try {
      return await Deno.connect({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (attempt > 600) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
