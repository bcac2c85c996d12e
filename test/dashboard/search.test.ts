import { describe, expect, it } from "vitest";
import { parseSearch } from "../../src/dashboard/search.ts";

const name = { scope: "run", name: "displayName" };

describe("parseSearch()", () => {
  it("finds nothing special in nothing", () => {
    expect(parseSearch("  ")).toEqual({});
  });

  it("looks for a word in the name, the id and the tags", () => {
    expect(parseSearch("resnet").filter).toEqual({
      op: "or",
      of: [
        { op: "contains", field: name, text: "resnet" },
        { op: "contains", field: { scope: "run", name: "id" }, text: "resnet" },
        { op: "eq", field: { scope: "run", name: "tags" }, value: "resnet" },
      ],
    });
  });

  it("compares fields of the config and the summary, nested ones too", () => {
    expect(parseSearch("config.opt.lr>=1e-3 summary.val/loss<0.5").filter).toEqual({
      op: "and",
      of: [
        { op: "gte", field: { scope: "config", path: "opt.lr" }, value: 0.001 },
        { op: "lt", field: { scope: "summary", path: "val/loss" }, value: 0.5 },
      ],
    });
  });

  it("takes quotes for what has spaces, and a minus for what must not be", () => {
    expect(parseSearch(`-config.model="res net" tag:"a b"`).filter).toEqual({
      op: "and",
      of: [
        {
          op: "not",
          of: { op: "eq", field: { scope: "config", path: "model" }, value: "res net" },
        },
        { op: "eq", field: { scope: "run", name: "tags" }, value: "a b" },
      ],
    });
  });

  it("knows true, false, null and numbers from texts", () => {
    const values = ["true", "null", "5", `"5"`, "adam"].map((text) => {
      const { filter } = parseSearch(`config.x=${text}`);
      return filter?.op === "eq" ? filter.value : undefined;
    });
    expect(values).toEqual([true, null, 5, "5", "adam"]);
  });

  it.each([
    ["lr>1", /write config.lr or summary.lr/],
    ["config.lr>", /no value/],
    ["config.lr>fast", /no number/],
    [Array(30).fill("x").join(" "), /at most 20/],
  ])("says what is wrong with %s", (text, message) => {
    const { filter, problem } = parseSearch(text);
    expect(filter).toBeUndefined();
    expect(problem).toMatch(message);
  });

  it("takes whatever else for words", () => {
    for (const text of ["a:b", "http://x/y", "-", "<script>", `"`, "config.", ">=5"]) {
      expect(parseSearch(text).problem).toBeUndefined();
    }
  });
});
