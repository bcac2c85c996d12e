import { Buffer } from "node:buffer";
import { createHmac, timingSafeEqual } from "node:crypto";

/** What a URL allows. */
export type FileAction = "get" | "put";

/** A run uploads right after it asked; what was asked for may be downloaded for long. */
const LIFETIME_MS: Readonly<Record<FileAction, number>> = {
  put: 6 * 3600 * 1000,
  get: 24 * 3600 * 1000,
};

/** Where the files of runs are, below the server's base URL. */
export const FILES_PATH = "/run-files/";

/**
 * URLs of files that need no other credentials: W&B's SDK sends none when it uploads. Each is for
 * one action on one file of one run, and for a time.
 */
export class SignedUrls {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** An address below the base URL. */
  sign(action: FileAction, run: number, path: string, now: number): string {
    // Whole hours for downloads: the same address for a while lets browsers keep what they have.
    const granularity = action === "get" ? 3600 * 1000 : 1000;
    const expires = Math.ceil((now + LIFETIME_MS[action]) / granularity) * granularity;
    const signature = this.#mac(action, run, path, expires);
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    return `${FILES_PATH}${run}/${encoded}?for=${action}&expires=${expires}&signature=${signature}`;
  }

  /** Whether the URL was signed here for that action, and still holds. */
  allows(action: FileAction, file: { run: number; path: string }, url: URL, now: number): boolean {
    const expires = Number(url.searchParams.get("expires"));
    const signature = url.searchParams.get("signature") ?? "";
    if (url.searchParams.get("for") !== action || !(expires > now)) return false;
    const expected = Buffer.from(this.#mac(action, file.run, file.path, expires));
    // Bytes are compared, of which other letters have several.
    const given = Buffer.from(signature);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  #mac(action: FileAction, run: number, path: string, expires: number): string {
    return createHmac("sha256", this.#secret).update(`${action}\n${run}\n${expires}\n${path}`)
      .digest("base64url");
  }
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
