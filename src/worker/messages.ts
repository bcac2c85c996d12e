import type { Drawn, DrawRequest } from "../run/companion.ts";

/** What the user's thread tells the background worker. */
export type ToWorker =
  | {
    readonly kind: "open";
    readonly directory: string;
    /** Whether panels are to be drawn and sent as rows arrive. */
    readonly live: boolean;
  }
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
  /** Somebody removed the directory. */
  | { readonly kind: "vanished"; readonly directory: string }
  | { readonly kind: "interrupt" };
