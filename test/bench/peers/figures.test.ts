import { expect, test } from "vitest";
import { compare, type Load } from "./figures.ts";

const speed: Load = { title: "sending", unit: "values/s", better: "more" };
const time: Load = { title: "asking", unit: "ms", better: "less" };

test("compare() says how much better Cellar is, and where another is", () => {
  const rows = compare([
    { load: speed, peer: "Cellar", how: "", value: 1_000 },
    { load: time, peer: "Cellar", how: "", value: 30 },
    { load: speed, peer: "other", how: "in batches", value: 250 },
    { load: time, peer: "other", how: "", value: 20 },
  ], "Cellar");
  expect(rows).toEqual([
    { what: "sending", measured: "" },
    { what: "  Cellar", measured: "1000 values/s" },
    {
      what: "  other: in batches",
      measured: "250 values/s",
      expected: "Cellar is 4 x better",
      ok: true,
    },
    { what: "asking", measured: "" },
    { what: "  Cellar", measured: "30 ms" },
    { what: "  other", measured: "20 ms", expected: "1.5 x better than Cellar", ok: false },
  ]);
});

test("compare() tells why there is no figure, and draws no ratio from it", () => {
  const rows = compare([
    { load: speed, peer: "Cellar", how: "", value: new Error("it has 9 of 10 rows") },
    { load: speed, peer: "other", how: "", value: 5 },
  ], "Cellar");
  expect(rows.slice(1)).toEqual([
    { what: "  Cellar: it has 9 of 10 rows", measured: "none", ok: false },
    { what: "  other", measured: "5 values/s" },
  ]);
});
