/**
 * The background worker: one for all runs of a process. It reads run directories and draws; it
 * never touches what the user's thread writes.
 *
 * @module
 */

import process from "node:process";
import { type MessagePort, workerData } from "node:worker_threads";
import { reasonOf } from "../names/reason.ts";
import { catchInterrupts } from "./interrupts.ts";
import { LiveRun } from "./live_run.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

const { port } = workerData as { port: MessagePort };
const runs = new Map<string, LiveRun>();
/** Runs that are being closed, and still wait for answers. */
const closing = new Map<string, LiveRun>();
const interrupts = catchInterrupts(() => send({ kind: "interrupt" }));

function send(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, [...transfer]);
}

async function receive(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case "open": {
      const { directory, live, services } = message;
      if (runs.has(directory)) return;
      runs.set(
        directory,
        new LiveRun(directory, { live, services }, {
          panel: (drawn) => send({ kind: "panel", directory, drawn }),
          warning: (text) => send({ kind: "warning", directory, message: text }),
          vanished: () => send({ kind: "vanished", directory }),
          report: (report, transfer) => send({ kind: "report", directory, report }, transfer),
        }),
      );
      return;
    }
    case "ask":
      (runs.get(message.directory) ?? closing.get(message.directory))?.ask(message.request);
      return;
    case "draw": {
      const { directory, ticket, request } = message;
      try {
        const run = runs.get(directory) ??
          new LiveRun(directory, { live: false, services: {} }, silent);
        const drawn = await run.draw(request);
        if (!runs.has(directory)) await run.close();
        send({ kind: "drawn", ticket, drawn });
      } catch (error) {
        send({ kind: "failed", ticket, message: reasonOf(error) });
      }
      return;
    }
    case "close": {
      const { directory } = message;
      const run = runs.get(directory);
      runs.delete(directory);
      if (run !== undefined) closing.set(directory, run);
      let drawn = null;
      try {
        drawn = await run?.close() ?? null;
      } catch (error) {
        send({ kind: "warning", directory, message: `Cannot draw: ${reasonOf(error)}` });
      }
      closing.delete(directory);
      send({ kind: "closed", directory, drawn });
      return;
    }
    case "interrupts":
      interrupts.enable(message.catch);
      return;
  }
}

const silent = { panel: () => {}, warning: () => {}, vanished: () => {}, report: () => {} };

port.on("message", (message: ToWorker) => void receive(message));

// An error that escapes must not end the process: the user's thread starts another worker.
process.on("uncaughtException", (error: Error) => {
  send({
    kind: "warning",
    directory: "",
    message: `The background worker failed: ${error.message}`,
  });
});
