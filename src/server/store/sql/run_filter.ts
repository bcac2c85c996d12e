import type { FieldRef, FieldValue, RunFilter } from "../run_query.ts";
import type { Dialect, SqlValue } from "./database.ts";
import { FIELD_KIND, toField } from "./fields.ts";
import { compilePattern } from "./match_text.ts";

/** A condition, with what is bound to it. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Larger filters are refused, and so are deeper ones. */
const MAX_NODES = 300;
const MAX_DEPTH = 30;

/** Regular expressions of a filter; each is tried on every run, and has to stay compiled. */
const MAX_PATTERNS = 20;

/** Expressions of the fields that runs `r` have as columns. */
export const RUN_EXPRESSIONS: Readonly<
  Record<Extract<FieldRef, { scope: "run" }>["name"], string>
> = {
  id: "r.name",
  displayName: "r.display_name",
  state: "r.state",
  group: "r.group_name",
  jobType: "r.job_type",
  username: "r.username",
  host: "r.host",
  notes: "r.notes",
  sweep: "r.sweep",
  commit: "r.commit_hash",
  createdAt: "r.created_at",
  heartbeatAt: "r.heartbeat_at",
  duration: "((r.heartbeat_at - r.created_at) / 1000.0)",
  tags: "r.tags",
};

const COMPARISONS = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

/**
 * A filter as a condition on runs `r` of a project.
 *
 * @throws {RangeError} When it is too large.
 * @throws {SyntaxError} When a regular expression is not one.
 */
export function filterCondition(filter: RunFilter, project: number, dialect: Dialect): Condition {
  let nodes = 0;
  let patterns = 0;
  return compile(filter, 0);

  function compile(filter: RunFilter, depth: number): Condition {
    if (++nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new RangeError(
        `Cannot filter runs: more than ${MAX_NODES} conditions, or ${MAX_DEPTH} levels of them`,
      );
    }
    switch (filter.op) {
      case "and":
      case "or": {
        const parts = filter.of.map((part) => compile(part, depth + 1));
        if (parts.length === 0) return { sql: filter.op === "and" ? "1 = 1" : "1 = 0", values: [] };
        return {
          sql: `(${parts.map(({ sql }) => sql).join(filter.op === "and" ? " AND " : " OR ")})`,
          values: parts.flatMap(({ values }) => values),
        };
      }
      case "not": {
        const { sql, values } = compile(filter.of, depth + 1);
        // A comparison with NULL is neither true nor false; for a filter it is false.
        return { sql: `NOT COALESCE(${sql}, FALSE)`, values };
      }
      case "in": {
        if (filter.values.length > MAX_NODES) {
          throw new RangeError(`Cannot filter runs: a list of more than ${MAX_NODES} values`);
        }
        const { field } = filter;
        const of = filter.values.map((value) => ({ op: "eq" as const, field, value }));
        return compile({ op: "or", of }, depth + 1);
      }
      case "regex":
        if (++patterns > MAX_PATTERNS) {
          throw new RangeError(
            `Cannot filter runs: more than ${MAX_PATTERNS} regular expressions`,
          );
        }
        compilePattern(filter.pattern);
        return textCondition(filter.field, dialect.matches, filter.pattern);
      case "contains": {
        const pattern = `%${filter.text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`;
        return textCondition(filter.field, (text) => `LOWER(${text}) LIKE ? ESCAPE '\\'`, pattern);
      }
      case "exists":
        return existsCondition(filter.field);
      default:
        return compareCondition(filter.op, filter.field, filter.value);
    }
  }

  function fieldCondition(field: Extract<FieldRef, { path: string }>, test: Condition): Condition {
    return {
      sql: "r.key IN (SELECT f.run FROM run_field f WHERE f.project = ? AND f.scope = ? AND " +
        `f.path = ? AND ${test.sql})`,
      values: [project, field.scope, field.path, ...test.values],
    };
  }

  function textCondition(
    field: FieldRef,
    test: (text: string) => string,
    bound: string,
  ): Condition {
    if (field.scope !== "run") {
      const sql = `f.kind = ${FIELD_KIND.text} AND ${test("f.text")}`;
      return fieldCondition(field, { sql, values: [bound] });
    }
    if (field.name === "tags") return tagCondition({ sql: test("t.tag"), values: [bound] });
    return { sql: test(RUN_EXPRESSIONS[field.name]), values: [bound] };
  }

  function existsCondition(field: FieldRef): Condition {
    if (field.scope === "run") {
      if (field.name === "tags") return tagCondition({ sql: "1 = 1", values: [] });
      return { sql: `${RUN_EXPRESSIONS[field.name]} IS NOT NULL`, values: [] };
    }
    // A path that leads to an object has no leaf of its own, but leaves below it.
    return {
      sql: "r.key IN (SELECT f.run FROM run_field f WHERE f.project = ? AND f.scope = ? AND " +
        "(f.path = ? OR (f.path >= ? AND f.path < ?)))",
      values: [project, field.scope, field.path, `${field.path}.`, `${field.path}/`],
    };
  }

  function compareCondition(
    op: keyof typeof COMPARISONS,
    field: FieldRef,
    value: FieldValue,
  ): Condition {
    const sign = COMPARISONS[op];
    if (value === null) {
      const exists = existsCondition(field);
      // What is null exists, but equals a field that is missing.
      const isNull = field.scope === "run" ? { sql: "1 = 0", values: [] } : fieldCondition(field, {
        sql: `f.kind = ${FIELD_KIND.null}`,
        values: [],
      });
      if (op !== "eq") return { sql: "1 = 0", values: [] };
      return {
        sql: `(NOT ${exists.sql} OR ${isNull.sql})`,
        values: [...exists.values, ...isNull.values],
      };
    }
    if (field.scope === "run") {
      if (field.name === "tags") {
        return tagCondition({ sql: `t.tag ${sign} ?`, values: [String(value)] });
      }
      const bound = typeof value === "boolean" ? Number(value) : value;
      return { sql: `${RUN_EXPRESSIONS[field.name]} ${sign} ?`, values: [bound] };
    }
    const { kind, number, text } = toField(value);
    const test = kind === FIELD_KIND.text
      ? ["f.text", text] as const
      : ["f.number", number] as const;
    return fieldCondition(field, {
      sql: `f.kind = ${kind} AND ${test[0]} ${sign} ?`,
      values: [test[1]],
    });
  }
}

function tagCondition(test: Condition): Condition {
  return {
    sql: `EXISTS (SELECT 1 FROM run_tag t WHERE t.run = r.key AND ${test.sql})`,
    values: test.values,
  };
}
