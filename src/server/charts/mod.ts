/**
 * Chart queries over HTTP.
 *
 * | request                      | answer                                                        |
 * | ---------------------------- | ------------------------------------------------------------- |
 * | `GET /api/charts?…`          | {@linkcode ChartAnswer}: columns of the keys of the runs        |
 * | `GET /api/charts/events?…`   | the same by server-sent events, as rows arrive                |
 * | `GET /api/charts/keys?run=…` | what can be asked for: {@linkcode KeyInfo} of each key          |
 *
 * Parameters: `run` (`entity/project/id`) and `key`, each as often as needed; `stream` (`history`,
 * `events`), `x` (`_step`, `_timestamp`, `_runtime` or a key), `from`, `to`, `width` (pixels) and
 * `cursor`.
 *
 * @module
 */

import { answerChart } from "./answer.ts";
import { chartEvents } from "./chart_events.ts";
import { listKeys } from "./keys.ts";
import { type ChartContext, ChartError, parseRequest } from "./request.ts";

export type { ChartAnswer } from "./answer.ts";
export type { SeriesColumns } from "./columns.ts";
export type { KeyInfo } from "./keys.ts";
export type { ChartContext } from "./request.ts";
export type { Viewer } from "./viewer.ts";

/** Answers a chart query; null when the request is none. */
export async function chartApi(request: Request, context: ChartContext): Promise<Response | null> {
  const url = new URL(request.url);
  const answer = ANSWERS[url.pathname];
  if (answer === undefined) return null;
  if (request.method !== "GET" && request.method !== "HEAD") {
    return json({ error: `Cannot ${request.method.slice(0, 10)} charts` }, 405);
  }
  try {
    return await answer(url, request, context);
  } catch (error) {
    if (!(error instanceof ChartError)) throw error;
    return json({ error: error.message }, error.status);
  }
}

type Answer = (url: URL, request: Request, context: ChartContext) => Promise<Response>;

const ANSWERS: Readonly<Record<string, Answer>> = {
  "/api/charts": async (url, _request, context) => {
    const { query, cursor } = await parseRequest(url, context);
    return json(await answerChart(context.store, query, cursor));
  },
  "/api/charts/events": chartEvents,
  "/api/charts/keys": async (url, _request, context) => {
    const { query } = await parseRequest(url, context);
    return json(await listKeys(context.store, query.runs));
  },
};

function json(body: unknown, status = 200): Response {
  return Response.json(body, {
    status,
    headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
  });
}
