import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runScript } from "../session/script.ts";
import { tempDir } from "../temp.ts";
import { parseExtended, TestServer } from "./test_server.ts";
import { bare, recordedTraffic, streamShape } from "./traffic.ts";

const parent = tempDir();
let server: TestServer;
beforeEach(() => {
  server = TestServer.start();
  server.features = [];
});
afterEach(() => server.close());

/** The same as the recorded script has done. */
const BASIC = `
const run = await cellar.init({
  project: "proj", name: "first", notes: "n1", tags: ["a", "b"], group: "g", jobType: "train",
  config: { lr: 0.1, net: { act: "relu", layers: [1, 2] } }, dir: DIR, settings: { quiet: true },
});
cellar.defineMetric("epoch");
cellar.defineMetric("val/*", { stepMetric: "epoch" });
cellar.defineMetric("loss", { summary: "min,max,mean,last" });
cellar.defineMetric("acc", { summary: "max" });
console.log("hello stdout");
console.error("hello stderr");
for (let i = 0; i < 100; i++) cellar.log({ loss: 1 / (i + 1), acc: i / 100, "val/x": i });
cellar.log({ epoch: 1, "val/acc": 0.5 });
cellar.summary.best = 0.99;
cellar.summary.u = 1;
cellar.summary.nested = { a: { b: 2 } };
await cellar.finish();
console.log(JSON.stringify(run.id));
`;

async function record(source: string): Promise<string> {
  const dir = Deno.makeTempDirSync({ dir: parent });
  const env = { WANDB_BASE_URL: server.baseUrl, WANDB_API_KEY: "k".repeat(40) };
  const { code, stderr, run } = await runScript(source, { dir, env });
  expect(stderr).toContain("hello stderr");
  expect(code).toBe(0);
  return run().id;
}

