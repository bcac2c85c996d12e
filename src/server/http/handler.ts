import { failureOf } from "../failure.ts";
import { Refusal } from "../refusal.ts";
import { refused } from "./answers.ts";
import { clientAddress } from "./client_address.ts";
import { Metrics } from "./metrics.ts";
import { checkHost } from "./origin.ts";
import { TooSoon } from "./rate_limit.ts";
import { type Asked, Routes, type RoutesOptions } from "./routes.ts";

/** What a handler is made from. */
export interface HandlerOptions extends RoutesOptions {
  /** Hosts that it answers to; null for all. */
  readonly hosts: ReadonlySet<string> | null;
  /** Where clients find it, when that is not where requests say; its path is taken off. */
  readonly publicUrl: URL | undefined;
  /** Whether a proxy says where requests come from. */
  readonly trustProxy: boolean;
}

/** Answers requests of a connection: pure, but for the services. */
export type Handler = (request: Request, peer: string) => Promise<Response>;

/** Makes the handler of a server. Whatever is asked gets an answer, is counted, and is logged. */
export function makeHandler(options: HandlerOptions): Handler {
  const { services: { log }, hosts, publicUrl, trustProxy } = options;
  const metrics = new Metrics();
  const routes = new Routes(options, metrics);

  return async (request, peer) => {
    const started = performance.now();
    const address = clientAddress(request, peer, trustProxy);
    let path = "";
    let response: Response;
    try {
      const asked = askedOf(request, address, publicUrl);
      path = asked.url.pathname;
      checkHost(request, asked.url, hosts);
      response = await routes.answer(asked);
    } catch (error) {
      response = answerError(error);
    }
    // What people upload, and what an error repeats, is never taken for a page.
    response.headers.set("x-content-type-options", "nosniff");
    const seconds = (performance.now() - started) / 1000;
    metrics.request(routeOf(path), response.status, seconds);
    log(levelOf(response.status), "request", {
      method: request.method,
      path: loggedPath(path),
      status: response.status,
      ms: Math.round(seconds * 1e5) / 100,
      address,
    });
    return response;
  };

  function answerError(error: unknown): Response {
    if (error instanceof TooSoon) {
      return refused(error.message, 429, { "retry-after": String(Math.ceil(error.seconds)) });
    }
    if (error instanceof Refusal) return refused(error.message, error.status);
    log("error", "failure", { error: String((error as Error)?.stack ?? error) });
    const { message, status } = failureOf(error);
    return refused(message, status);
  }
}

function askedOf(request: Request, address: string, publicUrl: URL | undefined): Asked {
  const url = urlOf(request);
  const prefix = publicUrl?.pathname.replace(/\/+$/, "") ?? "";
  if (prefix !== "" && `${url.pathname}/`.startsWith(`${prefix}/`)) {
    url.pathname = url.pathname.slice(prefix.length);
  }
  const baseUrl = publicUrl === undefined ? url.origin : publicUrl.origin + prefix;
  return { request, url, baseUrl, address };
}

/** What is served; `Request` itself refuses some others. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS"];

/**
 * The address of a request. Clients may send any host, and with it no address at all.
 *
 * @throws {Refusal} When there is none, or it is asked in a way that nothing here is.
 */
function urlOf({ url, method }: Request): URL {
  if (!METHODS.includes(method)) {
    throw new Refusal(`Cannot ${JSON.stringify(method.slice(0, 20))} anything here`, 405);
  }
  if (!URL.canParse(url)) throw new Refusal("Cannot answer: the host is none");
  return new URL(url);
}

/** How much an answer matters. That there are too many readers already is no failure. */
function levelOf(status: number): "error" | "warn" | "info" {
  if (status === 401 || status === 503) return "warn";
  return status >= 500 ? "error" : "info";
}

/** Longer paths are logged up to here. */
const MAX_LOGGED = 500;

/** What the log has of a path: the links that log a browser in are for nobody who reads the log. */
function loggedPath(path: string): string {
  return path.slice(0, MAX_LOGGED).replace(/^\/login\/.*/, "/login/…");
}

/** What requests are counted by: few, whatever is asked for. */
function routeOf(pathname: string): string {
  if (pathname.endsWith("/file_stream")) return "file_stream";
  const [, first = ""] = pathname.split("/");
  const known = ["graphql", "run-files", "api", "login", "authorize", "metrics", "healthz", "sdk"];
  return known.includes(first) ? first : "page";
}
