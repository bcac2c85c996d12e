import { isObject } from "../record/json_object.ts";
import { toNumber } from "../record/parse_line.ts";
import { readRows, type Row } from "../run/recorded_run.ts";

/** What the values of a column are. Columns of several kinds, and of objects, are JSON. */
export type ColumnKind = "integer" | "number" | "boolean" | "string" | "json";

/** A column of the table that a run's rows make up. */
export interface Column {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** The rows of a run, nested values under their path with dots. */
export function* flatRows(directory: string): Generator<Row> {
  for (const row of readRows(directory)) yield flatten(row);
}

/** The columns of a run's rows, in the order in which they first appear. */
export function columnsOf(rows: Iterable<Row>): Column[] {
  const kinds = new Map<string, ColumnKind | null>();
  for (const row of rows) {
    for (const name in row) {
      const before = kinds.get(name);
      const kind = kindOf(row[name]);
      if (kind === before) continue;
      kinds.set(name, before === undefined || before === null ? kind : join(before, kind));
    }
  }
  return Array.from(kinds, ([name, kind]) => ({ name, kind: kind ?? "json" }));
}

/** A row that has its columns alone: what every object has, such as `constructor`, may be a metric. */
export function bareRow(): Record<string, unknown> {
  return Object.create(null);
}

function flatten(row: Row): Row {
  const flat = bareRow();
  let nested = false;
  for (const key in row) {
    const value = row[key];
    if (isGroup(value)) nested = true;
    else flat[key] = value;
  }
  if (nested) {
    for (const key in row) {
      if (isGroup(row[key])) flattenInto(flat, key, row[key]);
    }
  }
  return flat;
}

function flattenInto(flat: Record<string, unknown>, path: string, group: object): void {
  for (const [key, value] of Object.entries(group)) {
    const name = `${path}.${key}`;
    if (isGroup(value)) flattenInto(flat, name, value);
    else flat[name] = value;
  }
}

/** An object that is no value with a form of its own, such as an image. */
function isGroup(value: unknown): value is object {
  return isObject(value) && !("_type" in value);
}

function kindOf(value: unknown): ColumnKind | null {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) ? "integer" : "number";
    case "bigint":
      // What no 64 bits hold keeps its digits as text.
      return BigInt.asIntN(64, value) === value ? "integer" : "json";
    case "boolean":
      return "boolean";
    case "string":
      return toNumber(value) === undefined ? "string" : "number";
    default:
      return value === null || value === undefined ? null : "json";
  }
}

function join(a: ColumnKind, b: ColumnKind | null): ColumnKind {
  if (b === null || a === b) return a;
  const both = new Set([a, b]);
  return both.has("integer") && both.has("number") ? "number" : "json";
}
