/** A request that a proxy has passed on, or answered itself. */
export interface SeenRequest {
  readonly method: string;
  /** Below the path that the proxy gives the server. */
  readonly path: string;
  /** The GraphQL operation; `file_stream`, `PUT` or the path for others. */
  readonly op: string;
  /** The id of the run that it is about; empty where it names none. */
  readonly run: string;
  readonly headers: Headers;
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
}

/** Answers in place of the server; undefined lets a request pass. */
export type Fault = (request: SeenRequest, earlier: readonly SeenRequest[]) => Response | undefined;

/** A reverse proxy that has a server below a path of its own, and passes requests on as they are. */
export class Proxy implements AsyncDisposable {
  readonly seen: SeenRequest[] = [];
  target = "";
  fault: Fault = () => undefined;
  readonly #prefix: string;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** @param prefix Such as `/some/path`. */
  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen() {} },
      (request) => this.#handle(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}${this.#prefix}`;
  }

  /** Requests of an operation. */
  of(op: string): SeenRequest[] {
    return this.seen.filter((request) => request.op === op);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    const at = performance.now();
    const { pathname, search } = new URL(request.url);
    if (!`${pathname}/`.startsWith(`${this.#prefix}/`)) {
      return new Response("elsewhere", { status: 404 });
    }
    const body = await request.bytes();
    const { method, headers } = request;
    const path = pathname.slice(this.#prefix.length);
    const seen = { method, path, ...subjectOf(method, path, body), headers, at };
    const response = this.fault(seen, this.seen);
    this.seen.push(seen);
    if (response !== undefined) return response;
    const passed = await fetch(this.target + pathname + search, {
      method,
      headers: withoutHop(headers),
      redirect: "manual",
      ...(method !== "GET" && method !== "HEAD" && { body }),
    });
    return new Response(passed.body, passed);
  }
}

/** The fetch of this proxy would decode answers that are compressed, and say that they still are. */
function withoutHop(headers: Headers): Headers {
  const passed = new Headers(headers);
  for (const name of ["connection", "content-length"]) passed.delete(name);
  passed.set("accept-encoding", "identity");
  return passed;
}

function subjectOf(method: string, path: string, body: Uint8Array): { op: string; run: string } {
  const [, run = ""] = /^\/files\/[^/]+\/[^/]+\/([^/]+)\/file_stream$/.exec(path) ?? [];
  if (run !== "") return { op: "file_stream", run };
  if (path !== "/graphql") return { op: method === "PUT" ? "PUT" : path, run };
  const { query, variables = {} } = JSON.parse(new TextDecoder().decode(body));
  const op = /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? "";
  return { op, run: variables.run ?? variables.runName ?? variables.name ?? "" };
}