describe("what is sent has the shape of what the official SDK sends", () => {
  test("in a run with metrics, definitions, summary, config and output", async () => {
    const theirs = recordedTraffic("01-basic");
    const id = await record(BASIC);
    const ours = server.requests;

    // The same operations, with the same variables, asking for the same fields.
    const known = new Map(theirs.map((request) => [request.op, request]));
    for (const { op, path, variables, json, headers } of ours) {
      const model = known.get(op);
      expect(model, op).toBeDefined();
      expect(path.replace(id, "ID")).toMatch(
        op === "PUT"
          ? /^\/up\/me\/proj\/ID\//
          : op === "file_stream"
          ? /^\/files\/me\/proj\/ID\//
          : /^\/graphql$/,
      );
      const theirVariables = Object.keys(model?.graphql?.variables ?? {});
      expect(Object.keys(variables).sort(), op).toEqual(theirVariables.sort());
      expect(headers.get("user-agent")).toMatch(/^cellar\//);
      if (op === "PUT") expect(headers.get("authorization")).toBeNull();
      else expect(headers.get("authorization")).toBe(`Basic ${btoa(`api:${"k".repeat(40)}`)}`);
      if (op !== "file_stream") continue;
      const shapes = theirs.filter((request) => request.op === op)
        .flatMap((request) => streamShape(request.json ?? {}));
      for (const key of streamShape(json)) expect(shapes).toContain(key);
    }

    // In the same order: the run first, its end last, files before they are called uploaded.
    const ops = server.ops();
    expect(ops.slice(0, 3)).toEqual(["Viewer", "ServerFeaturesQuery", "UpsertBucket"]);
    expect(ops.at(-1)).toBe("file_stream");
    const end = ours.at(-1)?.json;
    expect(end).toMatchObject({ complete: true, exitcode: 0 });
    expect(ours.filter(({ json }) => json.complete === true)).toHaveLength(1);

    // The first upsert says what the run is, later ones change the config alone.
    const upserts = ours.filter(({ op }) => op === "UpsertBucket").map(({ variables }) =>
      variables
    );
    const [theirFirst, theirNext] = theirs.filter(({ op }) => op === "UpsertBucket")
      .map(({ graphql }) => graphql?.variables ?? {});
    const told = (variables: Record<string, unknown> = {}) =>
      Object.fromEntries(
        [
          "id",
          "project",
          "entity",
          "groupName",
          "description",
          "displayName",
          "notes",
          "debug",
          "jobType",
          "state",
          "sweep",
          "tags",
          "summaryMetrics",
        ].map((key) => [key, variables[key]]),
      );
    expect(told(upserts[0])).toEqual(told(theirFirst));
    for (const next of upserts.slice(1)) expect(told(next)).toEqual(told(theirNext));

    // Rows, one full summary line, and console lines.
    const run = server.run(id);
    const sent = theirs.at(-1)?.json?.files ?? {};
    const theirRows = (sent["wandb-history.jsonl"]?.content ?? [])
      .filter((line) => line.startsWith("{")).map(parseExtended);
    expect(run.rows()).toHaveLength(101);
    for (const row of theirRows) {
      const own = run.rows()[row._step as number];
      expect({ ...own, _timestamp: 0, _runtime: 0 }).toEqual({
        ...row,
        _timestamp: 0,
        _runtime: 0,
      });
    }
    const theirSummary = parseExtended(sent["wandb-summary.json"]?.content[0] ?? "");
    const changing = { _timestamp: 0, _runtime: 0, _wandb: { runtime: 0 } };
    expect({ ...run.summary, ...changing }).toEqual({ ...theirSummary, ...changing });
    expect(Object.keys(run.summary)).toContain("_wandb");
    const masked = (lines: readonly string[] = []) =>
      lines.map((line) => line.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}/, "TIME"));
    expect(masked(run.lines("output.log"))).toEqual(masked(sent["output.log"]?.content));

    // The config, and in it the metric definitions.
    const config = parseExtended(run.config) as Record<string, { value: Record<string, unknown> }>;
    const theirConfig = theirNext?.config as string;
    expect(config.net).toEqual({ value: { act: "relu", layers: [1, 2] } });
    const definitions = /"m":(\[.*?\]\}\])/.exec(theirConfig)?.[1] ?? "[]";
    expect(named(config._wandb?.value.m)).toEqual(named(JSON.parse(definitions)));
    expect(Object.keys(config._wandb?.value ?? {})).toEqual(
      expect.arrayContaining(["cli_version", "t", "m", "e", "code_path"]),
    );

    // The files that every run has.
    const theirFiles = theirs.filter(({ op }) => op === "PUT").map(({ path }) =>
      path.split("/").at(-1)
    );
    for (const name of ["config.yaml", "wandb-summary.json", "output.log", "wandb-metadata.json"]) {
      expect(theirFiles).toContain(name);
      expect(run.uploaded).toContain(name);
      expect(run.files.has(name)).toBe(true);
    }
    expect(new TextDecoder().decode(run.files.get("output.log"))).toBe(
      "hello stdout\nhello stderr\n",
    );
  });

  test("with a server that has more features: globs of metrics and structured console lines", async () => {
    server.features = ["EXPAND_DEFINED_METRIC_GLOBS", "STRUCTURED_CONSOLE_LOGS", "FILESTREAM_GZIP"];
    const id = await record(BASIC);
    const run = server.run(id);
    const theirs = recordedTraffic("11a-features-on");
    const sent = theirs.at(-1)?.json?.files?.["output.log"]?.content ?? [];
    const keys = (lines: readonly string[]) => lines.map((line) => Object.keys(JSON.parse(line)));
    expect(keys(run.lines("output.log"))).toEqual(keys(sent));
    const config = parseExtended(run.config) as Record<string, { value: Record<string, unknown> }>;
    const { m } = config._wandb?.value as { m: Record<string, unknown>[] };
    const place = m.findIndex((metric) => metric["1"] === "epoch") + 1;
    expect(m).toContainEqual({ "2": "val/*", "5": place, "6": [1], "7": [] });
  });

  test("in the documents of all operations", async () => {
    const documents = new Map(
      ["01-basic", "03-misc"].flatMap(recordedTraffic).flatMap(({ op, graphql }) =>
        graphql === undefined || graphql.query.startsWith("<") ? [] : [[op, graphql.query] as const]
      ),
    );
    // Alerts have names only for servers that say that they know them.
    const { NOTIFY_NAMED_ALERT: _, ...operations } = await import(
      "../../src/sync/wire/operations.ts"
    );
    const compared = Object.values(operations).filter(({ name }) => documents.has(name));
    expect(compared.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "Viewer",
        "UpsertBucket",
        "CreateRunFiles",
        "NotifyScriptableRunAlert",
      ]),
    );
    for (const { name, query } of compared) {
      expect(fieldsOf(query), name).toEqual(fieldsOf(documents.get(name) ?? ""));
    }
  });

  test("in alerts, saved files and an exit code", async () => {
    const theirs = recordedTraffic("03-misc");
    const id = await record(`
const run = await cellar.init({ project: "proj", name: "misc", dir: DIR, settings: { quiet: true } });
console.error("hello stderr");
Deno.mkdirSync(DIR + "/sub");
Deno.writeTextFileSync(DIR + "/sub/x y.txt", "sp");
Deno.writeTextFileSync(DIR + "/end.txt", "e");
run.save(DIR + "/sub/x y.txt", { base: DIR });
run.save(DIR + "/end.txt", { base: DIR, policy: "end" });
run.alert({ title: "Title", text: "text body", level: "WARN", wait: 5_000 });
run.log({ nan: NaN, inf: Infinity, nest: { a: 1 }, list: [1, NaN] });
await run.finish(3);
`);
    const run = server.run(id);
    const alert = theirs.find(({ op }) => op === "NotifyScriptableRunAlert")?.graphql?.variables;
    expect(run.alerts).toMatchObject([{ ...alert, runName: id }]);
    expect(run.exitCode).toBe(theirs.at(-1)?.json?.exitcode);
    expect(new TextDecoder().decode(run.files.get("sub/x y.txt"))).toBe("sp");
    expect(new TextDecoder().decode(run.files.get("end.txt"))).toBe("e");
    expect(run.lines("wandb-history.jsonl")[0]).toMatch(
      /"nan":NaN,"inf":Infinity,"nest":\{"a":1\},"list":\[1,NaN\]\}$/,
    );
  });
});

/** Definitions by name: the order of the list means nothing, and places in it are names. */
function named(definitions: unknown): Record<string, unknown> {
  const list = definitions as Record<string, unknown>[];
  const nameOf = (metric: Record<string, unknown> = {}) => String(metric["1"] ?? metric["2"]);
  return Object.fromEntries(list.map((metric) => {
    const place = metric["5"];
    const step = typeof place === "number" ? nameOf(list[place - 1]) : undefined;
    return [nameOf(metric), { ...metric, "5": step }];
  }));
}

/** The names in a document, in order but for those of the input. */
function fieldsOf(query: string): string[] {
  return bare(query).split(/[^\w$]+/).filter((word) => word !== "").sort();
}
