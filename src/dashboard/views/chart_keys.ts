import type { SeriesInfo } from "../../server/store/store.ts";
import { compareNames } from "./compare_names.ts";
import type { MetricDefinition } from "./metric_definitions.ts";

/** A metric to draw, and over what. */
export interface ChartKey {
  readonly key: string;
  readonly x: string;
  readonly info: SeriesInfo;
}

/**
 * The metrics of a run that are drawn, in the order in which they were first logged: numbers, without
 * those that are hidden, or that are only the axis of others.
 */
export function chartKeys(
  infos: readonly SeriesInfo[],
  define: (key: string) => MetricDefinition,
): ChartKey[] {
  const drawn = infos.filter(({ kind, key }) => kind === "number" && !key.startsWith("_"));
  const keys = new Set(drawn.map(({ key }) => key));
  const axes = new Set(drawn.map(({ key }) => define(key).step));
  return drawn
    .filter(({ key }) => !define(key).hidden && !axes.has(key))
    .map((info) => {
      const { step } = define(info.key);
      return { key: info.key, x: step !== undefined && keys.has(step) ? step : "_step", info };
    })
    .sort((a, b) => a.info.firstLine - b.info.firstLine || compareNames(a.key, b.key));
}

/** The part of a name before the first `/`; empty where there is none. */
function prefixOf(key: string): string {
  const slash = key.indexOf("/");
  return slash > 0 ? key.slice(0, slash) : "";
}

/**
 * Metrics in the groups in which a page shows them: by the part of their name before the first `/`.
 * One that would be alone under it needs no heading, and stands with those that have no such part,
 * before the groups.
 */
export function groupKeys(keys: readonly ChartKey[]): Map<string, ChartKey[]> {
  const groups = Map.groupBy(keys, ({ key }) => prefixOf(key));
  const isGroup = (key: ChartKey) => (groups.get(prefixOf(key.key))?.length ?? 0) > 1;
  const alone = keys.filter((key) => prefixOf(key.key) === "" || !isGroup(key));
  const others = [...groups].filter(([name, members]) => name !== "" && members.length > 1);
  return new Map(alone.length === 0 ? others : [["", alone], ...others]);
}
