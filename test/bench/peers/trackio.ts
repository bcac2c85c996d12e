import { parts } from "./parts.ts";
import { LONG, type Peer, post } from "./peer.ts";
import { freePort, startServer } from "./server_process.ts";
import { ensurePeers, pythonFile } from "./setup.ts";

/** As many values as a request of its own client has when it logs at full speed, about. */
const VALUES_A_REQUEST = 100_000;
const WRITE_TOKEN = "bench";

/** trackio's self-hosted server, and the client that sends to it. */
export async function trackio(): Promise<Peer> {
  const { python, version } = await ensurePeers();
  return {
    name: `trackio ${version("trackio")}`,
    databases: (folder) =>
      [...Deno.readDirSync(`${folder}/data`)]
        .filter(({ name }) => name.endsWith(".db"))
        .map(({ name }) => `${folder}/data/${name}`),
    async start(folder) {
      const port = freePort();
      const baseUrl = `http://127.0.0.1:${port}`;
      const process = await startServer({
        program: python,
        args: [pythonFile("trackio_server.py"), `${port}`],
        env: { ...offline(`${folder}/data`), TRACKIO_WRITE_TOKEN: WRITE_TOKEN },
        cwd: folder,
        health: `${baseUrl}/version`,
      });
      const headers = { "x-trackio-write-token": WRITE_TOKEN };
      const call = async (name: string, kwargs: Record<string, unknown>): Promise<unknown> => {
        const answer = await post(`${baseUrl}/api/${name}`, { kwargs }, headers);
        return (answer as { data: unknown }).data;
      };
      const select = async (project: string, query: string) => {
        const answer = await call("query_project", { project, query });
        return (answer as { rows: Record<string, unknown>[] }).rows;
      };
      return {
        process,
        baseUrl,
        headers,
        clients: [{
          call: "trackio.log()",
          rows: { one: 100_000, ten: 2_000 },
          start: (name, keys) => ({
            program: python,
            args: [pythonFile("trackio_client.py"), name, `${keys}`],
            env: {
              ...offline(`${folder}/client`),
              TRACKIO_SERVER_URL: baseUrl,
              TRACKIO_WRITE_TOKEN: WRITE_TOKEN,
            },
          }),
        }],
        raw: {
          request: "bulk_log, 100,000 values a request",
          rows: { one: LONG, ten: 2_000 },
          begin: (name) => Promise.resolve(name),
          requests: (run, rows, keys) =>
            parts(rows, Math.ceil(VALUES_A_REQUEST / keys)).map(({ from, to }) => ({
              path: "/api/bulk_log",
              body: JSON.stringify({ kwargs: { hf_token: null, logs: logs(run, from, to, keys) } }),
            })),
        },
        async count(run) {
          // Until its first row has come there is no project.
          try {
            const [row] = await select(
              "bench",
              `SELECT count(*) AS n FROM metrics WHERE run_name = '${run}'`,
            );
            return Number(row?.n);
          } catch {
            return 0;
          }
        },
        chart: {
          what: "get_logs, as its page: each so many rows, at most 3,000",
          async ask(run) {
            const answer = await call("get_logs", { project: "bench", run, scalar_only: true });
            return (answer as unknown[]).length;
          },
        },
        page: {
          path: (run) => `/?project=bench&runs=${run}`,
          drawn: ".vega-embed canvas",
        },
        list: {
          // It has no list in an order; its documentation offers this.
          what: "SQL through query_project",
          async ask() {
            const rows = await select(
              "many",
              `SELECT run_name, json_extract(metrics, '$.loss') AS loss, max(step) FROM metrics
               GROUP BY run_id ORDER BY loss DESC LIMIT 50`,
            );
            return rows.length;
          },
        },
        async fill(runs) {
          const made = Array.from({ length: runs }, (_, i) => ({
            project: "many",
            run: `r${i}`,
            run_id: `r${i}`,
            step: 0,
            metrics: { loss: Math.random() },
          }));
          await call("bulk_log", { logs: made, hf_token: null });
        },
      };
    },
  };
}

/** It must not look for the hub of its makers. */
function offline(folder: string): Record<string, string> {
  return {
    TRACKIO_DIR: folder,
    HF_HOME: folder,
    HF_HUB_OFFLINE: "1",
    HF_HUB_DISABLE_TELEMETRY: "1",
    GRADIO_ANALYTICS_ENABLED: "False",
  };
}

/** What its client sends for each row. */
function logs(run: string, from: number, to: number, keys: number): unknown[] {
  return Array.from({ length: to - from }, (_, i) => ({
    project: "bench",
    run,
    run_id: run,
    step: from + i,
    log_id: crypto.randomUUID(),
    metrics: Object.fromEntries(
      Array.from({ length: keys }, (_, k) => [`metric_${k}`, Math.random()]),
    ),
  }));
}
