import { describe, expect, test } from "vitest";
import { parseRunFilter, parseRunOrder } from "../../../src/server/query/mongo_filter.ts";

const lr = { scope: "config", path: "lr" };
const state = { scope: "run", name: "state" };

describe("parseRunFilter()", () => {
  test.each<[string, unknown]>([
    ['{"state":"finished"}', { op: "eq", field: state, value: "finished" }],
    ['{"config.lr":0.1}', { op: "eq", field: lr, value: 0.1 }],
    ['{"config.lr.value":0.1}', { op: "eq", field: lr, value: 0.1 }],
    ['{"config.net.value.act":"relu"}', {
      op: "eq",
      field: { scope: "config", path: "net.act" },
      value: "relu",
    }],
    ['{"summary_metrics.val/loss":{"$lt":1,"$gte":0}}', {
      op: "and",
      of: [
        { op: "lt", field: { scope: "summary", path: "val/loss" }, value: 1 },
        { op: "gte", field: { scope: "summary", path: "val/loss" }, value: 0 },
      ],
    }],
    ['{"config.lr":{"$ne":null}}', { op: "not", of: { op: "eq", field: lr, value: null } }],
    ['{"config.lr":{"$exists":false}}', { op: "not", of: { op: "exists", field: lr } }],
    ['{"state":{"$nin":["a","b"]}}', {
      op: "not",
      of: { op: "in", field: state, values: ["a", "b"] },
    }],
    ['{"$nor":[{"state":"a"}]}', {
      op: "not",
      of: { op: "or", of: [{ op: "eq", field: state, value: "a" }] },
    }],
    ['{"displayName":{"$regex":"^A","$options":"i"}}', {
      op: "and",
      of: [
        { op: "regex", field: { scope: "run", name: "displayName" }, pattern: "(?i)^A" },
        { op: "and", of: [] },
      ],
    }],
    // Times without a zone are UTC, whatever the server's is.
    ['{"createdAt":{"$gt":"2026-01-01T00:00:00"}}', {
      op: "gt",
      field: { scope: "run", name: "createdAt" },
      value: Date.UTC(2026, 0, 1),
    }],
    ['{"heartbeat_at":{"$lt":"2026-01-01T01:00:00+01:00"}}', {
      op: "lt",
      field: { scope: "run", name: "heartbeatAt" },
      value: Date.UTC(2026, 0, 1),
    }],
  ])("reads %s", (text, expected) => {
    expect(parseRunFilter(text)).toEqual(expected);
  });

  test("lets all pass for an empty filter", () => {
    for (const text of [null, undefined, "", "{}", "null"]) {
      expect(parseRunFilter(text)).toBeUndefined();
    }
  });
});

describe("parseRunOrder()", () => {
  test("reads a sign, and ascends without one", () => {
    expect(parseRunOrder("-summary_metrics.loss")).toEqual({
      field: { scope: "summary", path: "loss" },
      descending: true,
    });
    expect(parseRunOrder("+created_at")).toEqual(parseRunOrder("createdAt"));
    expect(parseRunOrder("config.lr.value")).toEqual({ field: lr, descending: false });
    expect(parseRunOrder("")).toBeUndefined();
    expect(() => parseRunOrder("-nope")).toThrow('runs have no field "nope"');
  });
});
