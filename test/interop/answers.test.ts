/**
 * Answers that say nothing, and none at all.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkRows } from "./checks.ts";
import { Proxy } from "./proxy.ts";
import { type Interop, type PythonResult, type ScriptOutput, startInterop } from "./sdk.ts";
import { setUpWandb } from "./setup.ts";

let proxy: Proxy;
let interop: Interop;
let nowhere: PythonResult;
let stranger: PythonResult;
let placeless: PythonResult;
let ours: ScriptOutput;

const CELLAR = `
for (const id of ["stranger", "placeless"]) {
  const run = await cellar.init({
    project: "proj", id: "cellar-" + id, dir: DIR, settings: { quiet: true, syncTimeout: 3_000 },
  });
  for (let v = 0; v < 20; v++) run.log({ v });
  Deno.writeTextFileSync(DIR + "/kept.txt", "kept");
  run.save(DIR + "/kept.txt", { base: DIR });
  const { sync } = await run.finish();
  console.log(id, sync.left, sync.filesLeft > 0);
}
`;

beforeAll(async () => {
  await setUpWandb();
  proxy = new Proxy("");
  proxy.fault = ({ op, run }) => {
    if (op === "Viewer") return Response.json({ data: { viewer: null } });
    if (op !== "CreateRunFiles" || !run.endsWith("placeless")) return undefined;
    return Response.json({ data: { createRunFiles: null } });
  };
  interop = await startInterop(proxy);
  [nowhere, stranger, placeless, ours] = await Promise.all([
    interop.python("nowhere.py", { env: { WANDB_BASE_URL: "http://127.0.0.1:9" } }),
    interop.python("answers.py", { args: ["stranger"] }),
    interop.python("answers.py", { args: ["placeless"] }),
    interop.cellar(CELLAR),
  ]);
}, 200_000);
afterAll(async () => {
  await interop?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

describe("a server that does not say whose the key is", () => {
  test("has the whole run of the wandb SDK, whose Api() takes the key for none", async () => {
    expect(stranger.code, stranger.output).toBe(0);
    expect(proxy.of("Viewer").length).toBeGreaterThan(0);
    await checkRows({ interop, id: "stranger" }, 20, { state: "finished", exitCode: 0 });
    expect(stranger.result.api).toMatch(/^AuthenticationError: /);
  });

  test("has the whole run of Cellar's client", async () => {
    expect(ours.output).toContain("stranger 0 false");
    await checkRows({ interop, id: "cellar-stranger" }, 20, { state: "finished", exitCode: 0 });
  });
});

describe("a server that names no place for files", () => {
  test("ends the wandb SDK's process, and keeps a run that can be synced", async () => {
    expect(placeless.code, placeless.output).toBe(1);
    expect(placeless.output).toContain("Connection lost");
    expect(await interop.stored("placeless")).toMatchObject({ state: "running", exitCode: null });
  });

  test("has every row of Cellar's client, which says that files are left", async () => {
    expect(ours.code, ours.output).toBe(0);
    expect(ours.output).toContain("placeless 0 true");
    await checkRows({ interop, id: "cellar-placeless" }, 20, { state: "finished", exitCode: 0 });
  });
});

test("init() of the wandb SDK gives up where no server is, in words", () => {
  expect(nowhere.code, nowhere.output).toBe(0);
  expect(nowhere.result.error).toContain("Timed out");
  expect(nowhere.result.after).toBeGreaterThan(2);
});
