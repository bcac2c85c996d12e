import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** How long a link can be used. */
const LINK_MS = 15 * 60 * 1000;

/** What a link says: who, and until when. */
export interface LoginLink {
  readonly user: number;
  readonly expires: number;
  /** Tells links apart: each can be used once. */
  readonly nonce: string;
}

/** Signs and checks the last part of links that log a browser in once. */
export class LoginLinks {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** A link for a user. */
  issue(user: number, now: number): string {
    const payload = `${user}.${now + LINK_MS}.${crypto.randomUUID()}`;
    return `${payload}.${this.#mac(payload)}`;
  }

  /** What a link says; whether it has been used is not known here. */
  read(value: string, now: number): LoginLink | undefined {
    const [, payload, user, expires, nonce, mac] =
      /^((\d{1,15})\.(\d{1,15})\.([\w-]{1,40}))\.([\w-]{43})$/.exec(value) ?? [];
    if (payload === undefined || nonce === undefined || mac === undefined) return undefined;
    if (!timingSafeEqual(Buffer.from(mac), Buffer.from(this.#mac(payload)))) return undefined;
    if (!(Number(expires) > now)) return undefined;
    return { user: Number(user), expires: Number(expires), nonce };
  }

  #mac(payload: string): string {
    return createHmac("sha256", this.#secret).update(`link\n${payload}`).digest("base64url");
  }
}
