// The user's thread's part of a recording, for the tests: a cell imports this.
import { MessageChannel, Worker } from "node:worker_threads";
import { type Attribution, installAttribution } from "../../../src/notebook/cells/attribution.ts";
import { backfillCells } from "../../../src/notebook/cells/backfill.ts";
import { ExecutionFeed } from "../../../src/notebook/cells/execution_feed.ts";
import {
  exactSources,
  findNotebookFile,
  readNotebookSources,
} from "../../../src/notebook/cells/notebook_file.ts";

export const warnings: string[] = [];
export let attribution: Attribution;
let out: Deno.FsFile;

/** Must run before the first await, as the cell's own context is needed. */
export function start(directory: string): Promise<void> {
  const feed = new ExecutionFeed();
  attribution = installAttribution({ feed });
  out = Deno.openSync(`${directory}/rows.jsonl`, { append: true, create: true });
  return listen(directory, feed);
}

/** A row with the execution that logged it. */
export function log(what: string): void {
  const row = { what, execution: attribution.current(), time: Date.now() };
  out.writeSync(new TextEncoder().encode(JSON.stringify(row) + "\n"));
}

async function listen(directory: string, feed: ExecutionFeed): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL("./recorder_worker.ts", import.meta.url), {
    workerData: { port: port2, file: `${directory}/cells.jsonl`, shared: feed.shared },
    transferList: [port2],
  });
  worker.unref();
  const { promise, resolve } = Promise.withResolvers<void>();
  port1.on("message", (message: { probe?: string; warning?: string; ready?: true }) => {
    if (message.probe) {
      const content = { data: {}, metadata: {}, transient: { display_id: message.probe } };
      Deno.jupyter.broadcast("update_display_data", content);
    }
    if (message.warning) warnings.push(message.warning);
    if (message.ready) resolve();
  });
  let cells = await backfillCells();
  const file = await findNotebookFile((name) => Deno.env.get(name), Deno.cwd());
  const sources = file === undefined ? undefined : await readNotebookSources(file);
  if (sources !== undefined) cells = exactSources(cells, sources);
  port1.postMessage({ join: cells });
  await promise;
}
