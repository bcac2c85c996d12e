import type { Project } from "../server/store/store.ts";
import type { DashboardContext } from "./context.ts";
import { htmlDocument } from "./document.ts";
import { withQuery } from "./links.ts";
import { projectsPage, projectsPart } from "./pages/projects.ts";
import { runsPage, runsPart } from "./pages/runs.ts";
import { respond } from "./respond.ts";
import { projectItems } from "./views/projects_page.ts";
import { runsPageView } from "./views/runs_page.ts";

/** The page of all projects. */
export async function projectsResponse(url: URL, context: DashboardContext): Promise<Response> {
  const { store, viewer, now = Date.now } = context;
  const items = await projectItems(store, viewer);
  const view = { ...items, baseUrl: context.baseUrl ?? url.origin, now: now() };
  if (url.searchParams.has("part")) return respond(projectsPart(view).text);
  return respond(htmlDocument(projectsPage(view), {
    title: "Projects",
    crumbs: [],
    viewer: viewer.username,
    events: "/-/events",
  }));
}

/** The page of a project. */
export async function projectResponse(
  url: URL,
  context: DashboardContext,
  project: Project,
): Promise<Response> {
  const { store, viewer, now = Date.now } = context;
  const parts = url.searchParams.has("part");
  url.searchParams.delete("part");
  const view = await runsPageView(store, project, { url, now: now() });
  if (parts) return respond(runsPart(view).text);
  const { entity, name } = project;
  return respond(htmlDocument(runsPage(view), {
    title: `${name} · ${entity}`,
    crumbs: [{ name: entity }, { name }],
    viewer: viewer.username,
    events: withQuery("/-/events", { entity, project: name }),
  }));
}
