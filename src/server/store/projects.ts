/** A project of an entity. */
export interface Project {
  readonly key: number;
  readonly entity: string;
  readonly name: string;
  readonly description: string | null;
  readonly createdAt: number;
  /** How many runs it has. */
  readonly runs: number;
  /** When one of its runs was last heard of. */
  readonly activeAt: number;
}

/** A page of projects; each has the cursor that a list goes on after. */
export interface ProjectPage {
  readonly projects: readonly Project[];
  readonly cursors: readonly string[];
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
}

/** Projects. */
export interface ProjectStore {
  find(entity: string, name: string): Promise<Project | undefined>;

  /** Makes the project, and the entity, where there is none. */
  ensure(
    entity: string,
    name: string,
    at: number,
  ): Promise<{ project: Project; inserted: boolean }>;

  /**
   * Projects of the entities, the newest activity first.
   *
   * @param page How many, and the cursor of the page before.
   */
  list(
    entities: readonly string[] | "all",
    page?: { first?: number; after?: string | null },
  ): Promise<ProjectPage>;

  /** Changes what people have written about it. */
  describe(project: number, description: string | null): Promise<void>;
}
