import { chartApi } from "../charts/mod.ts";
import { answerFile } from "../files/answer_file.ts";
import { Identifier } from "../people/identify.ts";
import { answerLogin, framedHint } from "../people/login_pages.ts";
import type { Visitor } from "../people/visitor.ts";
import { Context } from "../protocol/context.ts";
import type { RunNames } from "../protocol/deleted_runs.ts";
import { receiveFileStream } from "../protocol/file_stream.ts";
import { answerGraphql } from "../protocol/graphql.ts";
import { failureOf } from "../failure.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { json, plain, refused, seeOther } from "./answers.ts";
import { BodyMemory } from "./body_memory.ts";
import { clientAddress } from "./client_address.ts";
import { Metrics } from "./metrics.ts";
import { checkHost } from "./origin.ts";
import { RateLimit, TooSoon } from "./rate_limit.ts";
import { endingWith } from "./ending_with.ts";

/** Answers with a page, when the address is one. */
export type Pages = (
  request: Request,
  visitor: Visitor,
  services: Services,
  baseUrl: string,
) => Promise<Response | null>;

/** What a handler is made from. */
export interface HandlerOptions {
  readonly services: Services;
  /** Hosts that it answers to; null for all. */
  readonly hosts: ReadonlySet<string> | null;
  /** Where clients find it, when that is not where requests say; its path is taken off. */
  readonly publicUrl: URL | undefined;
  /** Whether a proxy says where requests come from. */
  readonly trustProxy: boolean;
  readonly pages: Pages;
  /** Fires when the server ends. */
  readonly ending: AbortSignal;
  /** Whether numbers about the server are shown to everybody. */
  readonly openMetrics: boolean;
}

/** Answers requests of a connection: pure, but for the services. */
export type Handler = (request: Request, peer: string) => Promise<Response>;

/** Makes the handler of a server. */
export function makeHandler(options: HandlerOptions): Handler {
  const { services, hosts, publicUrl } = options;
  const { log, limits } = services;
  const metrics = new Metrics();
  const startedAt = services.now();
  const identifier = new Identifier(services);
  const bodies = new BodyMemory(limits.maxBody);
  const rate = new RateLimit(limits.requestsPerSecond, limits.requestsPerSecond * 20);

  return async (request, peer) => {
    const started = performance.now();
    const address = clientAddress(request, peer, options.trustProxy);
    let path = "";
    let response: Response;
    try {
      const url = urlOf(request);
      const prefix = publicUrl?.pathname.replace(/\/+$/, "") ?? "";
      if (prefix !== "" && `${url.pathname}/`.startsWith(`${prefix}/`)) {
        url.pathname = url.pathname.slice(prefix.length);
      }
      path = url.pathname;
      const baseUrl = publicUrl === undefined ? url.origin : publicUrl.origin + prefix;
      checkHost(request, url, hosts);
      response = await answer(request, url, baseUrl, address);
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

  async function answer(
    request: Request,
    url: URL,
    baseUrl: string,
    address: string,
  ): Promise<Response> {
    const { pathname } = url;
    if (pathname === "/healthz") return await health();
    // Clients ask here whether they may send telemetry; the sooner the answer, the better.
    if (pathname.startsWith("/sdk/") || pathname === "/oidc/token") {
      return refused("Cannot find that here", 404);
    }
    const visitor = await identifier.identify(request, address, baseUrl);
    const wait = rate.take(visitor.username ?? `address ${address}`, services.now());
    if (wait > 0) throw new TooSoon(wait);

    if (request.method === "POST") {
      if (pathname === "/graphql") return await graphql(request, visitor, baseUrl);
      const stream = parseFileStreamPath(pathname);
      if (stream !== undefined) return await fileStream(request, stream, visitor);
    }
    if (pathname === "/metrics") return await showMetrics(visitor);
    const { user } = visitor;
    const wrongKey = () => identifier.countFailure(address);
    const { method, headers, body } = request;
    // Without its signal: Deno says a warning when that is so much as looked at.
    const routed = url.href === request.url ? request : new Request(url, { method, headers, body });
    const response = await answerFile(request, url, visitor, services) ??
      await answerLogin(request, url, visitor, baseUrl, services, wrongKey) ??
      (user === undefined ? askToLogIn(request, url, baseUrl) : undefined) ??
      await chartApi(routed, { store: services.store, viewer: visitor }) ??
      await options.pages(routed, visitor, services, baseUrl) ??
      refused("Cannot find that here", 404);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    if (!isStream) return response;
    return endingWith(response, options.ending, () => identifier.isUnchanged(visitor));
  }

  async function graphql(request: Request, visitor: Visitor, baseUrl: string) {
    demandUser(visitor);
    const context = new Context(services, visitor, baseUrl);
    return await bodies.whole(request, async (body) => {
      const { body: answer, status } = await answerGraphql(body, context);
      try {
        return json(answer, status);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new Refusal("Cannot answer: what is stored there has too many levels");
      }
    });
  }

  async function fileStream(
    request: Request,
    names: RunNames,
    visitor: Visitor,
  ) {
    demandUser(visitor);
    // The official client may append a whole run once more; ours numbers its lines.
    const mayRepeat = request.headers.get("user-agent")?.startsWith("wandb") === true;
    return await bodies.stream(
      request,
      async (body) => json(await receiveFileStream(names, body, { visitor, services, mayRepeat })),
    );
  }

  async function health(): Promise<Response> {
    await services.store.people.count();
    return json({ status: "ok" });
  }

  async function showMetrics(visitor: Visitor): Promise<Response> {
    if (!options.openMetrics && !visitor.user?.admin) {
      return refused("Cannot show metrics: they are for administrators", 403);
    }
    const uptime = (services.now() - startedAt) / 1000;
    return plain(metrics.text(await services.store.size(), uptime));
  }

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

function demandUser({ user }: Visitor): void {
  if (user === undefined) throw new Refusal("Cannot answer without an API key", 401);
}

function askToLogIn(request: Request, url: URL, baseUrl: string): Response {
  const isPage = ["GET", "HEAD"].includes(request.method) && !url.pathname.startsWith("/api/");
  if (!isPage) return refused("Cannot answer without an API key", 401);
  if (url.searchParams.has("jupyter")) return framedHint(baseUrl);
  return seeOther(`${baseUrl}/login?next=${encodeURIComponent(url.pathname + url.search)}`);
}

function parseFileStreamPath(pathname: string) {
  const [, ...encoded] = /^\/files\/([^/]+)\/([^/]+)\/([^/]+)\/file_stream$/.exec(pathname) ?? [];
  if (encoded.length === 0) return undefined;
  try {
    const [entity, project, run] = encoded.map((part) => decodeURIComponent(part!));
    return { entity: entity!, project: project!, run: run! };
  } catch {
    return undefined;
  }
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
