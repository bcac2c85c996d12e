import { chartApi } from "../charts/mod.ts";
import { answerFile } from "../files/answer_file.ts";
import { Identifier } from "../people/identify.ts";
import { answerLogin, framedHint } from "../people/login_pages.ts";
import type { Visitor } from "../people/visitor.ts";
import { Context } from "../protocol/context.ts";
import type { RunNames } from "../protocol/deleted_runs.ts";
import { receiveFileStream } from "../protocol/file_stream.ts";
import { answerGraphql } from "../protocol/graphql.ts";
import { Refusal } from "../refusal.ts";
import type { Services } from "../services.ts";
import { json, plain, refused, seeOther } from "./answers.ts";
import { BodyMemory } from "./body_memory.ts";
import { endingWith } from "./ending_with.ts";
import type { Metrics } from "./metrics.ts";
import { RateLimit, TooSoon } from "./rate_limit.ts";

/** Answers with a page, when the address is one. */
export type Pages = (
  request: Request,
  visitor: Visitor,
  services: Services,
  baseUrl: string,
) => Promise<Response | null>;

/** Who has asked nothing for this long may ask as often at once. */
const BURST_SECONDS = 20;

/** What {@linkcode Routes} are made from. */
export interface RoutesOptions {
  readonly services: Services;
  readonly pages: Pages;
  /** Fires when the server ends. */
  readonly ending: AbortSignal;
  /** Whether numbers about the server are shown to everybody. */
  readonly openMetrics: boolean;
}

/** A request whose host is known to be the server's. */
export interface Asked {
  readonly request: Request;
  /** What is asked for, below where the server is. */
  readonly url: URL;
  /** Where the client finds the server, without a slash at the end. */
  readonly baseUrl: string;
  /** The client's. */
  readonly address: string;
}

/** Who answers which address, and what somebody must be or have for it. */
export class Routes {
  readonly #options: RoutesOptions;
  readonly #metrics: Metrics;
  readonly #startedAt: number;
  readonly #identifier: Identifier;
  readonly #bodies: BodyMemory;
  readonly #rate: RateLimit;

  constructor(options: RoutesOptions, metrics: Metrics) {
    const { limits, now } = options.services;
    this.#options = options;
    this.#metrics = metrics;
    this.#startedAt = now();
    this.#identifier = new Identifier(options.services);
    this.#bodies = new BodyMemory(limits.maxBody);
    this.#rate = new RateLimit(limits.requestsPerSecond, limits.requestsPerSecond * BURST_SECONDS);
  }

  /** @throws {Refusal} When there is no answer to it. */
  async answer(asked: Asked): Promise<Response> {
    const { request, url: { pathname }, baseUrl, address } = asked;
    if (pathname === "/healthz") return await this.#health();
    // Clients ask here whether they may send telemetry; the sooner the answer, the better.
    if (pathname.startsWith("/sdk/") || pathname === "/oidc/token") return nothingThere();
    const visitor = await this.#identifier.identify(request, address, baseUrl);
    this.#demandPatience(visitor, address);
    if (request.method === "POST") {
      if (pathname === "/graphql") return await this.#graphql(request, visitor, baseUrl);
      const run = parseFileStreamPath(pathname);
      if (run !== undefined) return await this.#fileStream(request, run, visitor);
    }
    if (pathname === "/metrics") return await this.#showMetrics(visitor);
    const response = await this.#answerBrowser(asked, visitor);
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
    if (!isStream) return response;
    const { ending } = this.#options;
    return endingWith(response, ending, () => this.#identifier.isUnchanged(visitor));
  }

  /** Files, logins, charts and pages, the first that the address is one of. */
  async #answerBrowser(
    { request, url, baseUrl, address }: Asked,
    visitor: Visitor,
  ): Promise<Response> {
    const { services, pages } = this.#options;
    const wrongKey = () => this.#identifier.countFailure(address);
    const { method, headers, body } = request;
    // Without its signal: Deno says a warning when that is so much as looked at.
    const routed = url.href === request.url ? request : new Request(url, { method, headers, body });
    return await answerFile(request, url, visitor, services) ??
      await answerLogin(request, url, visitor, baseUrl, services, wrongKey) ??
      (visitor.user === undefined ? askToLogIn(request, url, baseUrl) : undefined) ??
      await chartApi(routed, { store: services.store, viewer: visitor }) ??
      await pages(routed, visitor, services, baseUrl) ??
      nothingThere();
  }

  async #graphql(request: Request, visitor: Visitor, baseUrl: string): Promise<Response> {
    demandUser(visitor);
    const context = new Context(this.#options.services, visitor, baseUrl);
    return await this.#bodies.whole(request, async (body) => {
      const { body: answer, status } = await answerGraphql(body, context);
      try {
        return json(answer, status);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        throw new Refusal("Cannot answer: what is stored there has too many levels");
      }
    });
  }

  async #fileStream(request: Request, run: RunNames, visitor: Visitor): Promise<Response> {
    demandUser(visitor);
    const { services } = this.#options;
    // The official client may append a whole run once more; ours numbers its lines.
    const mayRepeat = request.headers.get("user-agent")?.startsWith("wandb") === true;
    return await this.#bodies.stream(
      request,
      async (body) => json(await receiveFileStream(run, body, { visitor, services, mayRepeat })),
    );
  }

  async #health(): Promise<Response> {
    await this.#options.services.store.people.count();
    return json({ status: "ok" });
  }

  async #showMetrics(visitor: Visitor): Promise<Response> {
    const { services, openMetrics } = this.#options;
    if (!openMetrics && !visitor.user?.admin) {
      return refused("Cannot show metrics: they are for administrators", 403);
    }
    const uptime = (services.now() - this.#startedAt) / 1000;
    return plain(this.#metrics.text(await services.store.size(), uptime));
  }

  #demandPatience({ username }: Visitor, address: string): void {
    const wait = this.#rate.take(username ?? `address ${address}`, this.#options.services.now());
    if (wait > 0) throw new TooSoon(wait);
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

function nothingThere(): Response {
  return refused("Cannot find that here", 404);
}
