import type { StreamJson } from "./test_server.ts";

/** A request that the official SDK sent; long texts are cut. */
export interface SentRequest {
  readonly op: string;
  readonly method: string;
  readonly path: string;
  readonly graphql?: { readonly query: string; readonly variables?: Record<string, unknown> };
  readonly json?: StreamJson;
}

/** What the official SDK sent in a scenario; recorded from SDK 0.30.0. */
export function recordedTraffic(scenario: string): SentRequest[] {
  const url = new URL(`./traffic/${scenario}.json`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(url)).requests;
}

/** A GraphQL document without what layout it has. */
export function bare(query: string): string {
  return query.replace(/[\s,]+/g, " ").replace(/ ?([(){}:!$=[\]]) ?/g, "$1").trim();
}

/** The keys of a request of the file stream. */
export function streamShape(json: StreamJson): string[] {
  return [
    ...Object.keys(json).map((key) => `.${key}`),
    ...Object.keys(json.files ?? {}).map((name) => `.files.${name}`),
  ].sort();
}
