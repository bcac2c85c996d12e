import { expect, test } from "vitest";
import { typeErrors } from "../type_errors.ts";

test("the compiler catches what cannot be a chart, or be watched", async () => {
  expect(await typeErrors(new URL("./types.ts", import.meta.url))).toBe("");
}, 60_000);
