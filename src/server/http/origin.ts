import { Refusal } from "../refusal.ts";

/** Addresses that a server on loopback answers to. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Whether only this machine can reach an address to listen on. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127\./.test(hostname);
}

/**
 * Refuses requests for another host than this server. A page of a stranger whose name suddenly
 * points to this machine (DNS rebinding) asks for the stranger's host.
 *
 * @param url Its address.
 * @param allowed Hosts with their ports; null lets all pass.
 */
export function checkHost(
  request: Request,
  { host: asked }: URL,
  allowed: ReadonlySet<string> | null,
): void {
  // HTTP/2 has no such header. A request line may name a host beside it, which answers lead to.
  const host = request.headers.get("host")?.toLowerCase() ?? asked;
  if (allowed === null || (allowed.has(host) && allowed.has(asked))) return;
  throw new Refusal(
    `Cannot answer for the host ${
      JSON.stringify((allowed.has(host) ? asked : host).slice(0, 100))
    }: ` +
      "this server is known by other names (see --public-url)",
    403,
  );
}

/** Hosts that a server answers to; null for all, where every request has to bring a key anyway. */
export function allowedHosts(
  listen: { hostname: string; port: number },
  publicUrl: URL | undefined,
): ReadonlySet<string> | null {
  if (!isLoopback(listen.hostname) && publicUrl === undefined) return null;
  const hosts = new Set(LOOPBACK.map((name) => `${name}:${listen.port}`));
  if (listen.port === 80) { for (const name of LOOPBACK) hosts.add(name); }
  if (publicUrl !== undefined) hosts.add(publicUrl.host);
  if (!isLoopback(listen.hostname)) hosts.add(`${listen.hostname}:${listen.port}`);
  return hosts;
}

/**
 * Refuses what a page of another site makes a browser send. Clients that are no browsers send
 * neither header.
 */
export function checkSameSite(request: Request, baseUrl: string): void {
  const origin = request.headers.get("origin");
  const site = request.headers.get("sec-fetch-site");
  const isForeign = origin !== null
    ? origin !== new URL(baseUrl).origin
    : site !== null && site !== "same-origin" && site !== "none";
  if (isForeign) throw new Refusal("Cannot do that for a page of another site", 403);
}
