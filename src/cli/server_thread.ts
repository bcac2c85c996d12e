import { Worker } from "node:worker_threads";
import type { ServerOptions } from "../server/settings.ts";

/** What the thread says. */
export type ServerAnswer =
  | { readonly kind: "listens"; readonly baseUrl: string; readonly loginLink: string | null }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "ended" };

/** A server in a thread. */
export interface ServerThread {
  readonly baseUrl: string;
  readonly loginLink: string | null;
  /** Rejects when the server ends by itself. */
  readonly failed: Promise<never>;
  /** Answers what has been asked, then ends. */
  close(): Promise<void>;
}

/**
 * Megabytes for what was just made. V8 would take 100 of them, for 3 % of speed: what a request leaves
 * behind is garbage once it is stored. Only a thread can be given less.
 */
const YOUNG_MB = 24;

/**
 * Starts a server in a thread of its own.
 *
 * @throws {Error} When it cannot start, or ends by itself.
 */
export async function serveInThread(options: ServerOptions): Promise<ServerThread> {
  const worker = new Worker(new URL("./server_worker.ts", import.meta.url), {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const failed = new Promise<never>((_, reject) => {
    worker.once("error", reject);
    worker.once(
      "exit",
      () => reject(new Error("Cannot serve: the thread of the server has ended")),
    );
  });
  failed.catch(() => {});
  const next = () =>
    Promise.race([
      new Promise<ServerAnswer>((resolve) => worker.once("message", resolve)),
      failed,
    ]);
  const said = await next();
  if (said.kind !== "listens") {
    await worker.terminate();
    throw new Error(said.kind === "refused" ? said.message : "Cannot serve: the server has ended");
  }
  return {
    baseUrl: said.baseUrl,
    loginLink: said.loginLink,
    failed,
    async close() {
      worker.postMessage("end");
      await next();
      await worker.terminate();
    },
  };
}
