import { defineOwn } from "../../record/define_own.ts";
import type { MetricLine } from "../../record/lines.ts";
import { toNumber } from "../../record/parse_line.ts";
import type { RunRecord } from "../../run/run_record.ts";
import { stringifyExtended } from "../../record/extended_json.ts";
import { dig } from "../wire/graphql.ts";

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
    const { name, path, summary: value, definition } = metric;
    if (value === undefined) continue;
    const keys = path ?? [name];
    put(summary, keys, goOn(dig(inherited, ...keys), value, definition?.goal));
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

/** The extremes of a metric together with those that it had before; its mean is not known. */
function goOn(before: unknown, value: unknown, goal: MetricLine["goal"]): unknown {
  if (!isObject(before) || !isObject(value) || "_type" in value) return value;
  const best = goal === "minimize" ? Math.min : Math.max;
  const joined: Record<string, (old: number, now: number) => number> = {
    min: Math.min,
    max: Math.max,
    best,
    first: (old) => old,
  };
  const both = Object.entries(joined).flatMap(([kind, join]) => {
    const [old, now] = [toNumber(before[kind]), toNumber(value[kind])];
    return old === undefined || now === undefined || Number.isNaN(old)
      ? []
      : [[kind, Number.isNaN(now) ? old : join(old, now)]];
  });
  return { ...value, ...Object.fromEntries(both) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
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
