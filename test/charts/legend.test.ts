import { expect, test } from "vitest";
import { layOutLegend } from "../../src/charts/legend.ts";

const texts = (...[items, width, rows]: Parameters<typeof layOutLegend>) =>
  layOutLegend(items, width, rows).entries.map(({ text, value }) => `${text} ${value}`.trim());

test("layOutLegend() leaves values out where all names fit without them, and else counts the rest", () => {
  const items = [{ name: "received", value: "0.0004349" }, { name: "sent", value: "0.0004732" }];
  expect(texts(items, 400, 1)).toEqual(["received 0.0004349", "sent 0.0004732"]);
  expect(texts(items, 200, 1)).toEqual(["received", "sent"]);
  const many = Array.from({ length: 20 }, (_, i) => ({ name: `core ${i}`, value: "100" }));
  expect(texts(many, 200, 1)).toEqual(["core 0 100", "+ 19 more"]);
});
