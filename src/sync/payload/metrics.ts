import type { MetricLine, SummaryKind } from "../../record/lines.ts";
import type { Metrics } from "../../run/metrics.ts";

/** A definition by the protocol's field numbers. */
export interface EncodedMetric {
  /** The name. */
  readonly "1"?: string;
  /** The name of a glob. */
  readonly "2"?: string;
  /** The place of the step metric in the list, from 1. */
  readonly "5"?: number;
  /** Options: 1 step sync, 2 hidden, 3 defined by itself. */
  readonly "6": readonly number[];
  /** Summaries. */
  readonly "7": readonly number[];
  /** The goal: 1 minimize, 2 maximize. */
  readonly "8"?: number;
}

const SUMMARIES: Record<SummaryKind, number> = {
  min: 1,
  max: 2,
  mean: 3,
  best: 4,
  last: 5,
  none: 6,
  first: 8,
};

/**
 * The metric definitions of a run as `_wandb.m` has them. A server that does not know globs is told
 * of each metric that one fits.
 */
export function encodeMetrics(metrics: Metrics, globs: boolean): EncodedMetric[] {
  const lines = new Map<string, MetricLine>();
  for (const line of metrics.definitions()) {
    if (globs || !line.name.endsWith("*")) lines.set(line.name, line);
  }
  if (!globs) {
    for (const { name, definition } of metrics) {
      if (definition !== null && !lines.has(name)) lines.set(name, definition);
    }
  }
  // A step metric has a place of its own, also when nobody defined it.
  const names = new Set(lines.keys());
  for (const { stepMetric } of lines.values()) {
    if (stepMetric !== undefined && stepMetric !== "_step") names.add(stepMetric);
  }
  const places = new Map(Array.from(names, (name, i) => [name, i + 1]));
  return Array.from(names, (name) => encode(name, lines.get(name), places));
}

/**
 * The metric definitions that `_wandb.m` holds; what is none, and what says nothing of its metric,
 * is left out.
 */
export function decodeMetrics(list: unknown): MetricLine[] {
  if (!Array.isArray(list)) return [];
  const names = list.map((metric) => nameOf(metric));
  return list.flatMap((metric, i): MetricLine[] => {
    const name = names[i];
    if (name === undefined) return [];
    const encoded = metric as Partial<Record<string, unknown>>;
    const options = numbers(encoded["6"]);
    const kinds = numbers(encoded["7"]);
    const goal = ([undefined, "minimize", "maximize"] as const)[Number(encoded["8"])];
    const stepMetric = names[Number(encoded["5"]) - 1];
    const summary = (Object.keys(SUMMARIES) as SummaryKind[]).filter((kind) =>
      kinds.includes(SUMMARIES[kind]) && (kind !== "best" || goal !== undefined)
    );
    const line: MetricLine = {
      type: "metric",
      name,
      ...(stepMetric === undefined ? {} : { stepMetric, stepSync: options.includes(1) }),
      ...(summary.length === 0 ? {} : { summary }),
      ...(goal === undefined ? {} : { goal }),
      ...(options.includes(2) ? { hidden: true } : {}),
    };
    return Object.keys(line).length === 2 ? [] : [line];
  });
}

function nameOf(metric: unknown): string | undefined {
  if (typeof metric !== "object" || metric === null) return undefined;
  const { 1: exact, 2: glob } = metric as Partial<Record<string, unknown>>;
  const name = exact ?? glob;
  return typeof name === "string" && /^(\*|[^*]+\*?)$/.test(name) ? name : undefined;
}

function numbers(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : [];
}

function encode(
  name: string,
  line: MetricLine | undefined,
  places: ReadonlyMap<string, number>,
): EncodedMetric {
  const glob = line !== undefined && name.endsWith("*");
  const place = line?.stepMetric === undefined ? undefined : places.get(line.stepMetric);
  const options = [
    ...(line?.stepMetric !== undefined && line.stepSync === true ? [1] : []),
    ...(line?.hidden === true ? [2] : []),
    ...(line === undefined || glob ? [] : [3]),
  ];
  return {
    ...(glob ? { "2": name } : { "1": name }),
    ...(place === undefined ? {} : { "5": place }),
    "6": options,
    "7": (line?.summary ?? []).map((kind) => SUMMARIES[kind]).sort(),
    ...(line?.goal === undefined ? {} : { "8": line.goal === "minimize" ? 1 : 2 }),
  };
}
