import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readKey } from "../../src/login/login_file.ts";
import { runDirectories, runScript } from "../session/script.ts";
import { deliver } from "../sync/recording.ts";
import { tempDir } from "../temp.ts";
import { type Interop, type PythonResult, startInterop } from "./sdk.ts";
import { setUpWandb } from "./setup.ts";

const dir = tempDir();
let interop: Interop;
let python: PythonResult;
let id: string;

/** The same as the official SDK does in the scenario `basic`. */
const SCRIPT = `
await cellar.init({
  project: "proj", name: "first", notes: "n1", tags: ["a", "b"], group: "g", jobType: "train",
  config: { lr: 0.1, net: { act: "relu", layers: [1, 2] } }, dir: DIR, settings: { quiet: true },
});
cellar.defineMetric("epoch");
cellar.defineMetric("val/*", { stepMetric: "epoch" });
cellar.defineMetric("loss", { summary: "min,max,mean,last" });
console.log("hello stdout");
console.error("hello stderr");
for (let i = 0; i < 100; i++) cellar.log({ loss: 1 / (i + 1), acc: i / 100, "val/x": i });
cellar.log({ epoch: 1, "val/acc": 0.5 });
cellar.summary.best = 0.99;
cellar.summary.nested = { a: { b: 2 } };
await cellar.finish();
`;

async function rows() {
  const run = await interop.data.store.runs.find(interop.user, "proj", id);
  const lines = await interop.data.store.lines.read(run!.key, "history");
  return lines.map(({ text }) => JSON.parse(text));
}

beforeAll(async () => {
  await setUpWandb();
  interop = await startInterop();
  const { baseUrl } = interop.server;
  const key = await readKey(baseUrl, { path: `${interop.folder}/login.json` });
  const env = { WANDB_BASE_URL: baseUrl, WANDB_API_KEY: key ?? "" };
  const { code, stderr, run } = await runScript(SCRIPT, { dir, env });
  expect(code, stderr).toBe(0);
  id = run().id;
  python = await interop.python("read_back.py", { args: [id] });
}, 400_000);
afterAll(() => interop?.[Symbol.asyncDispose]());

describe("a run of Cellar's own client", () => {
  test("is read by the wandb SDK as one of its own", () => {
    expect(python.code, python.output).toBe(0);
    const { before } = python.result;
    expect(before).toMatchObject({
      state: "finished",
      name: "first",
      tags: ["a", "b"],
      group: "g",
      config: { lr: 0.1, net: { act: "relu", layers: [1, 2] } },
      summary: { best: 0.99, loss: { min: 0.01, max: 1, last: 0.01 } },
      rows: 101,
      row: { _step: 3, loss: 0.25, "val/x": 3 },
      sampled: 10,
      log: "hello stdout\nhello stderr\n",
    });
    expect(before.files).toEqual(
      expect.arrayContaining([
        "config.yaml",
        "output.log",
        "wandb-metadata.json",
        "wandb-summary.json",
      ]),
    );
    expect(before.metadata).toContain("startedAt");
  });

  test("is gone on with by the wandb SDK, and synced once more without harm", async () => {
    const { first_step, after } = python.result;
    expect(first_step).toBe(101);
    expect(after.steps).toEqual(Array.from({ length: 102 }, (_, i) => i));
    const { baseUrl } = interop.server;
    const apiKey = await readKey(baseUrl, { path: `${interop.folder}/login.json` });
    const directory = runDirectories(dir)[0]!;
    const before = await rows();
    const delivery = await deliver({ directory, id }, baseUrl, { apiKey });
    expect(delivery).toMatchObject({ left: 0, complete: true });
    expect(await rows()).toEqual(before);
  });
});
