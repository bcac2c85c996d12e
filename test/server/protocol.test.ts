import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { basic, startTestServer, type TestServer, UPSERT } from "./testing.ts";

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const row = (step: number, values: object = { loss: step }) =>
  JSON.stringify({ _step: step, _timestamp: 1000 + step, _runtime: step, ...values });

function history(offset: number, ...lines: string[]) {
  return { files: { "wandb-history.jsonl": { offset, content: lines } } };
}

const RESUME_STATUS = `query RunResumeStatus($project: String, $entity: String, $name: String!) {
  model(name: $project, entityName: $entity) { id name entity { id name }
    bucket(name: $name, missingOk: true) {
      id name summaryMetrics displayName logLineCount historyLineCount eventsLineCount historyTail
      eventsTail config tags notes wandbConfig(keys: ["t"]) } } }`;

describe("GraphQL", () => {
  test("upsertBucket makes a run with invented names, then changes what is not null", async () => {
    const first = await server.graphql(UPSERT, {
      input: { name: null, modelName: null, entityName: null, notes: "n" },
    });
    const { bucket, inserted } = first.data.upsertBucket;
    expect(inserted).toBe(true);
    expect(bucket.name).toMatch(/^[a-z0-9]{8}$/);
    expect(bucket.displayName).toMatch(/^\w+-\w+-1$/);
    expect(bucket.project).toEqual({ name: "uncategorized", entity: { name: server.user } });
    const second = await server.graphql(UPSERT, {
      input: { id: bucket.id, displayName: "named", notes: null, config: '{"a":{"value":NaN}}' },
    });
    expect(second.data.upsertBucket).toMatchObject({
      inserted: false,
      bucket: { id: bucket.id, displayName: "named", config: '{"a":{"value":"NaN"}}' },
    });
    const run = await server.data.store.runs.find(server.user, "uncategorized", bucket.name);
    expect(run?.notes).toBe("n");
  });

  test("variables that the document does not declare are passed over", async () => {
    const run = await server.makeRun("to-delete");
    const { data, errors } = await server.graphql(
      "mutation DeleteRun($id: ID!,) { deleteRun(input: { id: $id, }) { clientMutationId } }",
      { id: btoa(`Run:v1:${run.key}`), deleteArtifacts: false },
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ deleteRun: { clientMutationId: null } });
    await expect(server.run("to-delete")).rejects.toThrow("There is no run");
  });

  test("a run that was deleted is not made by what its client goes on to say", async () => {
    const { key } = await server.makeRun("deleted");
    const remove = "mutation ($id: ID!) { deleteRun(input: { id: $id }) { clientMutationId } }";
    await server.graphql(remove, { id: btoa(`Run:v1:${key}`) });
    const goneWith = async (query: string, input: object) => {
      const { errors } = await server.graphql(query, { input });
      return errors?.[0];
    };
    const gone = {
      message: expect.stringContaining("it was deleted"),
      extensions: { code: "GONE" },
    };
    const names = { name: "deleted", modelName: "proj", entityName: server.user };
    expect(await goneWith(UPSERT, { ...names, config: "{}" })).toMatchObject(gone);
    const files =
      "mutation ($input: CreateRunFilesInput!) { createRunFiles(input: $input) { runID } }";
    const run = { entityName: server.user, projectName: "proj", runName: "deleted" };
    expect(await goneWith(files, { ...run, files: ["a"] })).toMatchObject(gone);
    const response = await server.stream("deleted", {});
    expect([response.status, (await response.json()).error]).toEqual([410, gone.message]);
    // Who may not read it is not told that it was there.
    const stranger = await server.addUser("stranger");
    const theirs = await server.stream("deleted", {}, stranger);
    expect([theirs.status, (await theirs.json()).error]).toEqual([
      404,
      "Cannot store lines: there is no such run",
    ]);
    await expect(server.run("deleted")).rejects.toThrow("There is no run");
    // Whoever begins it anew says more.
    await server.makeRun("deleted", { host: "h" });
    expect(await goneWith(UPSERT, { ...names, config: "{}" })).toBeUndefined();
    expect((await server.stream("deleted", {})).status).toBe(200);
  });

  test("an operation that is not there is answered with errors and status 200", async () => {
    const { data, errors } = await server.graphql("query Q { launchAgent { id } }");
    expect(data).toBeNull();
    expect(errors![0]!.message).toBe('Cannot query field "launchAgent" on type "Query".');
  });

  test("artifacts and sweeps are refused in words, and looked up as not there", async () => {
    const created = await server.graphql(
      `mutation CreateArtifact($input: CreateArtifactInput!) { createArtifact(input: $input) {
        artifact { id state artifactSequence { latestArtifact { id } } } } }`,
      { input: { artifactTypeName: "run_table", digest: "00" } },
    );
    expect(created.errors![0]!.message).toContain("Cannot create the artifact");
    const type = await server.graphql(
      `query ArtifactType($entity: String, $project: String, $name: String!) {
        project(name: $project, entityName: $entity) {
          artifact(name: $name) { artifactType { name } } } }`,
      { project: "nope", name: "a:latest" },
    );
    expect(type).toEqual({ data: { project: null } });
  });

  test("__typename is that of W&B's schema", async () => {
    await server.makeRun("typed");
    const { data } = await server.graphql(
      `{ models { __typename pageInfo { __typename } edges { node { __typename
        runs(first: 1) { edges { node { __typename user { __typename } } } } } } }
        viewer { __typename } }`,
    );
    expect(data.viewer.__typename).toBe("User");
    expect(data.models.pageInfo.__typename).toBe("PageInfo");
    const [{ node }] = data.models.edges;
    expect(node.__typename).toBe("Project");
    expect(node.runs.edges[0].node).toEqual({ __typename: "Run", user: { __typename: "User" } });
  });

  test("serverInfo names the features that are there", async () => {
    const { data } = await server.graphql("{ serverInfo { features { name isEnabled } } }");
    expect(data.serverInfo.features).toEqual([
      { name: "FILESTREAM_GZIP", isEnabled: true },
      { name: "STRUCTURED_CONSOLE_LOGS", isEnabled: true },
      { name: "CELLAR_LIVE", isEnabled: true },
      { name: "CELLAR_NAMED_ALERTS", isEnabled: true },
    ]);
  });

  test("file_stream keeps rows once that are appended to a run that has them already", async () => {
    await server.makeRun("again");
    const content = Array.from(
      { length: 40 },
      (_, i) => JSON.stringify({ loss: i, _step: i, _timestamp: 1000 + i / 8, _runtime: i / 8 }),
    );
    const stored = async () => {
      const { key } = await server.run("again");
      return (await server.data.store.lines.read(key, "history")).map(({ text }) => text);
    };
    const send = (offset: number, content: string[]) =>
      server.stream("again", { files: { "wandb-history.jsonl": { offset, content } } });
    await send(0, content.slice(0, 20));
    // All of it once more, in another order of keys and in two requests, of which one comes twice.
    const other = content.map((line) => {
      const { loss, ...rest } = JSON.parse(line);
      return JSON.stringify({ ...rest, loss });
    });
    await send(20, other.slice(0, 15));
    for (let i = 0; i < 2; i++) await send(35, other.slice(15));
    expect(await stored()).toEqual([...content.slice(0, 20), ...other.slice(20)]);
    await send(60, other);
    expect(await stored()).toHaveLength(40);
    // What is logged anew at a step is another row, and so is what takes the place of a row.
    const anew = JSON.stringify({ loss: 7, _step: 0, _timestamp: 2000, _runtime: 0 });
    await send(60, [anew]);
    expect((await stored()).at(-1)).toBe(anew);
    const changed = JSON.stringify({ ...JSON.parse(content[3]!), more: 1 });
    await send(3, [changed]);
    expect((await stored())[3]).toBe(changed);
    expect(await stored()).toHaveLength(41);
  });

  test("UpsertBucket with a branch point begins a run with its parent's rows", async () => {
    await server.makeRun("parent");
    const content = Array.from({ length: 6 }, (_, i) => row(i));
    await server.stream("parent", { files: { "wandb-history.jsonl": { offset: 0, content } } });
    const config = (run: string) =>
      `{"_wandb":{"value":{"branch_point":{"run_id":"${run}","step":2}}}}`;
    const make = (name: string, parent: string) =>
      server.graphql(UPSERT, { input: { name, modelName: "proj", config: config(parent) } });
    for (let i = 0; i < 2; i++) {
      const { data } = await make("branch", "parent");
      expect(data.upsertBucket.bucket.historyLineCount).toBe(3);
    }
    const branch = await server.run("branch");
    const lines = await server.data.store.lines.read(branch.key, "history");
    expect(lines.map(({ text }) => text)).toEqual(content.slice(0, 3));
    expect(branch.lastStep).toBe(2);
    expect(JSON.parse(branch.summary)).toEqual({ _timestamp: 1002, loss: 2, _step: 2 });
    const { errors } = await make("orphan", "nobody");
    expect(errors?.[0]?.message).toContain('Cannot fork the run "nobody": there is none in');
    await expect(server.run("orphan")).rejects.toThrow();
    // A run that is there goes on when its parent is gone.
    const parent = { input: { name: "parent", modelName: "proj" } };
    const { id } = (await server.graphql(UPSERT, parent)).data.upsertBucket.bucket;
    const remove = "mutation ($id: ID!) { deleteRun(input: { id: $id }) { clientMutationId } }";
    expect((await server.graphql(remove, { id })).errors).toBeUndefined();
    expect((await make("branch", "parent")).errors).toBeUndefined();
  });

  test("RunResumeStatus gives counts and tails, and nothing of _runtime", async () => {
    await server.makeRun("resumable", {
      config: '{"lr":{"value":1},"_wandb":{"value":{"t":{"12":"x"},"m":[]}}}',
      tags: ["t"],
    });
    await server.stream("resumable", {
      files: {
        "wandb-history.jsonl": { offset: 0, content: [row(0), row(1)] },
        "wandb-events.jsonl": {
          offset: 0,
          content: ['{"_timestamp":1,"_runtime":1,"system.cpu":2}'],
        },
        "output.log": { offset: 0, content: ["a", "b", "c"] },
        "wandb-summary.json": {
          offset: 0,
          content: ['{"loss":1,"_step":1,"_runtime":1.5,"_wandb":{"runtime":1}}'],
        },
      },
    });
    const { data } = await server.graphql(RESUME_STATUS, { project: "proj", name: "resumable" });
    const { bucket } = data.model;
    expect(bucket).toMatchObject({
      historyLineCount: 2,
      eventsLineCount: 1,
      logLineCount: 3,
      wandbConfig: '{"t":{"12":"x"}}',
      tags: ["t"],
    });
    expect(JSON.parse(bucket.summaryMetrics)).toEqual({ loss: 1, _step: 1 });
    expect(JSON.parse(bucket.historyTail).map(JSON.parse)).toEqual([
      { _step: 1, _timestamp: 1001, loss: 1 },
    ]);
    expect(JSON.parse(bucket.eventsTail).map(JSON.parse)).toEqual([
      { _timestamp: 1, "system.cpu": 2 },
    ]);
    const missing = await server.graphql(RESUME_STATUS, { project: "proj", name: "nope" });
    expect(missing.data.model.bucket).toBeNull();
  });

  test("rewindRun forgets later rows, and what they added to the summary", async () => {
    await server.makeRun("rewound");
    await server.stream("rewound", history(0, ...[0, 1, 2, 3].map((step) => row(step))));
    const { data } = await server.graphql(
      `mutation RewindRun($runName: String!, $project: String, $metricName: String!,
        $metricValue: Float!) { rewindRun(input: {runName: $runName, projectName: $project,
        metricName: $metricName, metricValue: $metricValue}) {
        rewoundRun { historyLineCount summaryMetrics } } }`,
      { runName: "rewound", project: "proj", metricName: "_step", metricValue: 1 },
    );
    expect(data.rewindRun.rewoundRun.historyLineCount).toBe(2);
    expect(JSON.parse(data.rewindRun.rewoundRun.summaryMetrics)).toMatchObject({
      loss: 1,
      _step: 1,
    });
  });

  test("logLines reads both forms of console lines, a page at a time", async () => {
    await server.makeRun("printed");
    const content = [
      "2026-11-24T07:19:28.912985 plain",
      "ERROR 2026-11-24T07:19:28.913748 [worker] bad",
      '{"level":"error","ts":"2026-11-24T07:19:29.000000","label":"w","content":"structured"}',
      "{not json",
    ];
    await server.stream("printed", { files: { "output.log": { offset: 0, content } } });
    const query = `query Q($first: Int, $last: Int, $after: String) { project(name: "proj") {
      run(name: "printed") { logLineCount logLines(first: $first, last: $last, after: $after) {
      edges { node { number timestamp level label line } } pageInfo { endCursor hasNextPage } } } } }`;
    const page = async (variables: object) =>
      (await server.graphql(query, variables)).data.project.run.logLines;
    const first = await page({ first: 2 });
    expect(first.edges.map(({ node }: { node: unknown }) => node)).toEqual([
      {
        number: 0,
        timestamp: "2026-11-24T07:19:28.912985",
        level: "info",
        label: null,
        line: "plain",
      },
      {
        number: 1,
        timestamp: "2026-11-24T07:19:28.913748",
        level: "error",
        label: "worker",
        line: "bad",
      },
    ]);
    expect(first.pageInfo).toEqual({ endCursor: "1", hasNextPage: true });
    const second = await page({ first: 2, after: "1" });
    expect(second.edges.map(({ node }: { node: { line: string } }) => node.line)).toEqual([
      "structured",
      "{not json",
    ]);
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect((await page({ last: 1 })).edges[0].node.number).toBe(3);
  });

  test("history(samples) keeps the first and the last row, and all that fit", async () => {
    await server.makeRun("sampled");
    const lines = Array.from({ length: 2500 }, (_, i) => row(i));
    await server.stream("sampled", history(0, ...lines));
    const query = `query Q($samples: Int) { project(name: "proj") { run(name: "sampled") {
      history(samples: $samples) } } }`;
    const steps = async (samples: number) =>
      (await server.graphql(query, { samples })).data.project.run.history
        .map((line: string) => JSON.parse(line)._step);
    expect(await steps(5000)).toHaveLength(2500);
    const some = await steps(6);
    expect(some).toHaveLength(6);
    expect([some[0], some[5]]).toEqual([0, 2499]);
  });
});

