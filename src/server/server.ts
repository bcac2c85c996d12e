import { normalizeBaseUrl } from "../login/login_file.ts";
import { reasonOf } from "../names/reason.ts";
import { SignedUrls } from "./files/signed_urls.ts";
import { makeHandler } from "./http/handler.ts";
import { listen, type Listener } from "./http/listen.ts";
import { makeLog } from "./http/log.ts";
import { allowedHosts, isLoopback } from "./http/origin.ts";
import type { Pages } from "./http/routes.ts";
import { type FolderLock, lockFolder } from "./lock.ts";
import { makeFolder, openData } from "./open_data.ts";
import { ensureLocalKey } from "./people/local_key.ts";
import { LoginLinks } from "./people/login_links.ts";
import { DEFAULT_LIMITS, type Services } from "./services.ts";
import type { ServerOptions } from "./settings.ts";

/** How long what is being answered may take when the server ends. */
const SHUTDOWN_MS = 3000;

/** How often silent runs are looked for. */
const SILENCE_CHECK_MS = 15_000;
const CRASH_AFTER_MS = 300_000;

/** Where a server keeps everything when nobody says otherwise. */
const DATA = "cellar-server";

/** A server that listens. */
export interface RunningServer {
  /** Where clients find it, without a slash at the end. */
  readonly baseUrl: string;
  /** A link that logs a browser in once, soon; null when there is no user yet. */
  readonly loginLink: string | null;
  /** Answers what has been asked, then ends. */
  close(): Promise<void>;
}

/**
 * Starts a server.
 *
 * @throws {Error} When the address is taken, another server has the data, or a newer one wrote it.
 */
export async function startServer(
  options: ServerOptions,
  pages: Pages,
): Promise<RunningServer> {
  const { data = DATA } = options;
  await makeFolder(data);
  const lock = await lockFolder(data);
  try {
    return await startLocked(options, pages, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startLocked(
  options: ServerOptions,
  pages: Pages,
  lock: FolderLock,
): Promise<RunningServer> {
  const { hostname = "127.0.0.1", port = 8080, data = DATA } = options;
  const publicUrl = options.publicUrl === undefined
    ? undefined
    : new URL(normalizeBaseUrl(options.publicUrl));
  const { store, files } = await openData(data);
  const log = makeLog(options.logLevel ?? "warn", options.writeLog ?? console.error);
  const services: Services = {
    store,
    files,
    urls: new SignedUrls(await store.people.secret("urls")),
    links: new LoginLinks(await store.people.secret("links")),
    log,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    now: Date.now,
  };

  const ending = new AbortController();
  let listener: Listener;
  try {
    listener = listen((request, { remoteAddr }) => handler(request, remoteAddr.hostname), {
      hostname,
      port,
      onFault: (error) => log("error", "listener", { error: String(error) }),
    });
  } catch (error) {
    await store.close();
    throw new Error(`Cannot listen on ${hostname}:${port}: ${whyNotListening(error)}`);
  }
  const address = { hostname, port: listener.port };
  const local = isLoopback(hostname);
  const handler = makeHandler({
    services,
    hosts: allowedHosts(address, publicUrl),
    publicUrl,
    trustProxy: options.trustProxy ?? false,
    pages,
    ending: ending.signal,
    openMetrics: local && publicUrl === undefined,
  });

  const shown = hostname.includes(":") ? `[${hostname}]` : hostname;
  const baseUrl = publicUrl?.href.replace(/\/+$/, "") ?? `http://${shown}:${address.port}`;
  const user = local && options.loginFile !== null
    ? await ensureLocalKey(
      services,
      [baseUrl, `http://localhost:${address.port}`, `http://127.0.0.1:${address.port}`],
      options.loginFile,
    )
    : undefined;

  const startedAt = Date.now();
  const crashAfter = options.crashAfter ?? CRASH_AFTER_MS;
  const timer = setInterval(() => {
    // Runs could not be heard of while the server was not there.
    if (Date.now() - startedAt < crashAfter) return;
    store.runs.markSilent(Date.now() - crashAfter)
      .catch((error) => log("error", "silence", { error: String(error) }));
  }, Math.min(SILENCE_CHECK_MS, crashAfter));
  const cleaning = files.removeOrphans(Date.now())
    .catch((error) => log("error", "orphans", { error: String(error) }));
  lock.listens(baseUrl);
  log("info", "start", { baseUrl, data });

  return {
    baseUrl,
    loginLink: user === undefined
      ? null
      : `${baseUrl}/login/${services.links.issue(user.key, Date.now())}`,
    async close() {
      clearInterval(timer);
      ending.abort();
      // A client that neither goes on nor away is not waited for.
      let cut: ReturnType<typeof setTimeout> | undefined;
      await Promise.race([
        listener.shutdown(),
        new Promise((resolve) => cut = setTimeout(resolve, SHUTDOWN_MS)),
      ]);
      clearTimeout(cut);
      listener.cut();
      await cleaning;
      await store.close();
      lock.release();
      log("info", "end");
    },
  };
}

/** Why an address cannot be listened on. */
function whyNotListening(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) return "something else does";
  if (error instanceof Deno.errors.AddrNotAvailable) return "this machine has no such address";
  if (error instanceof Deno.errors.PermissionDenied) return "there is no right to";
  const text = reasonOf(error);
  return /lookup|resolve/i.test(text) ? "its name cannot be resolved" : text;
}
