import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { PeopleStore } from "../store/store.ts";

/** How long a browser stays logged in. */
const SESSION_MS = 30 * 24 * 3600 * 1000;

/**
 * The name of the cookie. Browsers send those of a host to all of its ports: servers on one machine
 * must not end each other's sessions. Over https no other host can set one of the prefix `__Host-`,
 * which browsers take for whole hosts alone.
 */
function cookieName(baseUrl: string): string {
  const { protocol, port } = new URL(baseUrl);
  const name = port === "" ? "cellar_session" : `cellar_session_${port}`;
  if (protocol !== "https:") return name;
  return cookiePath(baseUrl) === "/" ? `__Host-${name}` : `__Secure-${name}`;
}

/** Who shares the host with a server below a path is not sent its sessions. */
function cookiePath(baseUrl: string): string {
  return new URL(baseUrl).pathname;
}

/**
 * Begins a session: what the browser shows is random, and the store has its hash alone.
 *
 * @param apiKey The number of the key that it is begun with; it ends with that.
 * @returns The value of the cookie.
 */
export async function beginSession(
  people: PeopleStore,
  user: number,
  apiKey: number | null,
  now: number,
): Promise<string> {
  const value = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  await people.addSession(user, {
    hash: hashSession(value),
    apiKey,
    at: now,
    expires: now + SESSION_MS,
  });
  return value;
}

/** What is kept of a session's cookie. */
export function hashSession(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

/** The session's cookie of a request. */
export function sessionCookie(request: Request, baseUrl: string): string | undefined {
  const wanted = cookieName(baseUrl);
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === wanted) return value;
  }
  return undefined;
}

/**
 * The header that sets a session's cookie. Over https it also goes along in frames of other sites,
 * such as a notebook's; what changes anything demands a request of this site.
 */
export function setSessionCookie(value: string, baseUrl: string): string {
  const site = baseUrl.startsWith("https:") ? "SameSite=None; Secure" : "SameSite=Lax";
  const age = value === "" ? 0 : SESSION_MS / 1000;
  const path = cookiePath(baseUrl);
  return `${cookieName(baseUrl)}=${value}; Path=${path}; HttpOnly; ${site}; Max-Age=${age}`;
}
