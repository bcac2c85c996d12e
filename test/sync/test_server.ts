import { gunzipSync } from "node:zlib";

/** What a {@linkcode TestServer} does to a request instead of serving it, or beside it. */
export interface Fault {
  /** Answers with this status. */
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Serves the request, but its answer is lost. */
  readonly loseAnswer?: true;
  /** Serves it twice. */
  readonly duplicate?: true;
  /** Serves it, and serves it once more so much later. */
  readonly againAfterMs?: number;
  /** Breaks the connection. */
  readonly cut?: true;
  /** Answers only after so long. */
  readonly delayMs?: number;
}

/** A request as it came. */
export interface Received {
  readonly op: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  /** Of GraphQL. */
  readonly variables: Record<string, unknown>;
  /** Of the file stream. */
  readonly json: StreamJson;
  /** Milliseconds since the server began. */
  readonly at: number;
}

export interface StreamJson {
  readonly files?: Record<string, { offset: number; content: string[] }>;
  readonly uploaded?: string[];
  readonly complete?: boolean;
  readonly exitcode?: number;
}

/** A run as the server holds it. */
export class StoredRun {
  readonly streams = new Map<string, string[]>();
  readonly files = new Map<string, Uint8Array>();
  readonly uploaded = new Set<string>();
  readonly alerts: Record<string, unknown>[] = [];
  readonly upserts: Record<string, unknown>[] = [];
  config = "{}";
  complete = false;
  exitCode: number | null = null;

  /** The lines of a stream, gaps as undefined. */
  lines(name: string): string[] {
    return this.streams.get(name) ?? [];
  }

  /** The rows of the history; bare words for numbers come back as strings. */
  rows(): Record<string, unknown>[] {
    return this.lines("wandb-history.jsonl").map(parseExtended);
  }

  get summary(): Record<string, unknown> {
    return parseExtended(this.lines("wandb-summary.json")[0] ?? "{}");
  }
}

export function parseExtended(text: string): Record<string, unknown> {
  return JSON.parse(text.replace(/([:,[])(NaN|-?Infinity)(?=[,}\]])/g, '$1"$2"'));
}

/** A server that speaks as much of W&B's protocol as a client needs, and misbehaves on demand. */
export class TestServer {
  readonly runs = new Map<string, StoredRun>();
  readonly requests: Received[] = [];
  features: string[] = ["CELLAR_LIVE"];
  apiKey: string | null = null;
  stopped = false;
  /** Headers of the answers of the file stream. */
  streamHeaders: Record<string, string> = {};
  /** Decides what goes wrong with a request. */
  fault: (request: Received) => Fault | undefined = () => undefined;
  #server: Deno.HttpServer<Deno.NetAddr> | null = null;
  #port = 0;
  readonly #began = performance.now();
  readonly #later = new Set<ReturnType<typeof setTimeout>>();

