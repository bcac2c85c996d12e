import type { StoredRun } from "../server/store/store.ts";
import type { DashboardContext } from "./context.ts";
import { projectPath, runPath } from "./links.ts";
import { problemPage } from "./respond.ts";
import { LIMITS } from "./sections/actions.ts";

const LARGEST_FORM = 100_000;
const MAX_TAGS = 100;
const MAX_TAG = 64;

/** Does what a form of a run's page asks for, and leads back to the page. */
export async function changeRun(
  request: Request,
  context: DashboardContext,
  run: StoredRun,
  action: string,
): Promise<Response> {
  const { store, viewer } = context;
  const refuse = (status: 400 | 403 | 404 | 413, title: string, text: string) =>
    problemPage(status, { title, text, viewer: viewer.username });
  if (!viewer.mayWrite(run.entity)) {
    return refuse(403, "Not allowed", "You may read this run, and not change it.");
  }
  switch (action) {
    case "stop":
      if (run.state === "running" || run.state === "pending") {
        await store.runs.update(run.key, { stopRequested: true });
      }
      return seeOther(runPath(run));
    case "delete":
      await context.deleteRun(run);
      return seeOther(projectPath(run));
    case "edit": {
      const length = Number(request.headers.get("content-length") ?? NaN);
      if (!(length <= LARGEST_FORM)) {
        return refuse(413, "Too long", "The form holds more than this server takes.");
      }
      const form = await request.formData().catch(() => null);
      if (form === null) return refuse(400, "Not understood", "The form could not be read.");
      const name = textOf(form, "name").trim().slice(0, LIMITS.name);
      await store.runs.update(run.key, {
        ...(name === "" ? {} : { displayName: name }),
        notes: textOf(form, "notes").replaceAll("\r\n", "\n").slice(0, LIMITS.notes),
        tags: tagsOf(textOf(form, "tags")),
      });
      return seeOther(runPath(run));
    }
    default:
      return refuse(404, "Not found", "There is nothing of that name to do with a run.");
  }
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}

/** Tags as people write them, between commas. */
function tagsOf(text: string): string[] {
  const tags = text.slice(0, LIMITS.tags).split(",").map((tag) => tag.trim().slice(0, MAX_TAG));
  return [...new Set(tags.filter((tag) => tag !== ""))].slice(0, MAX_TAGS);
}

/** The page that follows a form: to load it again sends nothing again. */
function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path } });
}
