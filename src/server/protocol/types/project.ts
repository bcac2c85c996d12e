import { parseRunFilter, parseRunOrder } from "../../query/mongo_filter.ts";
import type { Project } from "../../store/store.ts";
import type { Context } from "../context.ts";
import { makeId, toDateTime } from "../ids.ts";
import { emptyConnection } from "./connection.ts";
import { ResumableRunType, RunType } from "./run.ts";
import { EntityType, UserType } from "./user.ts";

/** What counting counts for: it looks at every run of the project. */
const COUNT_ROWS = 5000;

/** A project with its runs. */
export class ProjectType {
  readonly #project: Project;

  constructor(project: Project) {
    this.#project = project;
  }

  id() {
    return makeId("Project", this.#project.key);
  }
  internalId() {
    return String(this.#project.key);
  }
  name() {
    return this.#project.name;
  }
  entityName() {
    return this.#project.entity;
  }
  entity() {
    return new EntityType(this.#project.entity);
  }
  description() {
    return this.#project.description;
  }
  createdAt() {
    return toDateTime(this.#project.createdAt);
  }
  access() {
    return "PRIVATE";
  }
  views() {
    return null;
  }
  isBenchmark() {
    return false;
  }
  readOnly(_args: unknown, { visitor }: Context) {
    return !visitor.mayWrite(this.#project.entity);
  }
  user() {
    return new UserType(this.#project.entity);
  }

  runCount({ filters }: { filters?: string | null }, context: Context) {
    context.spend(COUNT_ROWS);
    return context.services.store.runs.count(this.#project.key, parseRunFilter(filters));
  }

  async runs(
    args: {
      filters?: string | null;
      order?: string | null;
      first?: number | null;
      after?: string | null;
    },
    context: Context,
  ) {
    const filter = parseRunFilter(args.filters);
    const order = parseRunOrder(args.order);
    const { runs } = context.services.store;
    const page = await runs.list({
      project: this.#project.key,
      ...(filter && { filter }),
      ...(order && { order }),
      first: args.first ?? 50,
      after: args.after ?? null,
    });
    context.spend(page.edges.length * 10);
    return {
      edges: page.edges.map(({ run, cursor }) => ({ node: new RunType(run), cursor })),
      pageInfo: { endCursor: page.endCursor, hasNextPage: page.hasNextPage },
      totalCount: () => {
        context.spend(COUNT_ROWS);
        return runs.count(this.#project.key, filter);
      },
    };
  }

  async run({ name }: { name: string }, { services }: Context) {
    const run = await services.store.runs.find(this.#project.entity, this.#project.name, name);
    return run && new RunType(run);
  }

  async bucket({ name }: { name: string }, { services }: Context) {
    const run = await services.store.runs.find(this.#project.entity, this.#project.name, name);
    return run && new ResumableRunType(run);
  }

  artifact() {
    return null;
  }
  artifactCollectionMembership() {
    return null;
  }
  totalSweeps() {
    return 0;
  }
  sweeps() {
    return emptyConnection();
  }
  sweep() {
    return null;
  }
}
