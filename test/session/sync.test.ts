import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runDirectories, runScript } from "./script.ts";
import { deliver, Recording } from "../sync/recording.ts";
import { TestServer } from "../sync/test_server.ts";
import { tempDir } from "../temp.ts";

const parent = tempDir();
const KEY = "k".repeat(40);
let server: TestServer;
let dir: string;
beforeEach(() => {
  server = TestServer.start();
  dir = Deno.makeTempDirSync({ dir: parent });
});
afterEach(() => server.close());

const run = (
  source: string,
  options: { env?: Record<string, string>; permissions?: string[] } = {},
) =>
  runScript(source, {
    dir,
    env: { WANDB_BASE_URL: server.baseUrl, WANDB_API_KEY: KEY, ...options.env },
    ...(options.permissions === undefined ? {} : { permissions: options.permissions }),
  });

const INIT = 'const run = await cellar.init({ project: "proj", dir: DIR });';

describe("init() with a base URL", () => {
  test("delivers the run, says where it is, and finish() reports it", async () => {
    const { code, stdout, stderr, run: recorded } = await run(`${INIT}
for (let i = 0; i < 50; i++) cellar.log({ loss: i });
const report = await cellar.finish();
console.log(JSON.stringify({ report, url: run.url }));`);
    expect(code).toBe(0);
    const { id } = recorded();
    const url = `${server.baseUrl}/me/proj/runs/${id}`;
    const said = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    expect(said.url).toBe(url);
    expect(said.report.sync).toEqual({
      complete: true,
      delivered: 50,
      left: 0,
      filesLeft: 0,
      reason: null,
      url,
    });
    expect(stderr).toContain(`is at ${url}`);
    expect(server.run(id).rows()).toEqual([...recorded().rows()]);
    expect(server.run(id)).toMatchObject({ complete: true, exitCode: 0 });
  });

  test("delivers also what a script did that forgot finish(), with its exit code", async () => {
    const { code, run: recorded } = await run(`${INIT}
cellar.log({ loss: 1 });
Deno.exitCode = 3;`);
    expect(code).toBe(3);
    expect(server.run(recorded().id)).toMatchObject({ complete: true, exitCode: 3 });
  });

  test.each([
    ["an error that nobody catches", 'throw new Error("too hot");', 1],
    ["Deno.exit()", "Deno.exit(3);", 3],
  ])("says which command sends what %s left behind", async (_what, last, exitCode) => {
    const { code, stderr, run: recorded } = await run(`${INIT}
cellar.log({ loss: 1 });
${last}`);
    expect(code).toBe(exitCode);
    const command = "Not everything was delivered. Send what is left with: cellar sync ";
    expect(stderr.split(command)).toHaveLength(2);
    const { id, directory } = recorded();
    expect(stderr.split(command)[1]!.split("\n")[0]).toContain(id);
    const crashed = { exitCode, time: Date.now() / 1000 };
    expect(await deliver({ directory, id }, server.baseUrl, { crashed })).toMatchObject({
      complete: true,
      left: 0,
    });
    expect(server.run(id)).toMatchObject({ complete: true, exitCode });
  });

  test("goes on without a server, says so once, and names the rows that are left and the command", async () => {
    await server.close();
    const { code, stdout, stderr } = await run(`
const run = await cellar.init({ project: "proj", dir: DIR, settings: { syncTimeout: 1_500 } });
for (let i = 0; i < 12; i++) cellar.log({ loss: i });
const { sync } = await cellar.finish();
console.log(JSON.stringify(sync));`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      complete: false,
      delivered: 0,
      left: 12,
      url: null,
    });
    expect(stderr).toContain("Cannot sync to");
    expect(stderr.match(/Cannot sync to/g)).toHaveLength(1);
    expect(stderr).toMatch(/12 rows.* were not delivered.*Send with: cellar sync cellar\/run-/s);
  });

  test("fires run.signal when somebody stops the run on the server", async () => {
    server.stopped = true;
    const { stdout } = await run(`${INIT}
const begin = Date.now();
while (!run.signal.aborted && Date.now() - begin < 20_000) {
  cellar.log({ loss: 1 });
  await new Promise((resolve) => setTimeout(resolve, 20));
}
console.log(run.signal.aborted, run.signal.reason?.message);
await cellar.finish();`);
    expect(stdout).toContain("true Somebody has asked the server to stop the run");
  });

  test("keeps the key out of the record, the output and the errors", async () => {
    server.apiKey = "another";
    const { stdout, stderr } = await run(`${INIT}
cellar.log({ loss: 1 });
console.log(JSON.stringify(await cellar.finish()));`);
    expect(stderr).toContain("refuses the API key (401: invalid key)");
    expect(stdout + stderr).not.toContain(KEY);
    const [directory] = runDirectories(dir);
    for (const entry of Deno.readDirSync(directory!)) {
      if (!entry.isFile) continue;
      expect(Deno.readTextFileSync(`${directory}/${entry.name}`)).not.toContain(KEY);
    }
  });

  test("sends nothing in mode offline, and nothing without a base URL", async () => {
    await run(`${INIT} cellar.log({ a: 1 }); await cellar.finish();`, {
      env: { WANDB_MODE: "offline" },
    });
    await run(`${INIT} cellar.log({ a: 1 }); console.log(await cellar.finish());`, {
      env: { WANDB_BASE_URL: "" },
    });
    expect(server.requests).toEqual([]);
  });

  test("needs the permission for the server, and asks for none", async () => {
    const { code, stderr } = await run(
      `${INIT}
cellar.log({ a: 1 });
await cellar.finish();`,
      { permissions: ["--allow-read", "--allow-write", "--allow-env"] },
    );
    expect(code).toBe(0);
    const { host } = new URL(server.baseUrl);
    expect(stderr).toContain(`the script needs --allow-net=${host}`);
    expect(server.requests).toEqual([]);
  });

  test("holds no rows in memory while the server hangs", async () => {
    server.fault = () => ({ delayMs: 60_000 });
    const { stdout } = await run(`
const settings = { syncTimeout: 100, quiet: true };
await cellar.init({ project: "proj", dir: DIR, settings });
const heap = () => Deno.memoryUsage().heapUsed;
const before = heap();
for (let i = 0; i < 300_000; i++) {
  cellar.log({ loss: i, acc: i });
  if (i % 1000 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
}
console.log(JSON.stringify({ grown: heap() - before }));
await cellar.finish();`);
    // The rows have 25 MB on disk, and more as objects.
    const { grown } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    expect(grown).toBeLessThan(20_000_000);
  });
});

