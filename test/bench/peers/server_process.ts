import { processTree, treeMemory } from "./process_tree.ts";

/** How a server is started. */
export interface ServerStart {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where it answers once it serves. */
  readonly health: string;
}

/** A server in processes of its own, whose memory is watched. */
export interface ServerProcess {
  /** Seconds from its start to its first answer. */
  readonly startSeconds: number;
  /** The most memory that its processes had together, in bytes; NaN where the system does not tell. */
  mostMemory(): number;
  /** Ends it, and whatever it started. */
  stop(): Promise<void>;
}

/** How long the slowest may take to start, on a machine that does other things too. */
const PATIENCE_MS = 120_000;
const STOP_MS = 10_000;
const SAMPLING_MS = 250;

/** Starts a server, and waits for its first answer. */
export async function startServer(start: ServerStart): Promise<ServerProcess> {
  const { program, args, env, cwd, health } = start;
  const begin = performance.now();
  const child = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let said = "";
  const listen = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    const text = stream.pipeThrough(new TextDecoderStream());
    for await (const chunk of text) said = (said + chunk).slice(-2_000);
  };
  const listening = Promise.all([listen(child.stdout), listen(child.stderr)]);
  let ended = false;
  const end = child.status.then(() => ended = true);

  let most = NaN;
  const sampling = setInterval(() => {
    const now = treeMemory(child.pid);
    if (!(most >= now)) most = now;
  }, SAMPLING_MS);
  const stop = async () => {
    clearInterval(sampling);
    const started = processTree(child.pid);
    if (!ended) child.kill("SIGTERM");
    const late = new Promise((resolve) => setTimeout(resolve, STOP_MS));
    await Promise.race([end, late]);
    for (const pid of started) kill(pid);
    await end;
    await listening;
  };

  while (!await answers(health)) {
    if (ended || performance.now() - begin > PATIENCE_MS) {
      await stop();
      throw new Error(`Cannot start ${program}: ${said.trim() || "it does not answer"}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    startSeconds: (performance.now() - begin) / 1_000,
    mostMemory: () => most,
    stop,
  };
}

/** A port that nobody listens on now. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
