import { fromFileUrl } from "../../session/paths.ts";
import { serverCommand } from "../../server/process.ts";
import { serverKey } from "../own_server.ts";
import { parts } from "./parts.ts";
import { ask, LONG, type Peer, post } from "./peer.ts";
import { freePort, startServer } from "./server_process.ts";

const CLIENT = fromFileUrl(new URL("./cellar_client.ts", import.meta.url));
/** As many rows as a body of 9 MB has, about. */
const VALUES_A_REQUEST = 300_000;

/** This project, by the same rules as the others. */
export const cellar: Peer = {
  name: "Cellar",
  databases: (folder) =>
    [...Deno.readDirSync(`${folder}/data`)]
      .filter(({ name }) => /\.(db|sqlite)$/.test(name))
      .map(({ name }) => `${folder}/data/${name}`),
  async start(folder) {
    const port = freePort();
    const baseUrl = `http://127.0.0.1:${port}`;
    const process = await startServer({
      program: Deno.execPath(),
      ...serverCommand(folder, "--port", `${port}`),
      cwd: folder,
      health: `${baseUrl}/healthz`,
    });
    const key = await serverKey(folder, baseUrl);
    const headers = { authorization: `Basic ${btoa(`api:${key}`)}` };
    // deno-lint-ignore no-explicit-any -- the shape is the query's
    const graphql = async (query: string, variables = {}): Promise<any> => {
      const answer = await post(`${baseUrl}/graphql`, { query, variables }, headers);
      const { data, errors } = answer as { data?: unknown; errors?: unknown };
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    };
    const { viewer } = await graphql(`{ viewer { entity } }`);
    const entity = viewer.entity as string;
    const upsert = (input: Record<string, unknown>) =>
      graphql(
        `mutation U($input: UpsertBucketInput!) { upsertBucket(input: $input) { bucket { name } } }`,
        { input },
      );
    return {
      process,
      headers,
      baseUrl,
      clients: [{
        call: "run.log()",
        rows: { one: 100_000, ten: 2_000 },
        start: (name, keys) => ({
          program: Deno.execPath(),
          args: ["run", "-A", CLIENT, name, `${keys}`],
          env: { BENCH_URL: baseUrl, BENCH_KEY: key, NO_COLOR: "1" },
        }),
      }],
      raw: {
        request: "file_stream, 9 MB a request",
        rows: { one: LONG, ten: 2_000 },
        async begin(name) {
          await upsert({ name, modelName: "bench" });
          return name;
        },
        requests: (run, rows, keys) =>
          parts(rows, Math.ceil(VALUES_A_REQUEST / (keys + 3))).map(({ from, to }) => ({
            path: `/files/${entity}/bench/${run}/file_stream`,
            body: JSON.stringify({
              files: {
                "wandb-history.jsonl": { offset: from, content: lines(from, to, keys) },
              },
            }),
          })),
      },
      async count(run) {
        const { model } = await graphql(
          `query Q($run: String!) { model(name: "bench") { bucket(name: $run, missingOk: true) {
            historyLineCount } } }`,
          { run },
        );
        // Its client begins the run there after init() has returned.
        return model?.bucket?.historyLineCount ?? 0;
      },
      chart: {
        what: "/api/charts, 1,000 px: the least and the most of each",
        async ask(run) {
          const query = `run=${entity}/bench/${run}&key=metric_0&width=1000`;
          const answer = await ask(`${baseUrl}/api/charts?${query}`, { headers });
          return (answer as { series: { x: unknown[] }[] }).series[0]!.x.length;
        },
      },
      page: {
        path: (run) => `/${entity}/bench/runs/${run}`,
        drawn: ".chart .plot svg",
      },
      list: {
        what: "GraphQL",
        async ask() {
          const { project } = await graphql(`{ project(name: "many") {
            runs(first: 50, order: "-summary_metrics.loss") {
              edges { node { name summaryMetrics } } } } }`);
          return project.runs.edges.length;
        },
      },
      async fill(runs) {
        for (let i = 0; i < runs; i++) {
          const summaryMetrics = JSON.stringify({ loss: Math.random() });
          await upsert({ name: `r${i}`, modelName: "many", summaryMetrics });
        }
      },
    };
  },
};

function lines(from: number, to: number, keys: number): string[] {
  const made: string[] = [];
  for (let step = from; step < to; step++) {
    let line = `{"_step":${step},"_timestamp":${1_795_000_000 + step / 100},"_runtime":${
      step / 100
    }`;
    for (let k = 0; k < keys; k++) line += `,"metric_${k}":${Math.random()}`;
    made.push(line + "}");
  }
  return made;
}
