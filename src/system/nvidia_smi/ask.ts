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
}

const limit = 2 ** 18;

/**
 * Runs a program once and gives what it wrote, 256 KiB at most; `undefined` when it is missing,
 * took too long or wrote too much.
 */
export async function ask(
  file: string,
  { args, env = {}, timeoutMs = 5000 }: AskOptions,
): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let child: Child | undefined = undefined as Child | undefined;
  let cut = false;
  const end = (): void => {
    cut = true;
    child?.kill();
  };
  const onData = (chunk: Uint8Array): void => {
    size += chunk.byteLength;
    if (size > limit) end();
    else chunks.push(chunk);
  };
  const timer = setTimeout(end, timeoutMs);
  try {
    child = await startChild(file, { args, env, onData });
    const { missing } = await child.ended;
    if (missing || cut) return undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
  return await new Blob(chunks as Uint8Array<ArrayBuffer>[]).text();
}
