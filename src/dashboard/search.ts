import type { FieldRef, RunFilter } from "../server/store/store.ts";

/** What was searched for, as the store understands it; or why it could not be. */
export interface Search {
  readonly filter?: RunFilter;
  readonly problem?: string;
}

const MAX_TERMS = 20;
const RUN_FIELDS: Readonly<Record<string, FieldRef>> = {
  name: { scope: "run", name: "displayName" },
  id: { scope: "run", name: "id" },
  state: { scope: "run", name: "state" },
  tag: { scope: "run", name: "tags" },
  user: { scope: "run", name: "username" },
  group: { scope: "run", name: "group" },
  job: { scope: "run", name: "jobType" },
  host: { scope: "run", name: "host" },
  notes: { scope: "run", name: "notes" },
  runtime: { scope: "run", name: "duration" },
};
/** Fields whose text is looked into; the others are equal or not. */
const TEXTS = new Set(["name", "notes", "host"]);
const OPERATORS = { ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" } as const;

/**
 * Reads a search: words that a run's name holds, and terms such as `tag:baseline`, `state:failed`,
 * `config.lr>0.01`, `summary.loss<=0.5`, `config.model="res net"` and `-tag:old`. All have to hold.
 *
 * @example
 * ```ts
 * parseSearch("baseline config.lr>0.01").filter; // { op: "and", of: [{ op: "or", … }, { op: "gt", … }] }
 * ```
 */
export function parseSearch(text: string): Search {
  const terms = text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
  if (terms.length > MAX_TERMS) {
    return { problem: `A search takes at most ${MAX_TERMS} terms.` };
  }
  const filters: RunFilter[] = [];
  for (const term of terms) {
    const negated = term.startsWith("-") && term.length > 1;
    const found = parseTerm(negated ? term.slice(1) : term);
    if (typeof found === "string") return { problem: found };
    filters.push(negated ? { op: "not", of: found } : found);
  }
  if (filters.length === 0) return {};
  return { filter: filters.length === 1 ? filters[0]! : { op: "and", of: filters } };
}

function parseTerm(term: string): RunFilter | string {
  const parts = /^([A-Za-z_][^\s"<>=!:]*)(>=|<=|!=|>|<|=|:)(.*)$/.exec(term);
  if (parts === null) return holds(unquoted(term));
  const [, name = "", operator = "", rest = ""] = parts;
  const field = fieldOf(name);
  if (field === undefined) {
    if (operator === ":") return holds(unquoted(term));
    return `"${name}" is no field: write config.${name} or summary.${name}.`;
  }
  if (rest === "") return `"${term}" has no value to compare with.`;
  const value = valueOf(rest);
  if (operator === "!=") return { op: "not", of: { op: "eq", field, value } };
  if (operator === "=" || operator === ":") {
    return TEXTS.has(name) ? { op: "contains", field, text: unquoted(rest) } : {
      op: "eq",
      field,
      value: field.scope === "run" && name !== "runtime" ? unquoted(rest) : value,
    };
  }
  if (typeof value !== "number") {
    return `"${term}" compares with "${unquoted(rest)}", which is no number.`;
  }
  return { op: OPERATORS[operator as keyof typeof OPERATORS], field, value };
}

/** A word: in the name or the id, or a whole tag. */
function holds(text: string): RunFilter {
  return {
    op: "or",
    of: [
      { op: "contains", field: RUN_FIELDS.name!, text },
      { op: "contains", field: RUN_FIELDS.id!, text },
      { op: "eq", field: RUN_FIELDS.tag!, value: text },
    ],
  };
}

/** A field by the name that people write; undefined when there is none of that name. */
export function fieldOf(name: string): FieldRef | undefined {
  if (Object.hasOwn(RUN_FIELDS, name)) return RUN_FIELDS[name];
  const nested = /^(config|summary)\.(.+)$/.exec(name);
  if (nested === null) return undefined;
  return { scope: nested[1] as "config" | "summary", path: nested[2]! };
}

function valueOf(text: string): number | string | boolean | null {
  if (text.startsWith('"')) return unquoted(text);
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function unquoted(text: string): string {
  return text.replaceAll('"', "");
}
