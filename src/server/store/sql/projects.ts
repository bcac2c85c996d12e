import type { Project, ProjectPage, ProjectStore } from "../projects.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { Database } from "./database.ts";
import { ensureEntity } from "./people.ts";

interface ProjectRow {
  key: number;
  entity_name: string;
  name: string;
  description: string | null;
  created_at: number;
  runs: number;
  active_at: number;
}

const SELECT = `SELECT p.key, e.name AS entity_name, p.name, p.description, p.created_at,
    (SELECT COUNT(*) FROM run r WHERE r.project = p.key) AS runs,
    COALESCE((SELECT MAX(r.heartbeat_at) FROM run r WHERE r.project = p.key), p.created_at)
      AS active_at
  FROM project p JOIN entity e ON e.key = p.entity`;

/** Projects in SQL. */
export class SqlProjectStore implements ProjectStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(entity: string, name: string): Promise<Project | undefined> {
    const row = await this.#database.first<ProjectRow>(
      `${SELECT} WHERE e.name = ? AND p.name = ?`,
      entity,
      name,
    );
    return row && toProject(row);
  }

  async ensure(
    entity: string,
    name: string,
    at: number,
  ): Promise<{ project: Project; inserted: boolean }> {
    const known = await this.find(entity, name);
    if (known !== undefined) return { project: known, inserted: false };
    return this.#database.transaction(async (queries) => {
      const key = await ensureEntity(queries, entity);
      const inserted = await queries.run(
        `INSERT INTO project (entity, name, created_at) VALUES (?, ?, ?)
          ON CONFLICT (entity, name) DO NOTHING`,
        key,
        name,
        at,
      );
      const row = await queries.first<ProjectRow>(
        `${SELECT} WHERE p.entity = ? AND p.name = ?`,
        key,
        name,
      );
      return { project: toProject(row!), inserted: inserted > 0 };
    });
  }

  async list(
    entities: readonly string[] | "all",
    page: { first?: number; after?: string | null } = {},
  ): Promise<ProjectPage> {
    const first = Math.min(Math.max(page.first ?? 50, 0), 1000);
    // Activity moves projects while somebody pages; numbers of rows would skip some, and so do
    // times. What was active since the first page was asked for is seen there already.
    const after = page.after ? decodeCursor(page.after, 2) : null;
    const where = [
      ...(entities === "all" ? [] : [`entity_name IN (${entities.map(() => "?").join(", ")})`]),
      ...(after === null ? [] : ["(active_at, key) < (?, ?)"]),
    ];
    if (entities !== "all" && entities.length === 0) {
      return { projects: [], cursors: [], endCursor: null, hasNextPage: false };
    }
    const rows = await this.#database.all<ProjectRow>(
      `SELECT * FROM (${SELECT}) AS listed ${where.length === 0 ? "" : "WHERE "}${
        where.join(" AND ")
      } ORDER BY active_at DESC, key DESC LIMIT ?`,
      ...(entities === "all" ? [] : entities),
      ...(after ?? []),
      first + 1,
    );
    const projects = rows.slice(0, first).map(toProject);
    const cursors = projects.map(({ activeAt, key }) => encodeCursor([activeAt, key]));
    return {
      projects,
      cursors,
      endCursor: cursors.at(-1) ?? null,
      hasNextPage: rows.length > first,
    };
  }

  async describe(project: number, description: string | null): Promise<void> {
    await this.#database.run(
      "UPDATE project SET description = ? WHERE key = ?",
      description,
      project,
    );
  }
}

function toProject(row: ProjectRow): Project {
  return {
    key: row.key,
    entity: row.entity_name,
    name: row.name,
    description: row.description,
    createdAt: row.created_at,
    runs: row.runs,
    activeAt: row.active_at,
  };
}
