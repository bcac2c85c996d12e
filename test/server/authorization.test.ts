import { afterAll, beforeAll, expect, test } from "vitest";
import { basic, startTestServer, type TestServer } from "./testing.ts";

let server: TestServer;
let outsider: string;
let reader: string;
let run: { readonly key: number; readonly id: string };
let file: number;

beforeAll(async () => {
  server = await startTestServer();
  outsider = await server.addUser("oda");
  reader = await server.addUser("rae", [server.user, "reader"]);
  run = await server.makeRun("target", { displayName: "before", notes: "before" });
  const lines = ['{"_step":0,"v":1}', '{"_step":1,"v":2}'];
  await server.data.store.lines.write(run.key, [{ stream: "history", offset: 0, lines }]);
  const bytes = new Blob(["before"]).stream();
  await server.data.files.put(run.key, "a.txt", bytes, { max: 100 });
  file = (await server.data.store.files.find(run.key, "a.txt"))!.key;
});
afterAll(() => server[Symbol.asyncDispose]());

/** All that could have been changed. */
async function everything() {
  const { store } = server.data;
  const stored = await store.runs.get(run.key);
  return {
    stored,
    lines: await store.lines.read(run.key, "history"),
    files: (await store.files.list(run.key)).files,
    alerts: await store.runs.alerts(run.key, 10),
    projects: (await store.projects.list([server.user], { first: 10, after: null })).projects,
  };
}

const id = (type: string, key: number) => btoa(`${type}:v1:${key}`);

/** Each mutation, as somebody who knows all names and numbers would send it. */
function mutations(): Record<string, string> {
  const entity = JSON.stringify(server.user);
  const names = `entityName: ${entity}, projectName: "proj", runName: "target"`;
  const runId = JSON.stringify(id("Run", run.key));
  return {
    "upsertBucket by name": `upsertBucket(input: {entityName: ${entity}, modelName: "proj",
      name: "target", notes: "after"}) { inserted }`,
    "upsertBucket by number": `upsertBucket(input: {id: ${runId}, notes: "after"}) { inserted }`,
    "upsertBucket of a new run": `upsertBucket(input: {entityName: ${entity}, modelName: "proj",
      name: "another"}) { inserted }`,
    rewindRun: `rewindRun(input: {${names}, metricName: "_step", metricValue: 0}) {
      rewoundRun { id } }`,
    deleteRun: `deleteRun(input: {id: ${runId}}) { clientMutationId }`,
    stopRun: `stopRun(input: {id: ${runId}}) { success }`,
    updateRunState: `updateRunState(input: {id: ${runId}, state: "failed"}) { success }`,
    upsertModel: `upsertModel(input: {entityName: ${entity}, name: "new"}) { inserted }`,
    createRunFiles: `createRunFiles(input: {${names}, files: ["b.txt"]}) { files { uploadUrl } }`,
    markRunFilesUploaded: `markRunFilesUploaded(input: {${names}, files: ["a.txt"]}) { success }`,
    deleteFiles: `deleteFiles(input: {files: [${JSON.stringify(id("File", file))}]}) { success }`,
    notifyScriptableRunAlert: `notifyScriptableRunAlert(input: {${names}, title: "t",
      text: "t"}) { success }`,
  };
}

async function status(path: string, key: string, init: RequestInit = {}): Promise<number> {
  const response = await fetch(server.baseUrl + path, {
    redirect: "manual",
    ...init,
    headers: { ...basic(key), ...init.headers },
  });
  await response.body?.cancel();
  return response.status;
}

test("every mutation is refused to outsiders and readers, and changes nothing", async () => {
  const before = await everything();
  for (const [who, key] of Object.entries({ outsider, reader })) {
    for (const [name, mutation] of Object.entries(mutations())) {
      const { data, errors } = await server.graphql(`mutation { ${mutation} }`, {}, key);
      expect([who, name, Object.values(data)[0]]).toEqual([who, name, null]);
      // Who may not read does not learn what there is.
      const reason = who === "reader"
        ? "you may read it alone"
        : /there is none of the id|Cannot find the run|you are not a member/;
      expect(errors![0]!.message, `${who}: ${name}`).toMatch(reason);
    }
  }
  expect(await everything()).toEqual(before);
});

test("a mutation that is not tried above is not there", async () => {
  const { data } = await server.graphql('{ __type(name: "Mutation") { fields { name } } }');
  const tried = new Set(Object.keys(mutations()).map((name) => name.split(" ")[0]));
  const names = data.__type.fields.map(({ name }: { name: string }) => name);
  // These two are refused to everybody.
  expect(names.filter((name: string) => !tried.has(name))).toEqual([
    "createArtifact",
    "upsertSweep",
  ]);
});

test("every address is closed to outsiders, and what changes anything to readers", async () => {
  const before = await everything();
  const page = `/${server.user}/proj/runs/target`;
  const name = encodeURIComponent(`${server.user}/proj/target`);
  const reads = [
    page,
    `/${server.user}/proj`,
    `${page}?jupyter=true`,
    `${page}?part=log&part=config`,
    `/api/charts?run=${name}&key=v`,
    `/api/charts/keys?run=${name}`,
    `/api/charts/events?run=${name}`,
    `/-/events?entity=${server.user}&project=proj`,
    `/run-files/${run.key}/a.txt`,
  ];
  for (const path of reads) {
    expect([path, await status(path, outsider)]).toEqual([path, 404]);
    expect([path, await status(path, reader)]).toEqual([path, 200]);
  }
  const form = { method: "POST", body: new URLSearchParams({ name: "after", notes: "after" }) };
  for (const action of ["stop", "edit", "delete"]) {
    expect(await status(`${page}/${action}`, outsider, form)).toBe(404);
    expect(await status(`${page}/${action}`, reader, form)).toBe(403);
  }
  const stream = `/files/${server.user}/proj/target/file_stream`;
  const body = '{"files":{"wandb-history.jsonl":{"offset":0,"content":["{}"]}}}';
  expect(await status(stream, outsider, { method: "POST", body })).toBe(404);
  expect(await status(stream, reader, { method: "POST", body })).toBe(403);
  for (const key of [outsider, reader]) {
    expect(await status(`/run-files/${run.key}/a.txt`, key, { method: "PUT", body })).toBe(403);
  }
  expect(await everything()).toEqual(before);
});

test("an address that was signed for one file or action is good for no other", async () => {
  const query = `{ project(name: "proj", entityName: ${JSON.stringify(server.user)}) {
    run(name: "target") { files { edges { node { directUrl } } } } } }`;
  const { data } = await server.graphql(query, {}, reader);
  const signed = new URL(data.project.run.files.edges[0].node.directUrl);
  const open = async (change: (url: URL) => void, init: RequestInit = {}) => {
    const url = new URL(signed);
    change(url);
    const response = await fetch(url, init);
    await response.body?.cancel();
    return response.status;
  };
  expect(await open(() => {})).toBe(200);
  expect(await open((url) => url.pathname = url.pathname.replace("a.txt", "b.txt"))).toBe(403);
  expect(await open((url) => url.pathname = url.pathname.replace(/\d+/, "1000"))).toBe(403);
  // As if somebody who may more had asked for it.
  expect(await open((url) => url.searchParams.set("by", "key-1"))).toBe(403);
  expect(await open((url) => url.searchParams.set("for", "put"), { method: "PUT", body: "x" }))
    .toBe(
      403,
    );
  expect(await open((url) => url.searchParams.append("for", "put"), { method: "PUT", body: "x" }))
    .toBe(403);
});
