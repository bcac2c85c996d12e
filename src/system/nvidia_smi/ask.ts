import { type Child, startChild } from "./child.ts";

/** Options of {@linkcode ask}. */
export interface AskOptions {
  readonly args: readonly string[];
  /** Variables added to the child's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Milliseconds after which it is ended.
   *
   * @default 5000
   */
  readonly timeoutMs?: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

const MAX_BYTES = 2 ** 18;
/** A child that hangs inside the driver cannot be killed, and is not waited for longer than this. */
const DYING_MS = 1000;

/**
 * Runs a program once and gives what it wrote, 256 KiB at most; `undefined` when it is missing,
 * took too long, wrote too much or was not wanted any more.
 */
export async function ask(
  file: string,
  { args, env = {}, timeoutMs = 5000, signal }: AskOptions,
): Promise<string | undefined> {
  if (signal?.aborted === true) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  let child: Child | undefined = undefined as Child | undefined;
  let cut = false;
  const given = Promise.withResolvers<void>();
  let dying: ReturnType<typeof setTimeout> | undefined;
  const end = (): void => {
    cut = true;
    child?.kill();
    dying ??= setTimeout(() => given.resolve(), DYING_MS);
  };
  const onData = (chunk: Uint8Array): void => {
    size += chunk.byteLength;
    if (size > MAX_BYTES) end();
    else chunks.push(chunk);
  };
  const timer = setTimeout(end, timeoutMs);
  signal?.addEventListener("abort", end);
  try {
    child = await startChild(file, { args, env, onData });
    if (cut) child.kill();
    const over = await Promise.race([child.ended, given.promise]);
    if (over === undefined || over.missing || cut) return undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    clearTimeout(dying);
    signal?.removeEventListener("abort", end);
  }
  return await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text();
}
