import { escapeHtml, harmless } from "../charts/escape.ts";
import { currentNotebook, type Notebook } from "../notebook/jupyter.ts";
import type { ProvenanceOptions } from "../provenance/options.ts";
import type { Drawn, DrawRequest, RunCompanion } from "../run/companion.ts";
import type { Run } from "../run/run.ts";
import { type Delivery, leftInWords, syncCommand, type SyncStatus } from "../sync/delivery.ts";
import type { SyncSettings } from "../sync/settings.ts";
import { endLeftover } from "../system/nvidia_smi/leftover.ts";
import type { SystemSettings } from "../system/settings.ts";
import { shortPath } from "../view/short_path.ts";
import { terminalWidth } from "../view/terminal_width.ts";
import { workerHost } from "../worker/host.ts";
import type { CellServiceOptions, ServiceOptions } from "../worker/messages.ts";
import type { KernelTracking } from "./cells.ts";
import { SavedFiles } from "./saved_files.ts";

/** How long `finish` waits for the last drawing. */
const FINISH_MS = 3_000;
/** Outputs that are sent as a cell ends can arrive after it is idle; this lets them arrive before. */
const SETTLE_MS = 5;

/** Process ids of the workers' children, by the run's directory. */
const children = new Map<string, number>();
// At Deno.exit() the worker has no time to end them; they would live until they next write.
globalThis.addEventListener("unload", () => children.forEach(endLeftover));

/** How a run is accompanied. */
export interface LiveRunOptions {
  /** Where it is recorded. */
  readonly directory: string;
  /** Whether a notebook shows a panel. */
  readonly panel: boolean;
  /** Whether the stop button fires the run's signal. */
  readonly interrupt: boolean;
  /** How the hardware is sampled; null when it is not. */
  readonly system: SystemSettings | null;
  /** Where it is delivered to; null for a run that stays local. */
  readonly sync: SyncSettings | null;
  /** What is recorded of where the run comes from. */
  readonly provenance: ProvenanceOptions;
  /** How the kernel's cells are recorded; null in a script. */
  readonly cells: CellServiceOptions | null;
  readonly tracking: KernelTracking | null;
  /** Called with a summary in words when a run of a script has ended. */
  readonly onSummary?: (text: string) => void;
  /** Called once with the run's page on the server. */
  readonly onUrl?: (url: string) => void;
}

/** Goes along with a run: its panel in the notebook, its drawings, its signal. */
export function accompany(run: Run, options: LiveRunOptions): RunCompanion | null {
  const { directory, system, sync, provenance, cells, tracking } = options;
  const unavailable = workerHost.unavailable(directory);
  if (unavailable !== null) {
    const off = "charts, summary, hardware, code and Git state";
    run.warn(
      "permission:worker",
      `The background worker is off, and with it ${sync === null ? off : `${off}, and syncing`}: ` +
        unavailable,
    );
    return null;
  }
  const notebook = currentNotebook();
  const panel = options.panel && notebook !== null ? new LivePanel(run, notebook) : null;
  const interrupt = notebook !== null && options.interrupt;
  const services: Mutable<ServiceOptions> = {
    media: true,
    provenance,
    ...(system === null ? {} : { system }),
    ...(cells === null ? {} : { cells }),
    ...(sync === null ? {} : { sync }),
  };
  let delivery: Delivery | null = null;
  const heard = ({ status, complete }: { status: SyncStatus; complete: boolean }) => {
    if (status.url !== null && delivery?.url !== status.url) options.onUrl?.(status.url);
    delivery = { ...status, url: status.url ?? delivery?.url ?? null, complete };
  };
  const files = new SavedFiles(directory);
  workerHost.open(directory, { live: panel !== null, interrupt, services }, {
    panel: (drawn) => panel?.update(drawn),
    warning: (message) => run.warn(`worker:${message.slice(0, 80)}`, message),
    vanished: () => run.restore(),
    report(report) {
      switch (report.service) {
        case "system":
          // A worker that is started again after it died gets the options of now.
          if (services.system !== undefined) {
            services.system = { ...services.system, leftover: report.pid };
          }
          children.set(directory, report.pid);
          return;
        case "media":
          return run.answer(report.answer);
        case "saved":
          return files.copied();
        case "cells":
          return tracking?.take(report, (messages) => {
            workerHost.ask(directory, { service: "cells", kind: "early", messages });
          });
        case "sync":
          if (report.kind === "stop") {
            run.interrupt("Somebody has asked the server to stop the run");
          } else if (report.kind === "status") {
            heard({ status: report.status, complete: false });
          } else {
            heard({ status: report.delivery, complete: report.delivery.complete });
          }
      }
    },
    died() {
      run.abandon("the background worker ended while it was made");
      files.remind();
    },
    interrupt: () => run.interrupt("The run was interrupted by the notebook's stop button"),
  });
  return {
    poll: () => workerHost.poll(),
    make: (request, transfer) => workerHost.ask(directory, { service: "media", request }, transfer),
    save: (request) => files.save(request),
    draw: (request: DrawRequest) => workerHost.draw(directory, request),
    leaving() {
      if (sync === null || delivery?.complete === true) return;
      const command = syncCommand(shortPath(directory));
      run.warn("sync:leaving", `Not everything was delivered. Send what is left with: ${command}`);
    },
    async finished() {
      await files.finish();
      const summary = options.onSummary === undefined
        ? null
        : workerHost.draw(directory, { kind: "summaryText", width: terminalWidth(Deno.stderr) });
      // A worker that has failed must not fail the end of the run.
      summary?.then((drawn) => options.onSummary?.(drawn.text), () => {});
      const drawn = await workerHost.close(directory, FINISH_MS + (sync?.timeoutMs ?? 0));
      children.delete(directory);
      if (drawn !== null) panel?.update(drawn);
      if (panel !== null) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const left = delivery === null ? null : leftInWords(delivery, shortPath(directory));
      if (left !== null) run.warn("sync:left", left);
      return delivery;
    },
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A run's panel in a notebook: shown once, and updated in place. */
class LivePanel {
  readonly #id: string;
  readonly #notebook: Notebook;

  constructor(run: Run, notebook: Notebook) {
    this.#id = `cellar-${run.id}-${crypto.randomUUID().slice(0, 8)}`;
    this.#notebook = notebook;
    const text = harmless(`Run ${run.name} in ${run.directory}`, true);
    notebook.display(this.#id, {
      "text/html": `<p style="opacity:0.7">${escapeHtml(text)}: waiting for the first row</p>`,
      "text/plain": text,
    });
  }

  update(drawn: Drawn): void {
    this.#notebook.update(this.#id, { "text/html": drawn.html, "text/plain": drawn.text });
  }
}