describe("file_stream", () => {
  test("lines are stored by number: the same again adds nothing, others replace", async () => {
    await server.makeRun("lines");
    for (let i = 0; i < 3; i++) await server.stream("lines", history(0, row(0), row(1)));
    await server.stream("lines", history(1, row(1, { loss: 7 }), row(2)));
    const { key } = await server.run("lines");
    const lines = await server.data.store.lines.read(key, "history");
    expect(lines.map(({ text }) => JSON.parse(text).loss)).toEqual([0, 7, 2]);
  });

  test("gzip bodies are unpacked, and what is not gzip is refused", async () => {
    await server.makeRun("packed");
    const body = new Blob([JSON.stringify(history(0, row(0)))]).stream()
      .pipeThrough(new CompressionStream("gzip"));
    const url = `${server.baseUrl}/files/${server.user}/proj/packed/file_stream`;
    const headers = { ...basic(server.key), "content-encoding": "gzip" };
    const packed = await new Response(body).bytes();
    const response = await fetch(url, { method: "POST", headers, body: packed });
    expect(await response.json()).toEqual({ exitcode: null, limits: {}, stopped: false });
    expect((await server.run("packed")).historyLines).toBe(1);
    const broken = await fetch(url, { method: "POST", headers, body: "{}" });
    expect(broken.status).toBe(400);
    expect((await broken.json()).error).toContain("it is not gzip");
  });

  test("the end of a run is its state, and traffic afterwards resumes it", async () => {
    await server.makeRun("ended");
    const states = [];
    for (
      const body of [
        {},
        { preempting: true },
        {},
        { complete: true, exitcode: 4 },
        history(0, row(0)),
        { complete: true, exitcode: 0 },
        { complete: false },
      ]
    ) {
      await server.stream("ended", body);
      const { state, exitCode } = await server.run("ended");
      states.push(`${state} ${exitCode}`);
    }
    expect(states).toEqual([
      "running null",
      "preempting null",
      "preempting null",
      "failed 4",
      "running null",
      "finished 0",
      "running null",
    ]);
  });

  test("stopRun is told in the answers until the run has ended", async () => {
    const run = await server.makeRun("stopping");
    const stop = "mutation S($id: ID!) { stopRun(input: {id: $id}) { success } }";
    await server.graphql(stop, { id: btoa(`Run:v1:${run.key}`) });
    expect(await (await server.stream("stopping", {})).json()).toMatchObject({ stopped: true });
    await server.stream("stopping", { complete: true, exitcode: 255 });
    expect((await server.run("stopping")).state).toBe("killed");
    expect(await (await server.stream("stopping", {})).json()).toMatchObject({ stopped: false });
  });

  test("a run that is not there is a 404", async () => {
    const response = await server.stream("missing", {});
    expect(response.status).toBe(404);
    expect((await response.json()).error).toContain("there is no such run");
  });

  test("a row is readable right after its request was answered", async () => {
    await server.makeRun("live");
    await server.stream("live", history(0, row(0)));
    const { data } = await server.graphql(
      `{ project(name: "proj") { run(name: "live") { historyLineCount state heartbeatAt
        history historyKeys } } }`,
    );
    expect(data.project.run).toMatchObject({ historyLineCount: 1, state: "running" });
    expect(data.project.run.history).toEqual([row(0)]);
    expect(data.project.run.historyKeys).toMatchObject({
      lastStep: 0,
      keys: { loss: { typeCounts: [{ type: "number", count: 1 }], previousValue: 0 } },
    });
  });
});
