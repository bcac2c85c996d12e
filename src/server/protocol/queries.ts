import type { Context } from "./context.ts";
import { EntityType, UserType } from "./types/user.ts";
import { ProjectType } from "./types/project.ts";

/** What clients can ask for. What a visitor may not read is not there. */
export const QUERIES = {
  viewer(_args: unknown, { visitor }: Context) {
    return visitor.username === null ? null : new UserType(visitor.username, visitor);
  },

  serverInfo() {
    return {
      features: FEATURES.map((name) => ({ name, isEnabled: true })),
      // Old clients leave parts of images and tables out for servers of unknown age.
      cliVersionInfo: { max_cli_version: "0.99.0" },
      latestLocalVersionInfo: null,
    };
  },

  entity({ name }: { name: string }, { visitor }: Context) {
    return visitor.mayRead(name) ? new EntityType(name) : null;
  },

  project: findProject,
  model: findProject,

  async models(
    args: { entityName?: string | null; after?: string | null; first?: number | null },
    context: Context,
  ) {
    const { visitor, services } = context;
    const entity = args.entityName || visitor.username;
    const entities = entity !== null && visitor.mayRead(entity) ? [entity] : [];
    const page = await services.store.projects.list(entities, {
      first: args.first ?? 50,
      after: args.after ?? null,
    });
    context.spend(page.projects.length);
    return {
      edges: page.projects.map((project, i) => ({
        node: new ProjectType(project),
        cursor: page.cursors[i],
      })),
      pageInfo: { endCursor: page.endCursor, hasNextPage: page.hasNextPage },
    };
  },

  artifact() {
    return null;
  },
};

/** Features of W&B's server that this one has, and one of its own: rows are welcome as they come. */
const FEATURES = [
  "FILESTREAM_GZIP",
  "STRUCTURED_CONSOLE_LOGS",
  "CELLAR_LIVE",
  "CELLAR_NAMED_ALERTS",
];

async function findProject(
  { name, entityName }: { name?: string | null; entityName?: string | null },
  { visitor, services }: Context,
) {
  const entity = entityName || visitor.username;
  if (!name || entity === null || !visitor.mayRead(entity)) return null;
  const project = await services.store.projects.find(entity, name);
  return project && new ProjectType(project);
}
