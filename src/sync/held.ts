import { fromExtendedJson } from "../record/extended_json.ts";
import { parseLine } from "../record/parse_line.ts";
import { dig, digCount, digString, graphql } from "./wire/graphql.ts";
import { RUN_RESUME_STATUS } from "./wire/operations.ts";
import type { TargetKey } from "./state/sync_state.ts";
import type { WireClient } from "./wire/client.ts";

/** How much of a run a server holds. */
export interface Held {
  /** The server's own id of the run. */
  readonly storageId: string | null;
  /** Lines of each stream. */
  readonly history: number;
  readonly events: number;
  readonly log: number;
  /** The last row; null when it is not told. */
  readonly lastRow: { readonly step: number; readonly time: number } | null;
  /** The summary as it stands there. */
  readonly summary: { readonly [key: string]: unknown };
}

/**
 * Asks what a server holds of a run.
 *
 * @returns Null when it has no such run.
 */
export async function askHeld(
  client: WireClient,
  { project, entity, id }: TargetKey,
  signal?: AbortSignal,
): Promise<Held | null> {
  const variables = { project, entity: entity ?? null, name: id };
  const data = await graphql(client, RUN_RESUME_STATUS, variables, signal);
  const bucket = dig(data, "model", "bucket");
  if (typeof bucket !== "object" || bucket === null) return null;
  return {
    storageId: digString(bucket, "id") ?? null,
    history: digCount(bucket, "historyLineCount") ?? 0,
    events: digCount(bucket, "eventsLineCount") ?? 0,
    log: digCount(bucket, "logLineCount") ?? 0,
    lastRow: lastRow(digString(bucket, "historyTail")),
    summary: parseLine(fromExtendedJson(digString(bucket, "summaryMetrics") ?? "{}")) ?? {},
  };
}

/** The tail is a JSON string of a list of JSON strings. */
function lastRow(tail: string | undefined): Held["lastRow"] {
  if (tail === undefined) return null;
  try {
    const lines: unknown = JSON.parse(tail);
    return Array.isArray(lines) ? rowIdentity(lines.at(-1)) : null;
  } catch {
    return null;
  }
}

/** What tells a row from all others: its step, and when it was logged. */
export function rowIdentity(line: unknown): Held["lastRow"] {
  if (typeof line !== "string") return null;
  const { _step, _timestamp } =
    parseLine<{ _step?: unknown; _timestamp?: unknown }>(fromExtendedJson(line)) ?? {};
  return typeof _step === "number" && typeof _timestamp === "number"
    ? { step: _step, time: _timestamp }
    : null;
}
