import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** How long a browser stays logged in, and a link can be used. */
const SESSION_MS = 30 * 24 * 3600 * 1000;
const LINK_MS = 15 * 60 * 1000;

/** The name of the cookie. */
export const SESSION_COOKIE = "cellar_session";

/** What a signed text says: who, and until when. */
export interface Ticket {
  readonly user: number;
  readonly expires: number;
  /** Tells links apart: each can be used once. */
  readonly nonce: string;
}

/** Signs and checks what browsers hand back: sessions, and links that begin one. */
export class Sessions {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** The value of a session's cookie. */
  issueSession(user: number, now: number): string {
    return this.#sign("session", { user, expires: now + SESSION_MS, nonce: "" });
  }

  /** The user of a session's cookie. */
  readSession(value: string, now: number): number | undefined {
    return this.#read("session", value, now)?.user;
  }

  /** The last part of a link that logs a browser in once. */
  issueLink(user: number, now: number): string {
    return this.#sign("link", { user, expires: now + LINK_MS, nonce: crypto.randomUUID() });
  }

  /** What a link says; whether it has been used is not known here. */
  readLink(value: string, now: number): Ticket | undefined {
    return this.#read("link", value, now);
  }

  #sign(purpose: string, { user, expires, nonce }: Ticket): string {
    const payload = `${user}.${expires}.${nonce}`;
    return `${payload}.${this.#mac(purpose, payload).toString("base64url")}`;
  }

  #read(purpose: string, value: string, now: number): Ticket | undefined {
    const [, payload, user, expires, nonce, mac] =
      /^((\d{1,15})\.(\d{1,15})\.([\w-]{0,40}))\.([\w-]{43})$/.exec(value) ?? [];
    if (payload === undefined || mac === undefined) return undefined;
    const expected = this.#mac(purpose, payload).toString("base64url");
    if (!timingSafeEqual(Buffer.from(mac), Buffer.from(expected))) return undefined;
    if (!(Number(expires) > now)) return undefined;
    return { user: Number(user), expires: Number(expires), nonce: nonce ?? "" };
  }

  #mac(purpose: string, payload: string) {
    return createHmac("sha256", this.#secret).update(`${purpose}\n${payload}`).digest();
  }
}

/** The session's cookie of a request. */
export function sessionCookie(request: Request): string | undefined {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === SESSION_COOKIE) return value;
  }
  return undefined;
}

/**
 * The header that sets a session's cookie. Over https it also goes along in frames of other sites,
 * such as a notebook's; what changes anything demands a request of this site.
 */
export function setSessionCookie(value: string, secure: boolean): string {
  const site = secure ? "SameSite=None; Secure" : "SameSite=Lax";
  const age = value === "" ? 0 : SESSION_MS / 1000;
  return `${SESSION_COOKIE}=${value}; Path=/; HttpOnly; ${site}; Max-Age=${age}`;
}
