import { answerChart } from "./answer.ts";
import { parseCursor } from "./cursor.ts";
import { eventStream } from "./events.ts";
import { standOf } from "./stand.ts";
import { type ChartContext, ChartError, parseRequest } from "./request.ts";

/**
 * The columns of a query as they grow: an event `columns` with a {@linkcode ChartAnswer} at once, and
 * one more each time that rows have come. Without keys it only says that something has changed: an
 * event `change` with how each run stands. An event `gone` is the last one, when a run was deleted.
 */
export async function chartEvents(
  url: URL,
  request: Request,
  context: ChartContext,
): Promise<Response> {
  const { store } = context;
  const parsed = await parseRequest(url, context);
  const { query } = parsed;
  const runs = new Set(query.runs.map(({ key }) => key));
  // A browser that was cut off says where it was.
  const resumed = request.headers.get("last-event-id");
  let cursor = resumed === null ? parsed.cursor : parseCursor(resumed);
  const response = eventStream(store, {
    reader: context.viewer.username ?? "",
    concerns: ({ run }) => runs.has(run),
    async next() {
      const now = await Promise.all(query.runs.map(({ key }) => store.runs.get(key)));
      const there = now.filter((run) => run !== undefined);
      if (there.length < now.length) return { event: "gone", data: "{}", last: true };
      if (query.keys.length === 0) return { event: "change", data: standOf(there) };
      const answer = await answerChart(store, { ...query, runs: there }, cursor);
      cursor = parseCursor(answer.cursor);
      if (!answer.complete && answer.series.length === 0) return null;
      return { event: "columns", data: JSON.stringify(answer), id: answer.cursor };
    },
  });
  if (response !== null) return response;
  throw new ChartError(503, "Cannot stream: too many readers are there already");
}
