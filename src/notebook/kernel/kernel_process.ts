import { createHmac } from "node:crypto";
import type { KernelConnection } from "./connection.ts";
import { FrameDecoder } from "./frame_decoder.ts";
import { parseMessage } from "./message.ts";
import { greeting, messageFrame, readyCommand } from "./zmtp.ts";

/** The answer to a cell. */
export interface ExecuteReply {
  readonly status: string;
  readonly execution_count: number;
}

/** How a kernel is started. */
export interface KernelProcessOptions {
  /** Where the connection file is written. */
  readonly connectionFile: string;
  /** The kernel's working directory, from which its imports resolve. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const GREETING_BYTES = 64;
const START_MS = 30_000;
const ATTEMPTS = 3;
const encoder = new TextEncoder();

/**
 * A Deno kernel of our own, driven over its shell socket.
 *
 * @example
 * ```ts ignore
 * await using kernel = await KernelProcess.start({ connectionFile, cwd: "." });
 * const { status } = await kernel.execute("console.log(1 + 1)");
 * ```
 */
export class KernelProcess implements AsyncDisposable {
  /** Where it publishes what its cells do. */
  readonly connection: KernelConnection;
  readonly #child: Deno.ChildProcess;
  readonly #shell: Deno.TcpConn;
  readonly #waiting = new Map<string, PromiseWithResolvers<ExecuteReply>>();
  #count = 0;
  #sending: Promise<void> = Promise.resolve();

  private constructor(connection: KernelConnection, child: Deno.ChildProcess, shell: Deno.TcpConn) {
    this.connection = connection;
    this.#child = child;
    this.#shell = shell;
  }

  /**
   * Starts a kernel, and waits until it takes requests.
   *
   * @throws {Error} When it does not start within 30 s.
   */
  static async start(options: KernelProcessOptions): Promise<KernelProcess> {
    for (let attempt = 1;; attempt++) {
      try {
        return await KernelProcess.#start(options);
      } catch (error) {
        // Somebody else may have taken one of the ports meanwhile.
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  static async #start(
    { connectionFile, cwd, env = {} }: KernelProcessOptions,
  ): Promise<KernelProcess> {
    const [shell, iopub, stdin, control, hb] = freePorts(5) as [number, ...number[]];
    const key: string = crypto.randomUUID();
    const connection = { transport: "tcp", ip: "127.0.0.1", iopubPort: iopub!, key } as const;
    const file = {
      transport: "tcp",
      ip: connection.ip,
      key,
      signature_scheme: "hmac-sha256",
      shell_port: shell,
      iopub_port: iopub,
      stdin_port: stdin,
      control_port: control,
      hb_port: hb,
    };
    await Deno.writeTextFile(connectionFile, JSON.stringify(file), { mode: 0o600 });
    const child = new Deno.Command(Deno.execPath(), {
      args: ["jupyter", "--kernel", "--conn", connectionFile],
      cwd,
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const kernel = new KernelProcess(connection, child, await connect(shell, child));
    void kernel.#read().catch(() => {}).finally(() => kernel.#fail());
    await kernel.#send(greeting());
    await kernel.#send(readyCommand("DEALER"));
    return kernel;
  }

  /**
   * Executes a cell and waits for the answer.
   *
   * @throws {Error} When the kernel ends before it answers.
   */
  execute(code: string): Promise<ExecuteReply> {
    const id = `request-${this.#count++}`;
    const waiting = Promise.withResolvers<ExecuteReply>();
    this.#waiting.set(id, waiting);
    const header = {
      msg_id: id,
      session: "cellar",
      username: "cellar",
      msg_type: "execute_request",
      version: "5.3",
      date: new Date().toISOString(),
    };
    const content = {
      code,
      silent: false,
      store_history: true,
      allow_stdin: false,
      stop_on_error: false,
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const hmac = createHmac("sha256", this.connection.key);
    for (const part of parts) hmac.update(part);
    const frames = ["<IDS|MSG>", hmac.digest("hex"), ...parts];
    this.#sending = this.#sending.then(async () => {
      for (const [i, frame] of frames.entries()) {
        await this.#send(messageFrame(encoder.encode(frame), i < frames.length - 1));
      }
    }).catch(() => this.#fail());
    return waiting.promise;
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

  /** As {@linkcode kill}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#shell.write(bytes.subarray(at));
  }

  async #read(): Promise<void> {
    let greeted = 0;
    const frames = new FrameDecoder({
      onMessage: (parts) => {
        const message = parseMessage(parts, this.connection.key);
        if (typeof message === "string" || message.type !== "execute_reply") return;
        this.#waiting.get(message.parent)?.resolve(message.content as unknown as ExecuteReply);
        this.#waiting.delete(message.parent);
      },
    });
    const buffer = new Uint8Array(65_536);
    for (let count; (count = await this.#shell.read(buffer)) !== null;) {
      const skip = Math.min(count, GREETING_BYTES - greeted);
      greeted += skip;
      frames.push(buffer.subarray(skip, count));
    }
  }

  #fail(): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new Error("Cannot execute the cell: the kernel has ended"));
    }
    this.#waiting.clear();
  }
}

function freePorts(count: number): number[] {
  const listeners = Array.from({ length: count }, () => {
    return Deno.listen({ hostname: "127.0.0.1", port: 0 });
  });
  return listeners.map((listener) => {
    listener.close();
    return (listener.addr as Deno.NetAddr).port;
  });
}

async function connect(port: number, child: Deno.ChildProcess): Promise<Deno.TcpConn> {
  let ended = false;
  void child.status.then(() => ended = true);
  const end = performance.now() + START_MS;
  for (;;) {
    try {
      return await Deno.connect({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (ended) throw new Error("Cannot start a kernel: deno jupyter ended at once");
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
