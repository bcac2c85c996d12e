import type { RunDelivery } from "./companion.ts";

/** What `finish` says. */
export interface FinishReport {
  /** Rows (distinct steps) recorded in all. */
  readonly rows: number;
  /** Rows that could not be written, because the disk was full, say. */
  readonly lost: number;
  /** Rows and values that were refused. */
  readonly rejected: { readonly rows: number; readonly values: number };
  /** Where the run is recorded; null in mode `disabled`. */
  readonly directory: string | null;
  /** What was delivered to a server; null for a run that stays local. */
  readonly sync: RunDelivery | null;
}

/** The part of a delivery that people are told. */
export function deliveryOf(delivery: RunDelivery): RunDelivery {
  const { complete, delivered, left, filesLeft, reason, url } = delivery;
  return { complete, delivered, left, filesLeft, reason, url };
}
