import type { Store } from "../../server/store/store.ts";
import type { Viewer } from "../../server/charts/viewer.ts";
import type { ProjectItem } from "../views.ts";

const SHOWN = 200;

/** Reads the projects that the viewer may see, the most recently active first. */
export async function projectItems(
  store: Store,
  viewer: Viewer,
): Promise<{ readonly projects: ProjectItem[]; readonly more: boolean }> {
  const { projects, hasNextPage } = await store.projects.list(viewer.entities, { first: SHOWN });
  const items = await Promise.all(projects.map(async (project) => ({
    entity: project.entity,
    project: project.name,
    description: project.description ?? "",
    runs: project.runs,
    running: await store.runs.count(project.key, {
      op: "eq",
      field: { scope: "run", name: "state" },
      value: "running",
    }),
    active: project.activeAt,
  })));
  return { projects: items, more: hasNextPage };
}
