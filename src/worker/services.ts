import { reasonOf } from "../names/reason.ts";
import type { RunRecord } from "../run/run_record.ts";
import { deferredService } from "./deferred_service.ts";
import { fileSaving, mediaMaking } from "./media_services.ts";
import type { ServiceOptions, ServiceReport, ServiceRequest } from "./messages.ts";

/** What a {@linkcode RunService} works with. */
export interface ServiceContext {
  /** The run directory. */
  readonly directory: string;
  /** Warns once of each text, on the terminal, in the record and in the panel. */
  warn(message: string): void;
  /** Tells the run's side, on the user's thread; the memory of `transfer` goes over to it. */
  report(report: ServiceReport, transfer?: readonly ArrayBuffer[]): void;
  /** Asks something of the run's other services. */
  ask(request: ServiceRequest): void;
  /** What the run's lines add up to; read to the end of the files when `all` is asked for. */
  record(all: boolean): RunRecord;
  /** Shows a line in the panel, in the place of the one before. */
  show(line: string): void;
}

/**
 * Something that goes along with a run in the background worker: it samples, records, or sends. It
 * is started anew when the worker was restarted, and then goes on from what the directory holds.
 */
export interface RunService {
  /** What the user's thread asks of it; each service knows its own requests. */
  receive?(request: ServiceRequest): void | Promise<void>;
  /** Somebody removed the run directory, and it was made again: what it held is gone. */
  beginAnew?(): void;
  /** Resolves when the record has what it can have by now, for who is about to draw it. */
  settled?(): Promise<void>;
  /** Ends it, and writes what it held back. */
  close(): Promise<void>;
  /** What is left to do when all services have written what they held back. */
  deliver?(): Promise<void>;
}

/**
 * Starts what was asked for. Each service is loaded when it is wanted; one that cannot be started
 * warns, and the others go on.
 */
export function startServices(options: ServiceOptions, context: ServiceContext): RunService[] {
  const services: RunService[] = [];
  const add = (name: string, start: () => Promise<RunService>) => {
    const onFail = (error: unknown) => {
      context.warn(`Cannot start ${name}: ${reasonOf(error)}`);
    };
    const service = deferredService({ start, onFail });
    services.push(service);
    return service;
  };
  const { media, provenance, system, cells, sync } = options;
  if (media === true) services.push(mediaMaking(context), fileSaving(context));
  if (system !== undefined) {
    add("system metrics", async () => {
      const { startSystemService } = await import("./system_service.ts");
      return startSystemService(system, context);
    });
  }
  const cellService = cells === undefined ? null : add("the record of cells", async () => {
    const { startCellsService } = await import("./cells_service.ts");
    return startCellsService(cells, context);
  });
  if (provenance !== undefined) {
    add("the record of code and environment", async () => {
      const { startProvenanceService } = await import("./provenance_service.ts");
      // What the last cells import is known when they are recorded.
      const cellsEnded = async () => await cellService?.close();
      return startProvenanceService(provenance, { ...context, cellsEnded });
    });
  }
  if (sync !== undefined) {
    add("syncing", async () => {
      const { startSyncService } = await import("./sync_service.ts");
      return startSyncService(sync, context);
    });
  }
  return services;
}
