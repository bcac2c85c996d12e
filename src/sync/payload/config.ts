import type { Json } from "../../record/lines.ts";
import type { RunRecord } from "../../run/run_record.ts";
import { VERSION } from "../../version.ts";
import { encodeMetrics } from "./metrics.ts";
import type { RunFacts } from "./run_facts.ts";

/** What a server wants in a config beside the user's own. */
export interface ConfigContext {
  readonly facts: RunFacts;
  /** Whether the server knows globs of metric names. */
  readonly globs: boolean;
}

/** The protocol's numbers in the telemetry `t`. */
const CLI_VERSION = "5";
const CORE_VERSION = "12";
const PLATFORM = "13";

/** The whole config as the protocol has it: each entry with its value, and what `_wandb` says. */
export function configObject(
  record: RunRecord,
  { facts, globs }: ConfigContext,
): Record<string, unknown> {
  const { metadata, codePath, sessionHistory } = facts;
  const entries: [string, unknown][] = Array.from(
    record.config,
    ([key, value]: [string, Json]) => [key, { value }],
  );
  entries.push(["_wandb", {
    value: {
      cli_version: VERSION,
      // A server takes a run for one that can be resumed only when this is there.
      t: { [CLI_VERSION]: VERSION, [CORE_VERSION]: VERSION, [PLATFORM]: platform() },
      m: encodeMetrics(record.metrics, globs),
      ...(metadata === null ? {} : { e: { [metadata.writerId]: metadata.content } }),
      ...(record.charts.size === 0 ? {} : { visualize: Object.fromEntries(record.charts) }),
      ...classLabels(record),
      ...(codePath === null ? {} : { code_path: codePath }),
      ...(sessionHistory === null ? {} : { session_history: sessionHistory }),
    },
  }]);
  return Object.fromEntries(entries);
}

/** The names of classes in boxes and masks, by W&B's places for them. */
function classLabels(record: RunRecord): Record<string, Record<string, unknown>> {
  const groups: Record<string, Record<string, unknown>> = {};
  for (const { group, key, labels } of record.labels.values()) {
    (groups[group] ??= {})[key] = { type: group, key, value: labels };
  }
  return groups;
}

function platform(): string {
  return `${Deno.build.os}-${Deno.build.arch}`;
}
