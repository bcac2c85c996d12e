import type { FieldRef, RunPage, RunQuery } from "../run_query.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { Database, SqlValue } from "./database.ts";
import { type Condition, filterCondition, RUN_EXPRESSIONS } from "./run_filter.ts";
import { RUN_COLUMNS, RUN_JOINS, type RunRow, toRun } from "./run_rows.ts";

const ALL: Condition = { sql: "1 = 1", values: [] };

/** Names of what runs are ordered by, in the rows of a page. */
type Sorted = RunRow & Record<`order_${number}`, number | string>;

/**
 * A page of runs. Cursors hold the values that runs are ordered by, not a count: runs that come and
 * go in the meantime neither repeat others nor hide them.
 *
 * Runs that have the field come first, in its order, then those that do not.
 */
export async function listRuns(database: Database, query: RunQuery): Promise<RunPage> {
  const first = Math.min(Math.max(Math.trunc(query.first ?? 50), 0), 1000);
  const { field, descending } = query.order ??
    { field: { scope: "run", name: "createdAt" }, descending: false };
  const filter = query.filter === undefined
    ? ALL
    : filterCondition(query.filter, query.project, database.dialect);
  const { with: present, without } = orderings(query.project, field);

  const after = query.after ? readCursor(query.after, present.by.length) : null;
  const wanted = first + 1;
  const edges: { run: ReturnType<typeof toRun>; cursor: string }[] = [];
  for (const [phase, ordering] of [present, without].entries()) {
    if (ordering === null || edges.length >= wanted || (after !== null && after.phase > phase)) {
      continue;
    }
    const from = after !== null && after.phase === phase ? after.values : null;
    const rows = await selectPage(ordering, from, wanted - edges.length);
    for (const row of rows) {
      const values = ordering.by.map((_, i) => row[`order_${i}`]!);
      edges.push({ run: toRun(row), cursor: encodeCursor([phase, ...values]) });
    }
  }
  const page = edges.slice(0, first);
  return {
    edges: page,
    hasNextPage: edges.length > first,
    endCursor: page.at(-1)?.cursor ?? null,
  };

  function selectPage(ordering: Ordering, from: SqlValue[] | null, limit: number) {
    const direction = descending ? "DESC" : "ASC";
    const where = [ordering.where.sql, filter.sql];
    if (from !== null) {
      const bound = from.map(() => "?").join(", ");
      where.push(`(${ordering.by.join(", ")}) ${descending ? "<" : ">"} (${bound})`);
    }
    return database.all<Sorted>(
      `SELECT ${RUN_COLUMNS}, ${ordering.by.map((by, i) => `${by} AS order_${i}`).join(", ")}
        FROM ${ordering.from} ${RUN_JOINS}
        WHERE ${where.join(" AND ")}
        ORDER BY ${ordering.by.map((by) => `${by} ${direction}`).join(", ")}
        LIMIT ?`,
      ...ordering.where.values,
      ...filter.values,
      ...(from ?? []),
      limit,
    );
  }
}

/** How many runs match. */
export async function countRuns(
  database: Database,
  project: number,
  filter: RunQuery["filter"],
): Promise<number> {
  const { sql, values } = filter ? filterCondition(filter, project, database.dialect) : ALL;
  const row = await database.first<{ n: number }>(
    `SELECT COUNT(*) AS n FROM run r WHERE r.project = ? AND ${sql}`,
    project,
    ...values,
  );
  return row?.n ?? 0;
}

/** Where the rows of one part of an ordered list come from. */
interface Ordering {
  readonly from: string;
  readonly where: Condition;
  /** What they are ordered by; together the values are unique. */
  readonly by: readonly string[];
}

function orderings(
  project: number,
  field: FieldRef,
): { with: Ordering; without: Ordering | null } {
  if (field.scope === "run") {
    const expression = RUN_EXPRESSIONS[field.name];
    const from = "run r";
    const mayBeNull = ["group", "jobType", "host", "notes", "sweep", "commit"].includes(field.name);
    return {
      with: {
        from,
        where: {
          sql: `r.project = ?${mayBeNull ? ` AND ${expression} IS NOT NULL` : ""}`,
          values: [project],
        },
        by: [expression, "r.key"],
      },
      without: mayBeNull
        ? {
          from,
          where: { sql: `r.project = ? AND ${expression} IS NULL`, values: [project] },
          by: ["r.key"],
        }
        : null,
    };
  }
  const { scope, path } = field;
  return {
    with: {
      from: "run_field o JOIN run r ON r.key = o.run",
      where: {
        sql: "o.project = ? AND o.scope = ? AND o.path = ?",
        values: [project, scope, path],
      },
      by: ["o.kind", "o.number", "o.text", "o.run"],
    },
    without: {
      from: "run r",
      where: {
        sql: "r.project = ? AND NOT EXISTS (SELECT 1 FROM run_field o " +
          "WHERE o.run = r.key AND o.scope = ? AND o.path = ?)",
        values: [project, scope, path],
      },
      by: ["r.key"],
    },
  };
}

function readCursor(cursor: string, columns: number): { phase: number; values: SqlValue[] } {
  for (const length of [columns + 1, 2]) {
    try {
      const [phase, ...values] = decodeCursor(cursor, length);
      if (phase === 0 ? length === columns + 1 : phase === 1) {
        return { phase: phase as number, values };
      }
    } catch (error) {
      if (length === 2) throw error;
    }
  }
  throw new RangeError(`Cannot go on after the cursor ${JSON.stringify(cursor.slice(0, 80))}`);
}
