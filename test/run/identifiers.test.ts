import { describe, expect, test } from "vitest";
import { checkProject, checkRunId } from "../../src/names/identifiers.ts";
import { resolveSettings } from "../../src/run/settings.ts";

describe("identifiers", () => {
  test.each([".", ".."])("%s is neither a run id nor a project: no address can have it", (dots) => {
    expect(() => checkRunId(dots)).toThrow(`Cannot use the run id "${dots}": no address`);
    expect(() => checkProject(dots)).toThrow(`Cannot use the project "${dots}": no address`);
    // Whatever is accepted is a part of its address.
    for (const name of ["...", "..x", "a b", "ü🍇", "%2e%2e"]) {
      const { pathname } = new URL(`http://x/${encodeURIComponent(checkRunId(name))}`);
      expect(decodeURIComponent(pathname.slice(1))).toBe(name);
    }
  });

  test("an empty name is none, so that one is invented", () => {
    const env = (name: string) => ({ WANDB_NAME: "mine" })[name];
    expect(resolveSettings({ project: "p", name: "" }, env).name).toBe("mine");
    expect(resolveSettings({ project: "p", name: "" }, () => undefined).name).toBeUndefined();
  });
});
