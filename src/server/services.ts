import type { RunFiles } from "./files/run_files.ts";
import type { SignedUrls } from "./files/signed_urls.ts";
import type { Log } from "./http/log.ts";
import type { LoginLinks } from "./people/login_links.ts";
import type { Store } from "./store/store.ts";

/** What answers are made with. */
export interface Services {
  readonly store: Store;
  readonly files: RunFiles;
  readonly urls: SignedUrls;
  readonly links: LoginLinks;
  readonly log: Log;
  readonly limits: Limits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What one request may take. */
export interface Limits {
  /** Bytes of a request to `/graphql` or `file_stream`, as they arrive and unpacked. */
  readonly maxBody: number;
  /** Bytes of an uploaded file. */
  readonly maxFile: number;
  /** Requests of one client in a second, on average; twenty times as many may come at once. */
  readonly requestsPerSecond: number;
}

/** Limits that W&B's SDK stays below. */
export const DEFAULT_LIMITS: Limits = {
  maxBody: 64 * 1024 * 1024,
  maxFile: 5 * 1024 ** 3,
  requestsPerSecond: 200,
};
