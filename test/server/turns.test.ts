import { expect, test } from "vitest";
import { Turns } from "../../src/server/turns.ts";

test("next() lets timers run once a turn has lasted long, and not before", async () => {
  const turns = new Turns();
  let ran = false;
  setTimeout(() => ran = true, 0);
  await turns.next();
  expect(ran).toBe(false);
  for (const end = performance.now() + 60; performance.now() < end;);
  await turns.next();
  expect(ran).toBe(true);
});
