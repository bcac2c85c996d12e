import { defineOwn } from "../../record/define_own.ts";
import type { RunRecord } from "../../run/run_record.ts";
import { stringifyExtended } from "../../record/extended_json.ts";

/**
 * The summary of a run as one line: it is always sent whole.
 *
 * @param inherited What others have put into it before this record of the run began.
 */
export function summaryLine(
  record: RunRecord,
  inherited: { readonly [key: string]: unknown } = {},
): string {
  const summary: Record<string, unknown> = { ...inherited };
  for (const metric of record.metrics) {
    const { name, path, summary: value } = metric;
    if (value !== undefined) put(summary, path ?? [name], value);
  }
  for (const [key, value] of record.assigned) defineOwn(summary, key, value);
  const { lastStep, lastTimestamp, startTime, finish } = record;
  const end = finish?.time ?? lastTimestamp ?? startTime;
  const runtime = Math.max(0, Math.floor(end - startTime));
  return stringifyExtended({
    ...summary,
    ...(lastStep === null ? {} : { _step: lastStep, _timestamp: lastTimestamp }),
    _runtime: runtime,
    _wandb: { runtime },
  });
}

/** Puts a value at a path; one that a plain value blocks is written with dots. */
function put(tree: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let at = tree;
  for (const key of path.slice(0, -1)) {
    const inner = Object.hasOwn(at, key) ? at[key] : {};
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) {
      defineOwn(tree, path.join("."), value);
      return;
    }
    defineOwn(at, key, inner);
    at = inner as Record<string, unknown>;
  }
  defineOwn(at, path.at(-1) ?? "", value);
}
