import { isObject } from "../../record/json_object.ts";
import { Refusal } from "../refusal.ts";
import type { FieldRef, FieldValue, RunFilter, RunOrder } from "../store/store.ts";

/** Names of fields of runs, in all the spellings that clients use. */
const RUN_FIELDS: Readonly<Record<string, Extract<FieldRef, { scope: "run" }>["name"]>> = {
  name: "id",
  id: "id",
  displayName: "displayName",
  display_name: "displayName",
  state: "state",
  group: "group",
  groupName: "group",
  group_name: "group",
  jobType: "jobType",
  job_type: "jobType",
  username: "username",
  user: "username",
  "user.username": "username",
  host: "host",
  notes: "notes",
  sweep: "sweep",
  sweepName: "sweep",
  commit: "commit",
  createdAt: "createdAt",
  created_at: "createdAt",
  heartbeatAt: "heartbeatAt",
  heartbeat_at: "heartbeatAt",
  duration: "duration",
  tags: "tags",
};

const COMPARISONS: Readonly<Record<string, "eq" | "gt" | "gte" | "lt" | "lte">> = {
  $eq: "eq",
  $gt: "gt",
  $gte: "gte",
  $lt: "lt",
  $lte: "lte",
};

/** Longer filters are refused before they are read, and so are deeper ones. */
const MAX_TEXT = 100_000;
const MAX_DEPTH = 25;

/**
 * Reads a filter as W&B's SDK sends them: MongoDB's, in JSON, such as
 * `{"$and":[{"config.lr":{"$gt":0.01}},{"state":"finished"}]}`.
 *
 * @returns Undefined when it lets all runs pass.
 * @throws {Refusal} When it makes no sense.
 */
export function parseRunFilter(text: string | null | undefined): RunFilter | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  if (text.length > MAX_TEXT) throw refuse(`it has more than ${MAX_TEXT} characters`);
  let filter: unknown;
  try {
    filter = JSON.parse(text);
  } catch {
    throw refuse("it is not JSON");
  }
  if (filter === null || (isObject(filter) && Object.keys(filter).length === 0)) return undefined;
  return readConditions(filter, 0);
}

/**
 * Reads an order such as `-summary_metrics.loss`. Without a sign it ascends.
 *
 * @throws {Refusal} When it names no field.
 */
export function parseRunOrder(text: string | null | undefined): RunOrder | undefined {
  if (text === null || text === undefined || text === "") return undefined;
  const [, sign, name] = /^([+-]?)([^,]*)/s.exec(text)!;
  return { field: readField(name!), descending: sign === "-" };
}

function readConditions(filter: unknown, depth: number): RunFilter {
  if (depth > MAX_DEPTH) throw refuse(`it is deeper than ${MAX_DEPTH} levels`);
  if (!isObject(filter)) throw refuse("a condition is not an object");
  const of = Object.entries(filter).map(([key, value]): RunFilter => {
    switch (key) {
      case "$and":
        return { op: "and", of: readList(value, depth) };
      case "$or":
        return { op: "or", of: readList(value, depth) };
      case "$nor":
        return { op: "not", of: { op: "or", of: readList(value, depth) } };
      case "$not":
        return { op: "not", of: readConditions(value, depth + 1) };
      default:
        if (key.startsWith("$")) throw refuse(`${JSON.stringify(key)} is not an operator`);
        return readTests(readField(key), value, depth + 1);
    }
  });
  return of.length === 1 ? of[0]! : { op: "and", of };
}

function readList(value: unknown, depth: number): RunFilter[] {
  if (!Array.isArray(value)) throw refuse("a list of conditions is not a list");
  return value.map((condition) => readConditions(condition, depth + 1));
}

function readTests(field: FieldRef, value: unknown, depth: number): RunFilter {
  if (depth > MAX_DEPTH) throw refuse(`it is deeper than ${MAX_DEPTH} levels`);
  if (!isObject(value)) return { op: "eq", field, value: readValue(field, value) };
  const of = Object.entries(value).map(([operator, operand]): RunFilter => {
    const comparison = COMPARISONS[operator];
    if (comparison !== undefined) {
      return { op: comparison, field, value: readValue(field, operand) };
    }
    switch (operator) {
      case "$ne":
        return { op: "not", of: { op: "eq", field, value: readValue(field, operand) } };
      case "$in":
        return { op: "in", field, values: readValues(field, operand) };
      case "$nin":
        return { op: "not", of: { op: "in", field, values: readValues(field, operand) } };
      case "$exists":
        return operand ? { op: "exists", field } : { op: "not", of: { op: "exists", field } };
      case "$regex":
        if (typeof operand !== "string") throw refuse("a regular expression is not a text");
        return { op: "regex", field, pattern: flagged(operand, value.$options) };
      case "$options":
        return { op: "and", of: [] };
      case "$not":
        return { op: "not", of: readTests(field, operand, depth + 1) };
      default:
        throw refuse(`${JSON.stringify(operator.slice(0, 50))} is not an operator`);
    }
  });
  return of.length === 1 ? of[0]! : { op: "and", of };
}

function flagged(pattern: string, options: unknown): string {
  return typeof options === "string" && options.includes("i") ? `(?i)${pattern}` : pattern;
}

function readValues(field: FieldRef, values: unknown): FieldValue[] {
  if (!Array.isArray(values)) throw refuse("a list of values is not a list");
  return values.map((value) => readValue(field, value));
}

function readValue(field: FieldRef, value: unknown): FieldValue {
  if (value !== null && !["number", "string", "boolean"].includes(typeof value)) {
    throw refuse("a value is neither a number, a text, a boolean nor null");
  }
  const isTime = field.scope === "run" && ["createdAt", "heartbeatAt"].includes(field.name);
  if (!isTime || typeof value !== "string") return value as FieldValue;
  // Times without a zone are UTC.
  const time = Date.parse(
    /[zZ]$|[+-]\d\d:?\d\d$/.test(value) || !value.includes("T") ? value : `${value}Z`,
  );
  if (Number.isNaN(time)) throw refuse(`${JSON.stringify(value.slice(0, 50))} is not a time`);
  return time;
}

function readField(name: string): FieldRef {
  const known = Object.hasOwn(RUN_FIELDS, name) ? RUN_FIELDS[name] : undefined;
  if (known !== undefined) return { scope: "run", name: known };
  const [, scope, path] = /^(config|summary_metrics|summaryMetrics|summary)\.(.+)$/s.exec(name) ??
    [];
  if (path === undefined) throw refuse(`runs have no field ${JSON.stringify(name.slice(0, 80))}`);
  if (scope !== "config") return { scope: "summary", path };
  // `config.lr.value` and `config.lr` are the same; so is `config.net.value.act`.
  return { scope: "config", path: path.replace(/^([^.]+)\.value(?=\.|$)/, "$1") };
}

function refuse(reason: string): Refusal {
  return new Refusal(`Cannot filter runs: ${reason}`);
}
