/**
 * The thread that `cellar server` runs in: `server_thread.ts` starts it with the options of the
 * server, is told where it listens or why not, and asks it to end.
 *
 * @module
 */

import { parentPort, workerData } from "node:worker_threads";
import { reasonOf } from "../names/reason.ts";
import { serve } from "../server/mod.ts";
import type { ServerAnswer } from "./server_thread.ts";

const answer = (said: ServerAnswer) => parentPort!.postMessage(said);

try {
  const server = await serve(workerData);
  parentPort!.once("message", async () => {
    await server.close();
    answer({ kind: "ended" });
  });
  answer({ kind: "listens", baseUrl: server.baseUrl, loginLink: server.loginLink });
} catch (error) {
  answer({ kind: "refused", message: reasonOf(error) });
}
