/**
 * In a notebook the kernel is listened to from the import on, so that no cell after it is missed,
 * with its exact source: what came before is only known as far as the engine remembers it. In a
 * script nothing happens.
 *
 * @module
 */

import { currentNotebook } from "../notebook/jupyter.ts";
import { workerHost } from "../worker/host.ts";
import { trackKernel } from "./cells.ts";

const notebook = currentNotebook();
if (notebook !== null) {
  const ready = trackKernel(notebook).ready();
  workerHost.warm();
  await ready;
}
