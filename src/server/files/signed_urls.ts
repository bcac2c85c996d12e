import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Credential } from "../store/store.ts";

/** What a URL allows. */
export type FileAction = "get" | "put";

/** A run uploads right after it asked; what was asked for may be downloaded for long. */
const LIFETIME_MS: Readonly<Record<FileAction, number>> = {
  put: 6 * 3600 * 1000,
  get: 24 * 3600 * 1000,
};

/** Where the files of runs are, below the server's base URL. */
const FILES_PATH = "/run-files/";

/**
 * URLs of files that need no other credentials: W&B's SDK sends none when it uploads. Each is for
 * one action on one file of one run, and for a time; it allows what the credential does that it was
 * asked for with.
 */
export class SignedUrls {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** An address below the base URL. */
  sign(
    action: FileAction,
    { run, path }: { run: number; path: string },
    by: Credential,
    now: number,
  ): string {
    // Whole hours for downloads: the same address for a while lets browsers keep what they have.
    const granularity = action === "get" ? 3600 * 1000 : 1000;
    const expires = Math.ceil((now + LIFETIME_MS[action]) / granularity) * granularity;
    const signature = this.#mac(action, { run, path }, by, expires);
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    return `${FILES_PATH}${run}/${encoded}?for=${action}&by=${by}&expires=${expires}` +
      `&signature=${signature}`;
  }

  /**
   * What a URL was asked for with, when it was signed here for that action, and has not expired.
   * Whether that still holds is not known here.
   */
  signedBy(
    action: FileAction,
    file: { run: number; path: string },
    { searchParams: given }: URL,
    now: number,
  ): Credential | undefined {
    const expires = Number(given.get("expires"));
    const by = given.get("by") ?? "";
    if (given.get("for") !== action || !isCredential(by) || !(expires > now)) return undefined;
    const expected = Buffer.from(this.#mac(action, file, by, expires));
    // Bytes are compared, of which other letters have several.
    const signature = Buffer.from(given.get("signature") ?? "");
    const isOurs = signature.length === expected.length && timingSafeEqual(signature, expected);
    return isOurs ? by : undefined;
  }

  #mac(
    action: FileAction,
    { run, path }: { run: number; path: string },
    by: Credential,
    expires: number,
  ): string {
    return createHmac("sha256", this.#secret)
      .update(`${action}\n${run}\n${by}\n${expires}\n${path}`)
      .digest("base64url");
  }
}

function isCredential(text: string): text is Credential {
  return /^(key|session)-\d{1,15}$/.test(text);
}

/** The run and the path that an address names; undefined when it names none. */
export function parseFileAddress(pathname: string): { run: number; path: string } | undefined {
  const [, run, encoded] = /^\/run-files\/(\d{1,15})\/(.+)$/.exec(pathname) ?? [];
  if (run === undefined || encoded === undefined) return undefined;
  try {
    return { run: Number(run), path: encoded.split("/").map(decodeURIComponent).join("/") };
  } catch {
    return undefined;
  }
}