  static start(): TestServer {
    const server = new TestServer();
    server.listen();
    return server;
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  listen(): void {
    this.#server = Deno.serve(
      { port: this.#port, hostname: "127.0.0.1", onListen() {} },
      (request) => this.#receive(request),
    );
    this.#port = this.#server.addr.port;
  }

  /** Stops answering, and breaks what is open. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#later.forEach(clearTimeout);
    void server?.shutdown();
    await Promise.race([server?.finished, new Promise((resolve) => setTimeout(resolve, 50))]);
  }

  run(id: string, project = "proj", entity = "me"): StoredRun {
    const key = `${entity}/${project}/${id}`;
    const run = this.runs.get(key);
    if (run === undefined) throw new Error(`no run ${key} but ${[...this.runs.keys()]}`);
    return run;
  }

  ops(): string[] {
    return this.requests.map(({ op }) => op);
  }

  async #receive(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname;
    const raw = new Uint8Array(await request.arrayBuffer());
    const zipped = request.headers.get("content-encoding") === "gzip";
    const bytes = zipped ? new Uint8Array(gunzipSync(raw)) : raw;
    const isPut = request.method === "PUT";
    const body = isPut ? {} : JSON.parse(new TextDecoder().decode(bytes) || "{}");
    const op = isPut ? "PUT" : path.endsWith("/file_stream") ? "file_stream" : body.operationName;
    const received: Received = {
      op,
      method: request.method,
      path,
      headers: request.headers,
      variables: body.variables ?? {},
      json: op === "file_stream" ? body : {},
      at: performance.now() - this.#began,
    };
    this.requests.push(received);
    const key = `Basic ${btoa(`api:${this.apiKey}`)}`;
    if (!isPut && this.apiKey !== null && request.headers.get("authorization") !== key) {
      return answer({ errors: [{ message: "invalid key" }] }, 401);
    }
    const fault = this.fault(received) ?? {};
    const { delayMs, againAfterMs } = fault;
    if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (fault.cut) return broken();
    if (fault.status !== undefined) {
      return new Response(fault.body ?? "", {
        status: fault.status,
        ...(fault.headers === undefined ? {} : { headers: fault.headers }),
      });
    }
    const serve = () => isPut ? this.#put(path, bytes) : this.#serve(received);
    const response = serve();
    if (fault.duplicate) serve();
    if (againAfterMs !== undefined) this.#later.add(setTimeout(serve, againAfterMs));
    return fault.loseAnswer ? broken() : response;
  }

  #put(path: string, bytes: Uint8Array): Response {
    const [, , entity, project, id, ...name] = path.split("/").map(decodeURIComponent);
    this.runs.get(`${entity}/${project}/${id}`)?.files.set(name.join("/"), bytes);
    return new Response("");
  }

  #serve({ op, path, variables, json }: Received): Response {
    const { project = "proj", name } = variables as { project?: string; name?: string };
    const entity = (variables.entity ?? "me") as string;
    const key = `${entity}/${project}/${name}`;
    switch (op) {
      case "file_stream":
        return this.#stream(path, json);
      case "Viewer":
        return data({ viewer: { id: "1", entity: "me", username: "me", email: "", flags: "{}" } });
      case "ServerFeaturesQuery":
        return data({
          serverInfo: { features: this.features.map((name) => ({ name, isEnabled: true })) },
        });
      case "RunResumeStatus": {
        const run = this.runs.get(key);
        return data({ model: run === undefined ? null : { bucket: bucketOf(run) } });
      }
      case "HistoryPage": {
        const { run, minStep, maxStep } = variables as {
          run: string;
          minStep: number;
          maxStep: number;
        };
        const lines = this.runs.get(`${entity}/${project}/${run}`)?.lines("wandb-history.jsonl");
        const history = (lines ?? []).filter((line) => {
          const step = Number(parseExtended(line)._step);
          return step >= minStep && step < maxStep;
        });
        return data({ project: { run: { history } } });
      }
      case "UpsertBucket": {
        const inserted = !this.runs.has(key);
        const run = this.runs.get(key) ?? new StoredRun();
        this.runs.set(key, run);
        run.upserts.push(variables);
        if (typeof variables.config === "string") run.config = variables.config;
        const bucket = {
          id: "UnVuOjE=",
          name,
          displayName: variables.displayName ?? "calm-sea-1",
          config: run.config,
          project: { id: "P", name: project, entity: { id: "E", name: entity } },
          historyLineCount: run.lines("wandb-history.jsonl").length,
        };
        return data({ upsertBucket: { bucket, inserted } });
      }
      case "CreateRunFiles": {
        const { run, files } = variables as { run: string; files: string[] };
        const place = [entity, project, run].map(encodeURIComponent).join("/");
        return data({
          createRunFiles: {
            runID: "UnVuOjE=",
            uploadHeaders: ["x-test: yes"],
            files: files.map((name) => ({
              name,
              uploadUrl: `${this.baseUrl}/up/${place}/${
                name.split("/").map(encodeURIComponent).join("/")
              }`,
            })),
          },
        });
      }
      case "NotifyScriptableRunAlert": {
        const { entityName, projectName, runName } = variables;
        this.runs.get(`${entityName}/${projectName}/${runName}`)?.alerts.push(variables);
        return data({ notifyScriptableRunAlert: { success: true } });
      }
      default:
        return answer({ data: null, errors: [{ message: `not supported: ${op}` }] });
    }
  }

  #stream(path: string, { files = {}, uploaded = [], complete, exitcode }: StreamJson): Response {
    const [, , entity, project, id] = path.split("/").map(decodeURIComponent);
    const run = this.runs.get(`${entity}/${project}/${id}`);
    if (run === undefined) return answer({ error: "run not found" }, 404);
    for (const [name, { offset, content }] of Object.entries(files)) {
      const lines = run.streams.get(name) ?? [];
      run.streams.set(name, lines);
      content.forEach((line, i) => lines[offset + i] = line);
    }
    for (const name of uploaded) run.uploaded.add(name);
    run.complete = complete === true;
    if (complete) run.exitCode = exitcode ?? null;
    const response = answer({ exitcode: null, limits: {}, stopped: this.stopped });
    for (const [name, value] of Object.entries(this.streamHeaders)) {
      response.headers.set(name, value);
    }
    return response;
  }
}

function bucketOf(run: StoredRun) {
  const tail = (name: string) => JSON.stringify(run.lines(name).slice(-1));
  return {
    id: "UnVuOjE=",
    summaryMetrics: run.lines("wandb-summary.json")[0] ?? "{}",
    logLineCount: run.lines("output.log").length,
    historyLineCount: run.lines("wandb-history.jsonl").length,
    eventsLineCount: run.lines("wandb-events.jsonl").length,
    historyTail: tail("wandb-history.jsonl"),
    eventsTail: tail("wandb-events.jsonl"),
    config: run.config,
    displayName: run.upserts[0]?.displayName ?? "calm-sea-1",
    tags: [],
    wandbConfig: "{}",
  };
}

function data(data: unknown): Response {
  return answer({ data });
}

function answer(json: unknown, status = 200): Response {
  return new Response(JSON.stringify(json), {
    status,
    headers: { "content-type": "application/json" },
  });
}

/** An answer that breaks off. */
function broken(): Response {
  const headers = { "content-length": "10" };
  return new Response(new ReadableStream({ start: (c) => c.close() }), { headers });
}
