import type { ProvenanceOptions } from "../provenance/options.ts";
import type { SaveRequest } from "../files/save_request.ts";
import type { MediaAnswer, MediaRequest } from "../record/media_job.ts";
import type { Drawn, DrawRequest } from "../run/companion.ts";
import type { Delivery, SyncStatus } from "../sync/delivery.ts";
import type { SyncSettings } from "../sync/settings.ts";
import type { SystemSettings } from "../system/settings.ts";

/**
 * What goes along with a run in the background, and how; what is absent is off. It holds what a
 * restarted worker needs to go on, and nothing secret is ever written from it.
 */
export interface ServiceOptions {
  /** Media are made, and saved files copied. */
  readonly media?: true;
  /** Samples of the hardware. */
  readonly system?: SystemServiceOptions;
  /** Delivery to a server. */
  readonly sync?: SyncSettings;
  /** Where the run comes from: code, Git state, packages, machine. */
  readonly provenance?: ProvenanceOptions;
}

/** What the samples of the hardware go by. */
export interface SystemServiceOptions extends SystemSettings {
  /** The process id of a child that a worker which died has left behind. */
  readonly leftover?: number;
}

/** What the run's side asks of a service. */
export type ServiceRequest =
  /** One sample more, now. */
  | { readonly service: "system"; readonly kind: "sample" }
  | { readonly service: "media"; readonly request: MediaRequest }
  | { readonly service: "save"; readonly request: SaveRequest }
  /** Saves what is saved at the end, and reports `saved` when all copies are made. */
  | { readonly service: "save"; readonly request: "flush" };

/** What a service tells the run's side. */
export type ServiceReport =
  /** A long-lived child runs, which has to be ended should the worker die. */
  | { readonly service: "system"; readonly kind: "child"; readonly pid: number }
  | { readonly service: "media"; readonly answer: MediaAnswer }
  | { readonly service: "saved" }
  /** How the delivery stands. */
  | { readonly service: "sync"; readonly kind: "status"; readonly status: SyncStatus }
  /** It has ended. */
  | { readonly service: "sync"; readonly kind: "delivered"; readonly delivery: Delivery }
  /** Somebody has asked the server to stop the run. */
  | { readonly service: "sync"; readonly kind: "stop" };

/** What the user's thread tells the background worker. */
export type ToWorker =
  | {
    readonly kind: "open";
    readonly directory: string;
    /** Whether panels are to be drawn and sent as rows arrive. */
    readonly live: boolean;
    readonly services: ServiceOptions;
  }
  | { readonly kind: "ask"; readonly directory: string; readonly request: ServiceRequest }
  | {
    readonly kind: "draw";
    readonly directory: string;
    readonly ticket: number;
    readonly request: DrawRequest;
  }
  /** The run has ended: one more panel, and then no more. */
  | { readonly kind: "close"; readonly directory: string }
  /** Whether a SIGINT is to be reported instead of ending the process. */
  | { readonly kind: "interrupts"; readonly catch: boolean };

/** What the background worker tells the user's thread. */
export type FromWorker =
  | { readonly kind: "panel"; readonly directory: string; readonly drawn: Drawn }
  | { readonly kind: "closed"; readonly directory: string; readonly drawn: Drawn | null }
  | { readonly kind: "drawn"; readonly ticket: number; readonly drawn: Drawn }
  | { readonly kind: "failed"; readonly ticket: number; readonly message: string }
  | { readonly kind: "warning"; readonly directory: string; readonly message: string }
  | { readonly kind: "report"; readonly directory: string; readonly report: ServiceReport }
  /** Somebody removed the directory. */
  | { readonly kind: "vanished"; readonly directory: string }
  | { readonly kind: "interrupt" };
