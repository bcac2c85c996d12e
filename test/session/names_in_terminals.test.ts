import { expect, test } from "vitest";
import { init } from "../../mod.ts";
import { showText } from "../../src/cli/show.ts";
import { draw } from "../../src/view/draw.ts";
import { Follower } from "../../src/view/follower.ts";
import { tempDir } from "../temp.ts";

const dir = tempDir();
const HOSTILE = "\u001b[31mred\u202e\nsecond line";

test("a run's name cannot command a terminal that shows it", async () => {
  const said: string[] = [];
  const { error, warn } = console;
  console.error = console.warn = (text: unknown) => void said.push(String(text));
  let directory = "";
  try {
    const run = await init({ project: "names", dir, name: HOSTILE, settings: { capture: false } });
    directory = run.directory!;
    run.log({ [HOSTILE]: 1, infinite: Infinity });
    run.warn("test", HOSTILE);
    await run.finish();
  } finally {
    Object.assign(console, { error, warn });
  }
  const follower = new Follower(directory);
  const panel = await draw(follower, { kind: "panel" });
  follower.close();
  expect(panel.text).toBe("\ufffd[31mred\ufffd second line is finished, 1 row");
  expect(said.filter((text) => text.includes("red")).length).toBeGreaterThanOrEqual(3);
  for (const text of [...said, panel.text, await showText(directory)]) {
    // deno-lint-ignore no-control-regex
    expect(text).not.toMatch(/[\u001b\u202e]/);
  }
  // The lowest of infinite values is nothing to say.
  expect(await showText(directory)).toMatch(/infinite +∞ +1$/m);
});
