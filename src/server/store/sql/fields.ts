import type { Queries } from "./database.ts";

/** A leaf of a configuration or summary, in the form that is indexed. */
interface Field {
  readonly kind: number;
  readonly number: number;
  readonly text: string;
}

/** Kinds of leaves, in their order. */
export const FIELD_KIND = { number: 0, text: 1, boolean: 2, null: 3 } as const;

/** Past these, leaves are kept in the JSON alone, and cannot be filtered by. */
const MAX_FIELDS = 2000;
const MAX_DEPTH = 6;
const MAX_PATH = 400;
const MAX_TEXT = 400;

/** The leaves of a configuration: `{"net":{"value":{"act":"relu"}}}` has `net.act`. */
export function configFields(json: string): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const [key, entry] of Object.entries(parseObject(json))) {
    if (key === "_wandb" || key === "wandb_version") continue;
    const isWrapped = typeof entry === "object" && entry !== null && "value" in entry;
    addFields(fields, key, isWrapped ? entry.value : entry, 1);
  }
  return fields;
}

/** The leaves of a summary. */
export function summaryFields(json: string): Map<string, Field> {
  const fields = new Map<string, Field>();
  for (const [key, value] of Object.entries(parseObject(json))) {
    if (key !== "_wandb") addFields(fields, key, value, 1);
  }
  return fields;
}

function parseObject(json: string): Record<string, unknown> {
  const value: unknown = JSON.parse(json);
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function addFields(fields: Map<string, Field>, path: string, value: unknown, depth: number) {
  if (fields.size >= MAX_FIELDS || path.length > MAX_PATH) return;
  if (typeof value === "object" && value !== null && !Array.isArray(value) && depth < MAX_DEPTH) {
    for (const [key, child] of Object.entries(value)) {
      addFields(fields, `${path}.${key}`, child, depth + 1);
    }
    return;
  }
  fields.set(path, toField(value));
}

/** A value as it is indexed. Texts are cut, and so are those that they are compared with. */
export function toField(value: unknown): Field {
  switch (typeof value) {
    case "number":
      return Number.isNaN(value)
        ? { kind: FIELD_KIND.text, number: 0, text: "NaN" }
        : { kind: FIELD_KIND.number, number: value, text: "" };
    case "boolean":
      return { kind: FIELD_KIND.boolean, number: Number(value), text: "" };
    case "string":
      if (value === "Infinity") return { kind: FIELD_KIND.number, number: Infinity, text: "" };
      if (value === "-Infinity") return { kind: FIELD_KIND.number, number: -Infinity, text: "" };
      return { kind: FIELD_KIND.text, number: 0, text: value.slice(0, MAX_TEXT) };
    default:
      return value === null
        ? { kind: FIELD_KIND.null, number: 0, text: "" }
        : { kind: FIELD_KIND.text, number: 0, text: JSON.stringify(value).slice(0, MAX_TEXT) };
  }
}

/** Brings the index of a run's leaves up to date; what did not change is not written. */
export async function writeFields(
  queries: Queries,
  run: { key: number; project: number },
  scope: "config" | "summary",
  fields: Map<string, Field>,
): Promise<void> {
  const known = await queries.all<Field & { path: string }>(
    "SELECT path, kind, number, text FROM run_field WHERE run = ? AND scope = ?",
    run.key,
    scope,
  );
  const before = new Map(known.map((field) => [field.path, field]));
  for (const [path, { kind, number, text }] of fields) {
    const old = before.get(path);
    before.delete(path);
    if (old && old.kind === kind && old.number === number && old.text === text) continue;
    await queries.run(
      `INSERT INTO run_field (run, project, scope, path, kind, number, text)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (run, scope, path)
        DO UPDATE SET kind = excluded.kind, number = excluded.number, text = excluded.text`,
      run.key,
      run.project,
      scope,
      path,
      kind,
      number,
      text,
    );
  }
  for (const path of before.keys()) {
    await queries.run(
      "DELETE FROM run_field WHERE run = ? AND scope = ? AND path = ?",
      run.key,
      scope,
      path,
    );
  }
}
