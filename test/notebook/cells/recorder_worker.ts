// The background worker's part of a recording, for the tests.
import { workerData } from "node:worker_threads";
import { ExecutionFeed } from "../../../src/notebook/cells/execution_feed.ts";
import { recordCells } from "../../../src/notebook/cells/recording.ts";

const { port, file, shared } = workerData;
const out = Deno.openSync(file, { append: true, create: true });
const recording = await recordCells({
  append: (line) => out.writeSync(new TextEncoder().encode(JSON.stringify(line) + "\n")),
  feed: new ExecutionFeed(shared),
  probe: (displayId) => port.postMessage({ probe: displayId }),
  onWarning: (warning) => port.postMessage({ warning }),
});
port.on("message", async (message: { join?: []; close?: true }) => {
  if (message.join) recording?.join(message.join);
  if (message.close) {
    await recording?.close();
    port.postMessage({ closed: true });
  }
});
await recording?.ready;
port.postMessage({ ready: true });
