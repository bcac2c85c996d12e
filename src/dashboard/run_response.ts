import { standOf } from "../server/charts/stand.ts";
import type { StoredRun } from "../server/store/store.ts";
import type { DashboardContext } from "./context.ts";
import { htmlDocument } from "./document.ts";
import { projectPath, withQuery } from "./links.ts";
import { embeddedRunPage, runPage } from "./pages/run.ts";
import { respond } from "./respond.ts";
import { runParts } from "./run_parts.ts";
import { runPageView } from "./views/run_page.ts";

/** The page of a run, or the parts of it that an open page asks for. */
export async function runResponse(
  url: URL,
  context: DashboardContext,
  run: StoredRun,
): Promise<Response> {
  const { viewer, now = Date.now } = context;
  const embedded = url.searchParams.get("jupyter") === "true";
  const options = { url, now: now(), embedded };
  if (url.searchParams.has("part")) return respond(await runParts(context, run, options));
  const view = await runPageView(context, run, options);
  const { entity, project, id } = run;
  const name = `${entity}/${project}/${id}`;
  const { name: title } = view.run;
  const body = htmlDocument(embedded ? embeddedRunPage(view) : runPage(view), {
    title: `${title} · ${project}`,
    crumbs: [{ name: entity }, { name: project, href: projectPath(run) }, { name: title }],
    viewer: viewer.username,
    embedded,
    events: withQuery("/api/charts/events", { run: name }),
    run: name,
    version: standOf([run]),
  });
  return respond(body, { framed: embedded });
}
