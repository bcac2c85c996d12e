import { describe, expect, test } from "vitest";
import { resolveSystemSettings } from "../../src/system/settings.ts";

const env = (variables: Record<string, string>) => (name: string) => variables[name];

describe("resolveSystemSettings()", () => {
  test("resolveSystemSettings() takes options before variables, and those before defaults", () => {
    expect(resolveSystemSettings(undefined, env({}))).toEqual({});
    const variables = env({ WANDB__STATS_SAMPLING_INTERVAL: "5" });
    expect(resolveSystemSettings(undefined, variables)).toEqual({ interval: 5 });
    expect(resolveSystemSettings({ interval: 1, nvidiaSmi: null }, variables)).toEqual({
      interval: 1,
      nvidiaSmi: null,
    });
    const other = env({ WANDB_X_STATS_SAMPLING_INTERVAL: "7" });
    expect(resolveSystemSettings({}, other)).toEqual({ interval: 7 });
  });

  test("resolveSystemSettings() gives null where sampling is turned off", () => {
    expect(resolveSystemSettings(false, env({}))).toBeNull();
    for (const value of ["true", "1", "True"]) {
      expect(resolveSystemSettings(undefined, env({ WANDB__DISABLE_STATS: value }))).toBeNull();
    }
    expect(resolveSystemSettings(undefined, env({ WANDB_X_DISABLE_STATS: "true" }))).toBeNull();
    expect(resolveSystemSettings(undefined, env({ WANDB__DISABLE_STATS: "false" }))).toEqual({});
    expect(resolveSystemSettings({}, env({ WANDB__DISABLE_STATS: "true" }))).toEqual({});
  });

  test("resolveSystemSettings() refuses what is no interval, and shows it", () => {
    for (const interval of [0, -1, NaN, Infinity, 0.01]) {
      expect(() => resolveSystemSettings({ interval }, env({}))).toThrow(`not every ${interval}`);
      expect(() => resolveSystemSettings({ longInterval: interval }, env({}))).toThrow(TypeError);
    }
    const variables = env({ WANDB__STATS_SAMPLING_INTERVAL: "often" });
    expect(() => resolveSystemSettings(undefined, variables)).toThrow(`not every "often"`);
  });
});
