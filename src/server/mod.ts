/**
 * Cellar's server: runs of many machines in one place, for Cellar's own client and for the official
 * `wandb` SDK, whose protocol it speaks.
 *
 * @example
 * ```ts
 * import { serve } from "@cellar/cellar/server";
 *
 * const data = await Deno.makeTempDir();
 * await using server = await serve({ port: 0, data, loginFile: `${data}/login.json` });
 * console.log(server.baseUrl); // what `WANDB_BASE_URL` or `init({ baseUrl })` is set to
 * ```
 *
 * @module
 */

import { dashboardPages } from "./pages.ts";
import type { ServerOptions } from "./settings.ts";
import { startServer } from "./server.ts";

export type { ChartAnswer, KeyInfo, SeriesColumns } from "./charts/mod.ts";
export type { LogLevel } from "./http/log.ts";
export type { Limits } from "./services.ts";
export type { ServerOptions } from "./settings.ts";

/** A server that listens. */
export interface Server extends AsyncDisposable {
  /** Where clients find it, without a slash at the end. */
  readonly baseUrl: string;
  /** A link that logs a browser in, once and soon; null when there is no user yet. */
  readonly loginLink: string | null;
  /** Answers what has been asked, then ends; calling it again changes nothing. */
  close(): Promise<void>;
}

/**
 * Starts a server. On loopback, with an empty data folder, a first user and key are made, and the
 * key is kept in the login file of this machine, where clients find it.
 *
 * @param options Where it listens and what it keeps.
 * @throws {Error} When the address is taken, another server has the data, or a newer one wrote it.
 *
 * @example
 * ```ts
 * import { serve } from "@cellar/cellar/server";
 *
 * const data = await Deno.makeTempDir();
 * const server = await serve({ port: 0, data, loginFile: `${data}/login.json` });
 * console.log((await fetch(`${server.baseUrl}/healthz`)).status); // 200
 * await server.close();
 * ```
 */
export async function serve(options: ServerOptions = {}): Promise<Server> {
  const { baseUrl, loginLink, close: end } = await startServer(options, dashboardPages);
  let ended: Promise<void> | undefined;
  const close = () => ended ??= end();
  return { baseUrl, loginLink, close, [Symbol.asyncDispose]: close };
}
