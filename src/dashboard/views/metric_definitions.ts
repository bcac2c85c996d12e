import { isObject } from "../../record/json_object.ts";

/** How the run wants a metric to be drawn. */
export interface MetricDefinition {
  /** The metric that is its x axis. */
  readonly step?: string;
  readonly hidden: boolean;
}

const NONE: MetricDefinition = { hidden: false };
const HIDDEN = 2;

/**
 * Reads the definitions of a run's metrics from its config, where they are a list of objects whose
 * fields have numbers for names.
 *
 * @param list The value of `_wandb.m`; whatever else it is, nothing is defined.
 * @returns Finds the definition of a metric, by its name or by the longest prefix.
 */
export function metricDefinitions(list: unknown): (key: string) => MetricDefinition {
  const exact = new Map<string, MetricDefinition>();
  const prefixes: { readonly prefix: string; readonly definition: MetricDefinition }[] = [];
  const entries = Array.isArray(list) ? list : [];
  const nameOf = (entry: unknown) =>
    isObject(entry) && typeof entry["1"] === "string"
      ? entry["1"].replaceAll("\\.", ".")
      : undefined;
  for (const entry of entries) {
    if (!isObject(entry)) continue;
    const { "2": glob, "5": index, "6": options } = entry;
    // Counted from 1.
    const step = typeof index === "number" ? nameOf(entries[index - 1]) : undefined;
    const definition = {
      hidden: Array.isArray(options) && options.includes(HIDDEN),
      ...(step === undefined ? {} : { step }),
    };
    const name = nameOf(entry);
    if (name !== undefined) exact.set(name, definition);
    else if (typeof glob === "string" && glob.endsWith("*")) {
      prefixes.push({ prefix: glob.slice(0, -1).replaceAll("\\.", "."), definition });
    }
  }
  prefixes.sort((a, b) => b.prefix.length - a.prefix.length);
  return (key) =>
    exact.get(key) ?? prefixes.find(({ prefix }) => key.startsWith(prefix))?.definition ?? NONE;
}
