import type { ChartDefinition } from "../charts/chart_definition.ts";
import type { Json } from "../record/lines.ts";

/** What a key's table is logged under. */
export function tableKeyOf(key: string): string {
  return `${key}_table`;
}

/** A chart as W&B's server wants it in `_wandb.visualize.<key>` of the config. */
export function visualizeConfig({ preset, fields, strings }: ChartDefinition, key: string): Json {
  const query = (name: string, args: Json[] = [], inner: Json[] = []): Json => ({
    name,
    ...(args.length === 0 ? {} : { args }),
    fields: inner,
  });
  return {
    panel_type: "Vega2",
    panel_config: {
      panelDefId: preset,
      fieldSettings: { ...fields },
      stringSettings: { ...strings },
      transform: { name: "tableWithLeafColNames" },
      userQuery: {
        queryFields: [
          query("runSets", [{ name: "runSets", value: "${runSets}" }], [
            query("id"),
            query("name"),
            query("_defaultColorIndex"),
            query("summaryTable", [{ name: "tableKey", value: tableKeyOf(key) }]),
          ]),
        ],
      },
    },
  };
}

/** Reads a chart from a config, whoever wrote it; undefined when it is none. */
export function readVisualize(config: unknown): ChartDefinition | undefined {
  const panel = objectIn(config, "panel_config");
  const preset = panel?.["panelDefId"];
  if (typeof preset !== "string") return undefined;
  const texts = Object.entries(objectIn(panel, "stringSettings") ?? {})
    .filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const fields = Object.entries(objectIn(panel, "fieldSettings") ?? {})
    .filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { preset, fields: Object.fromEntries(fields), strings: Object.fromEntries(texts) };
}

function objectIn(value: unknown, key: string): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  const inner = (value as Record<string, unknown>)[key];
  return typeof inner === "object" && inner !== null ? inner as Record<string, unknown> : undefined;
}