describe("init() with resume, of a run that is on the server alone", () => {
  const resumed = (policy: string, more = "") =>
    run(`
try {
  const run = await cellar.init({
    project: "proj", id: "abcd1234", resume: "${policy}", config: { lr: 2 }, dir: DIR, ${more}
  });
  cellar.log({ acc: 1 });
  cellar.log({ acc: 2 });
  console.log(JSON.stringify({ ...run.config, name: run.name, step: run.step }));
  await cellar.finish();
} catch (error) {
  console.log(error.message);
}`);

  test("goes on after its last step, with its name, config and summary", async () => {
    const theirs = new Recording(Deno.makeTempDirSync({ dir: parent })).log(5);
    theirs.line({ type: "config", set: { lr: 1, depth: 3, none: "NaN" } }).finish();
    await deliver(theirs, server.baseUrl);
    const { stdout, run: recorded } = await resumed("must");
    const said = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
    expect(said).toEqual({ lr: 2, depth: 3, none: "NaN", name: "calm-oak-1", step: 7 });
    const stored = server.run("abcd1234");
    expect(stored.rows()).toEqual([...theirs.read(), ...recorded().rows()]);
    expect(stored.rows().map(({ _step }) => _step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(stored.summary).toMatchObject({ loss: 4, acc: 2, _step: 6 });
    expect(JSON.parse(stored.config.replace(":NaN", ":0"))).toMatchObject({
      lr: { value: 2 },
      depth: { value: 3 },
    });
    expect(stored).toMatchObject({ complete: true, exitCode: 0 });
  });

  test("goes on with its metric definitions, and with the extremes that it had", async () => {
    const theirs = new Recording(Deno.makeTempDirSync({ dir: parent }));
    theirs.log(3, (i) => ({ acc: [9, -9, 0][i], epoch: i }))
      .line({
        type: "metric",
        name: "acc",
        summary: ["min", "max", "first"],
        stepMetric: "epoch",
        stepSync: true,
      })
      .line({ type: "metric", name: "other", summary: ["none"] })
      .finish();
    await deliver(theirs, server.baseUrl);
    const before = JSON.parse(server.run("abcd1234").config)._wandb.value.m;
    await resumed("must");
    const { config, summary } = server.run("abcd1234");
    expect(JSON.parse(config)._wandb.value.m).toEqual(before);
    expect(summary).toMatchObject({ acc: { min: -9, max: 9, first: 9 }, _step: 4 });
  });

  test("is forbidden by never, and by must when the server has none or does not answer", async () => {
    expect((await resumed("must")).stdout).toContain(
      "Cannot resume the run abcd1234: there is none",
    );
    await deliver(new Recording(Deno.makeTempDirSync({ dir: parent })).log(5), server.baseUrl);
    expect((await resumed("never")).stdout).toContain(
      `Cannot start the run abcd1234: it is there already, on ${server.baseUrl}`,
    );
    await server.close();
    expect((await resumed("must")).stdout).toContain(`Cannot ask ${server.baseUrl} for the run`);
  });

  test("begins anew with a warning under allow, when the server does not answer", async () => {
    await server.close();
    const { stdout, stderr } = await resumed("allow", "settings: { syncTimeout: 100 }");
    expect(stderr).toContain("It begins anew");
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ step: 2 });
  });
});
