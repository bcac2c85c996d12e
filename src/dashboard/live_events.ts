import { eventStream } from "../server/charts/events.ts";
import type { Change } from "../server/store/store.ts";
import type { DashboardContext } from "./context.ts";

/** Lists are looked through, not watched: they may follow more slowly. */
const INTERVAL = 1_500;

/** Tells the pages of lists that something of theirs has changed. */
export async function liveEvents(url: URL, { store, viewer }: DashboardContext): Promise<Response> {
  const entity = url.searchParams.get("entity");
  const name = url.searchParams.get("project") ?? "";
  let concerns = (_change: Change) => true;
  if (entity !== null) {
    const project = viewer.mayRead(entity) ? await store.projects.find(entity, name) : undefined;
    if (project === undefined) return new Response(null, { status: 404 });
    concerns = (change) => change.project === project.key;
  }
  const response = eventStream(store, {
    reader: viewer.username ?? "",
    concerns,
    interval: INTERVAL,
    next: () => Promise.resolve({ event: "change", data: "{}" }),
  });
  return response ?? new Response(null, { status: 503, headers: { "retry-after": "30" } });
}
