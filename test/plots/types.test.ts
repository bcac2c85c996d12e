import { expect, test } from "vitest";
import { fromFileUrl } from "../session/paths.ts";

test("the compiler catches what cannot be a chart, or be watched", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", fromFileUrl(new URL("./types.ts", import.meta.url))],
    cwd: fromFileUrl(new URL("../..", import.meta.url)),
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).output();
  expect(new TextDecoder().decode(stderr)).toBe("");
  expect(code).toBe(0);
}, 60_000);
