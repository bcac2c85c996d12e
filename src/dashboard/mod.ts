/**
 * The pages: complete HTML from the server, which reads well without scripts, and a small script that
 * keeps them up to date.
 *
 * | address                             | page                                                  |
 * | ----------------------------------- | ----------------------------------------------------- |
 * | `/`                                 | the projects                                          |
 * | `/{entity}/{project}`               | the runs of a project                                 |
 * | `/{entity}/{project}/runs/{id}`     | a run; with `?jupyter=true` for a frame in a notebook |
 *
 * @module
 */

import { serveAsset } from "./assets.ts";
import type { DashboardContext } from "./context.ts";
import { changeRun } from "./change_run.ts";
import { finish } from "./finish.ts";
import { liveEvents } from "./live_events.ts";
import { projectResponse, projectsResponse } from "./lists.ts";
import { projectPath } from "./links.ts";
import { problemPage } from "./respond.ts";
import { runResponse } from "./run_response.ts";

export type { DashboardContext } from "./context.ts";
export type { Viewer } from "../server/charts/viewer.ts";

/** Answers a request for a page, or for what pages need; null when the request is for neither. */
export async function dashboard(
  request: Request,
  context: DashboardContext,
): Promise<Response | null> {
  const url = new URL(request.url);
  const { baseUrl = url.origin } = context;
  const response = await answer(request, url, { ...context, baseUrl });
  const prefix = new URL(baseUrl).pathname.replace(/\/+$/, "");
  return response === null ? null : await finish(request, response, { prefix });
}

async function answer(
  request: Request,
  url: URL,
  context: DashboardContext & { readonly baseUrl: string },
): Promise<Response | null> {
  const path = segments(url.pathname);
  if (path === null) return null;
  const { method } = request;
  const reads = method === "GET" || method === "HEAD";
  const [entity = "", project = "", runs, id = "", action = ""] = path;
  if (entity === "-") {
    if (!reads) return null;
    if (path[1] === "assets") return serveAsset(url.pathname);
    return path[1] === "events" && path.length === 2 ? await liveEvents(url, context) : null;
  }
  if (path.length === 0) return reads ? await projectsResponse(url, context) : null;
  const isRun = runs === "runs" && path.length >= 4 && path.length <= 5;
  const isProject = path.length === 2 || (path.length === 3 && runs === "runs");
  if (!isRun && !isProject) return null;
  const found = context.viewer.mayRead(entity)
    ? await context.store.projects.find(entity, project)
    : undefined;
  if (found === undefined) return notFound(context, "project");
  if (isProject) return reads ? await projectResponse(url, context, found) : null;
  const run = await context.store.runs.find(entity, project, id);
  if (run === undefined) {
    return notFound(context, "run", {
      name: `All runs of ${project}`,
      href: projectPath({ entity, project }),
    });
  }
  if (method === "POST" && path.length === 5) return await changeRun(request, context, run, action);
  return reads && path.length === 4 ? await runResponse(url, context, run) : null;
}

/** What may not be seen is not there, so that nobody learns which names there are. */
function notFound(
  { viewer }: DashboardContext,
  what: string,
  back?: { readonly name: string; readonly href: string },
): Response {
  const reason = viewer.username === null ? ", or it is only there for who has logged in" : "";
  return problemPage(404, {
    title: "Not found",
    text: `There is no such ${what}${reason}.`,
    viewer: viewer.username,
    ...(back === undefined ? {} : { back }),
  });
}

/** The parts of a path; null where it is not well-formed. */
function segments(pathname: string): string[] | null {
  try {
    return pathname.split("/").filter((part) => part !== "").map(decodeURIComponent);
  } catch {
    return null;
  }
}
