import { parseLine } from "../record/parse_line.ts";
import { fromExtendedJson } from "../record/extended_json.ts";
import type { MetricLine } from "../record/lines.ts";
import { rowIdentity } from "./held.ts";
import { decodeMetrics } from "./payload/metrics.ts";
import type { TargetKey } from "./state/sync_state.ts";
import { WireClient } from "./wire/client.ts";
import { dig, digCount, digString, graphql } from "./wire/graphql.ts";
import { RUN_RESUME_STATUS } from "./wire/operations.ts";

/** A run that is on a server, to go on with. */
export interface RemoteRun {
  readonly name: string | undefined;
  readonly tags: readonly string[];
  readonly notes?: string | undefined;
  readonly config: { readonly [key: string]: unknown };
  /** How its metrics are summarized and shown. */
  readonly metrics: readonly MetricLine[];
  /** -1 when it has no rows. */
  readonly lastStep: number;
}

/**
 * Asks a server for a run.
 *
 * @returns Null when it has none of that id.
 * @throws {SyncFault} When it does not answer.
 */
export async function askRemoteRun(
  { baseUrl, entity, project, id }: TargetKey,
  apiKey: string | undefined,
  timeoutMs: number,
): Promise<RemoteRun | null> {
  const client = new WireClient({ baseUrl, apiKey });
  const variables = { project, entity: entity ?? null, name: id };
  const signal = AbortSignal.timeout(timeoutMs);
  const data = await graphql(client, RUN_RESUME_STATUS, variables, signal);
  const bucket = dig(data, "model", "bucket");
  if (typeof bucket !== "object" || bucket === null) return null;
  const tags = dig(bucket, "tags");
  const summary = parseObject(digString(bucket, "summaryMetrics"));
  const config = parseObject(digString(bucket, "config"));
  return {
    name: digString(bucket, "displayName"),
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [],
    notes: digString(bucket, "notes"),
    config: configValues(config),
    metrics: decodeMetrics(dig(config, "_wandb", "value", "m")),
    lastStep: Math.max(
      lastStep(digString(bucket, "historyTail")),
      digCount(summary, "_step") ?? -1,
    ),
  };
}

/** The last step in a JSON string of a list of JSON strings; -1 when there is none. */
function lastStep(tail = "[]"): number {
  try {
    const lines: unknown = JSON.parse(tail);
    return Array.isArray(lines) ? rowIdentity(lines.at(-1))?.step ?? -1 : -1;
  } catch {
    return -1;
  }
}

/** What the user configured: each entry's value, without what the client said of itself. */
function configValues(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).filter(([key]) => key !== "_wandb" && key !== "wandb_version").map(
      ([key, entry]) => [key, dig(entry, "value") === undefined ? entry : dig(entry, "value")],
    ),
  );
}

function parseObject(json = "{}"): Record<string, unknown> {
  return parseLine<Record<string, unknown>>(fromExtendedJson(json)) ?? {};
}
