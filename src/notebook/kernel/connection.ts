import { reasonOf } from "../../names/reason.ts";
import { commandLine } from "./command_line.ts";

/** Where a kernel publishes what its cells do, and the key that its messages are signed with. */
export interface KernelConnection {
  readonly transport: "tcp" | "ipc";
  /** The address; a path's beginning when the transport is `ipc`. */
  readonly ip: string;
  readonly iopubPort: number;
  /** The key of the signatures; empty when messages are not signed. */
  readonly key: string;
}

/** A connection file is a few hundred bytes; this much is not one. */
const MAX_BYTES = 65_536;

/**
 * Reads the connection file that the kernel of this process was started with.
 *
 * @returns Null when this process is not a kernel.
 * @throws {Error} When there is a connection file that is gone or cannot be understood.
 *
 * @example
 * ```ts
 * const connection = await findConnection(); // null in a script
 * ```
 */
export async function findConnection(): Promise<KernelConnection | null> {
  const path = connectionFileOf(await commandLine());
  if (path === null) return null;
  let text: string;
  try {
    const { size } = await Deno.stat(path);
    if (!(size <= MAX_BYTES)) throw new Error(`it has ${size} bytes`);
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`Cannot read the kernel's connection file ${path}: ${reasonOf(error)}`);
  }
  return parseConnection(text);
}

/**
 * The connection file that a kernel's command line names.
 *
 * @returns Null when it is not the command line of a Deno kernel.
 */
export function connectionFileOf(args: readonly string[]): string | null {
  const kernel = args.indexOf("jupyter");
  if (kernel < 1 || !args.includes("--kernel", kernel)) return null;
  for (let i = kernel + 1; i < args.length; i++) {
    const arg = args[i]!;
    if (arg.startsWith("--conn=")) return arg.slice("--conn=".length) || null;
    if (arg === "--conn") return args[i + 1] || null;
  }
  return null;
}

/**
 * Parses a connection file.
 *
 * @throws {SyntaxError} When it is not one, or uses what is not supported.
 */
export function parseConnection(text: string): KernelConnection {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new SyntaxError("Cannot read the kernel's connection file: it is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new SyntaxError("Cannot read the kernel's connection file: it is not an object");
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const { transport = "tcp", ip, iopub_port: iopubPort, key = "" } = fields;
  if (transport !== "tcp" && transport !== "ipc") throw wrong("transport", transport);
  if (typeof ip !== "string" || ip === "" || ip.includes("\0")) throw wrong("ip", ip);
  if (typeof iopubPort !== "number" || !Number.isInteger(iopubPort)) {
    throw wrong("iopub_port", iopubPort);
  }
  if (!(iopubPort > 0 && iopubPort < 65_536)) throw wrong("iopub_port", iopubPort);
  if (typeof key !== "string") throw wrong("key", typeof key);
  const scheme = fields["signature_scheme"] ?? "hmac-sha256";
  if (key !== "" && scheme !== "hmac-sha256") throw wrong("signature_scheme", scheme);
  return { transport, ip, iopubPort, key };
}

function wrong(field: string, value: unknown): SyntaxError {
  const shown = JSON.stringify(value)?.slice(0, 80) ?? "missing";
  return new SyntaxError(`Cannot read the kernel's connection file: ${field} is ${shown}`);
}
