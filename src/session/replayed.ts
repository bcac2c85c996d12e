import { readEnv, type ResolvedSettings } from "../run/settings.ts";

/** Names the folder in which a replay records, whatever the code that is replayed asks for. */
export const REPLAY_VARIABLE = "CELLAR_REPLAY";

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
