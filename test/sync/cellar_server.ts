import { readKey } from "../../src/login/login_file.ts";
import { openData } from "../../src/server/open_data.ts";
import { fromFileUrl } from "../session/paths.ts";

const script = fromFileUrl(new URL("../bench/sync_server.ts", import.meta.url));
const root = fromFileUrl(new URL("../..", import.meta.url));

/** Cellar's own server in a process of its own, which can be killed and started again. */
export class CellarServer implements AsyncDisposable {
  baseUrl = "";
  apiKey = "";
  readonly #data: string;
  #child: Deno.ChildProcess | null = null;
  #port = 0;

  private constructor(data: string) {
    this.#data = data;
  }

  /** @param data The folder that it keeps everything in. */
  static async start(data: string): Promise<CellarServer> {
    const server = new CellarServer(data);
    await server.start();
    return server;
  }

  /** Starts it again, at the address that it had. */
  async start(): Promise<void> {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", `${root}/deno.json`, script, this.#data, String(this.#port)],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#child = child;
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the server has not started");
      text += value;
    }
    reader.cancel().catch(() => {});
    this.baseUrl = JSON.parse(text).baseUrl;
    this.#port = Number(new URL(this.baseUrl).port);
    this.apiKey = await readKey(this.baseUrl, { path: `${this.#data}/login.json` }) ?? "";
  }

  /** Ends it as a power cut of the process would. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.status;
    this.#child = null;
  }

  /** What a GraphQL query answers. */
  async ask(query: string): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.baseUrl}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${btoa(`api:${this.apiKey}`)}`,
      },
      body: JSON.stringify({ query }),
    });
    return (await response.json()).data;
  }

  /** All rows of a run in the order of their lines. */
  async rows(project: string, id: string): Promise<Record<string, unknown>[]> {
    const data = await this.ask(`query { project(name: "${project}") { run(name: "${id}") {
      history(minStep: 0, maxStep: 100000000, samples: 100000000) } } }`) as {
      project: { run: { history: string[] } | null } | null;
    };
    return (data.project?.run?.history ?? []).map((line) => JSON.parse(line));
  }

  /** The titles of a run's alerts in the order in which they came. */
  async alerts(project: string, id: string): Promise<string[]> {
    const { store } = await openData(this.#data);
    try {
      const [user] = await store.people.list();
      const run = await store.runs.find(user!.username, project, id);
      const alerts = run === undefined ? [] : await store.runs.alerts(run.key, 100_000);
      return alerts.map(({ title }) => title).reverse();
    } finally {
      await store.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
