import { parts } from "./parts.ts";
import { ask, type ClientKind, LONG, type Peer, post, type Rows } from "./peer.ts";
import { freePort, startServer } from "./server_process.ts";
import { ensureMlflow, pythonFile } from "./setup.ts";

/** A request may not have more. */
const METRICS_A_REQUEST = 1_000;
/** As many as it starts by itself. */
const WORKERS = 4;

/** MLflow's tracking server on SQLite, with its four workers. */
export async function mlflow(): Promise<Peer> {
  const { python, version } = await ensureMlflow();
  return {
    name: `MLflow ${version("mlflow")}`,
    databases: (folder) => [`${folder}/mlflow.db`],
    async start(folder) {
      const port = freePort();
      const baseUrl = `http://127.0.0.1:${port}`;
      const api = `${baseUrl}/api/2.0/mlflow`;
      const quiet = { MLFLOW_DISABLE_TELEMETRY: "true", DO_NOT_TRACK: "true" };
      const process = await startServer({
        program: python,
        args: [
          "-m",
          "mlflow",
          "server",
          "--backend-store-uri",
          `sqlite:///${folder}/mlflow.db`,
          "--default-artifact-root",
          `${folder}/artifacts`,
          "--port",
          `${port}`,
        ],
        // Its eight job consumers serve what is not compared here.
        env: { ...quiet, MLFLOW_SERVER_ENABLE_JOB_EXECUTION: "false" },
        cwd: folder,
        health: `${baseUrl}/health`,
      });
      const experiment = async (name: string): Promise<string> => {
        const made = await post(`${api}/experiments/create`, { name });
        return (made as { experiment_id: string }).experiment_id;
      };
      const bench = await experiment("bench");
      const many = await experiment("many");
      const begin = async (experiment_id: string, run_name: string): Promise<string> => {
        const start_time = Date.now();
        const made = await post(`${api}/runs/create`, { experiment_id, run_name, start_time });
        return (made as { run: { info: { run_id: string } } }).run.info.run_id;
      };
      const client = (call: string, rows: Rows, env: Record<string, string>): ClientKind => ({
        call,
        rows,
        start: (name, keys) => ({
          program: python,
          args: [pythonFile("mlflow_client.py"), name, `${keys}`],
          env: { ...quiet, MLFLOW_TRACKING_URI: baseUrl, ...env },
        }),
      });
      return {
        process,
        baseUrl,
        headers: {},
        clients: [
          client("mlflow.log_metrics()", { one: 300, ten: 10 }, {}),
          client("MlflowClient.log_batch(), 1,000 metrics", { one: 10_000, ten: 100 }, {
            BATCHES: "1",
          }),
        ],
        raw: {
          request: "log-batch, 1,000 metrics a request",
          rows: { one: LONG, ten: 100 },
          begin: (name) => begin(bench, name),
          requests: (run, rows, keys) =>
            parts(rows, Math.floor(METRICS_A_REQUEST / keys)).map(({ from, to }) => ({
              path: "/api/2.0/mlflow/runs/log-batch",
              body: JSON.stringify({ run_id: run, metrics: metrics(from, to, keys) }),
            })),
        },
        /** Each of its requests is written whole, so the last step tells how many there are. */
        async count(run) {
          const answer = await ask(`${api}/runs/get?run_id=${run}`);
          const { data } = (answer as { run: { data: { metrics?: { step: number }[] } } }).run;
          return Math.max(-1, ...(data.metrics ?? []).map(({ step }) => Number(step))) + 1;
        },
        chart: {
          what: "get-history-bulk-interval, as its page: the first of each of 320 parts",
          async ask(run) {
            const query = `run_ids=${run}&metric_key=metric_0&max_results=320`;
            const path = "/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval";
            const answer = await ask(`${baseUrl}${path}?${query}`);
            return (answer as { metrics: unknown[] }).metrics.length;
          },
        },
        page: {
          path: (run) => `/#/experiments/${bench}/runs/${run}/model-metrics`,
          drawn: ".js-plotly-plot:has(path.js-line)",
        },
        list: {
          what: "runs/search",
          async ask() {
            const answer = await post(`${api}/runs/search`, {
              experiment_ids: [many],
              order_by: ["metrics.loss DESC"],
              max_results: 50,
            });
            return (answer as { runs: unknown[] }).runs.length;
          },
        },
        async fill(runs) {
          const fillOne = async (i: number) => {
            const run_id = await begin(many, `r${i}`);
            const metrics = [{ key: "loss", value: Math.random(), timestamp: Date.now(), step: 0 }];
            await post(`${api}/runs/log-batch`, { run_id, metrics });
          };
          for (const { from, to } of parts(runs, WORKERS)) {
            await Promise.all(Array.from({ length: to - from }, (_, i) => fillOne(from + i)));
          }
        },
      };
    },
  };
}

function metrics(from: number, to: number, keys: number): unknown[] {
  const made: unknown[] = [];
  for (let step = from; step < to; step++) {
    const timestamp = 1_795_000_000_000 + step;
    for (let k = 0; k < keys; k++) {
      made.push({ key: `metric_${k}`, value: Math.random(), timestamp, step });
    }
  }
  return made;
}
