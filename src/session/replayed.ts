import { REPLAY_VARIABLE } from "../cells/replay_variable.ts";
import { readEnv, type ResolvedSettings } from "../run/settings.ts";

/** The settings of a run that is recorded by a replay: apart, from the beginning, and not synced. */
export function asReplayed(settings: ResolvedSettings): ResolvedSettings {
  const dir = readEnv(REPLAY_VARIABLE);
  if (dir === undefined || settings.mode === "disabled") return settings;
  return {
    ...settings,
    dir,
    mode: "offline",
    id: undefined,
    baseUrl: undefined,
    apiKey: undefined,
    resume: "never",
  };
}
