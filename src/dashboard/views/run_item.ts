import { isObject, parseObject } from "../../record/json_object.ts";
import type { StoredRun } from "../../server/store/store.ts";
import type { RunItem } from "../views.ts";

/** A run as the pages show it. */
export function runItem(run: StoredRun, now: number): RunItem {
  const { entity, project, id, displayName, state, createdAt, username, tags } = run;
  const summary = parseObject(run.summary) ?? {};
  return {
    entity,
    project,
    id,
    name: displayName === "" ? id : displayName,
    state,
    created: createdAt,
    runtime: runtimeOf(run, summary, now),
    user: username,
    tags,
    notes: run.notes ?? "",
    group: run.group ?? "",
    config: configValues(parseObject(run.config) ?? {}),
    summary: withoutInternals(summary),
  };
}

/** The values of a config: `{"lr":{"value":0.1}}` holds `lr`. */
export function configValues(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).filter(([key]) => key !== "_wandb" && key !== "wandb_version").map((
      [key, entry],
    ) => [key, isObject(entry) && Object.hasOwn(entry, "value") ? entry.value : entry]),
  );
}

/** What the protocol keeps in a config for itself. */
export function internalConfig(run: StoredRun): Record<string, unknown> {
  const entry = parseObject(run.config)?._wandb;
  const value = isObject(entry) && isObject(entry.value) ? entry.value : entry;
  return isObject(value) ? value : {};
}

function withoutInternals(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !key.startsWith("_")));
}

/** Seconds that the run took, or takes so far. */
function runtimeOf(
  { state, createdAt, heartbeatAt }: StoredRun,
  summary: Record<string, unknown>,
  now: number,
): number {
  if (state === "running") return Math.max(0, (now - createdAt) / 1000);
  const { _wandb, _runtime } = summary;
  const known = isObject(_wandb) ? _wandb.runtime : _runtime;
  // A run that was synced later than it ran was created when it was over.
  if (typeof known === "number" && known >= 0) return known;
  return typeof _runtime === "number" ? _runtime : Math.max(0, (heartbeatAt - createdAt) / 1000);
}
