import { gzipSync } from "node:zlib";

/** Answers shorter than this are a packet or two in any case. */
const SMALLEST = 2_000;
const LEVEL = 4;

/** What a page's addresses are in: they all begin at the root of the server. */
const ADDRESS = /( (?:href|src|action|data-events)=")(\/(?!\/))/g;

/** How an answer leaves. */
export interface FinishOptions {
  /** The path that a proxy gives the server; empty for none. */
  readonly prefix: string;
}

/**
 * Makes an answer ready to leave: its addresses below the path that a proxy gives the server, and
 * compressed for who can read that.
 */
export async function finish(
  request: Request,
  response: Response,
  { prefix }: FinishOptions,
): Promise<Response> {
  const headers = new Headers(response.headers);
  const location = headers.get("location");
  if (location !== null) headers.set("location", prefix + location);
  const type = headers.get("content-type") ?? "";
  if (!/^text\/(html|css|javascript)|^image\/svg/.test(type) || response.body === null) {
    return new Response(response.body, { status: response.status, headers });
  }
  let text = await response.text();
  // Quotes in what strangers wrote are escaped: this finds attributes alone.
  if (prefix !== "" && type.startsWith("text/html")) {
    text = text.replace(ADDRESS, (_match, name, path) => name + prefix + path);
  }
  headers.append("vary", "accept-encoding");
  const compresses = text.length >= SMALLEST &&
    /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  if (!compresses) return new Response(text, { status: response.status, headers });
  headers.set("content-encoding", "gzip");
  const bytes = new Uint8Array(gzipSync(text, { level: LEVEL }));
  return new Response(bytes, { status: response.status, headers });
}
