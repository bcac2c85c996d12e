import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Interop, type PythonResult, startInterop } from "./sdk.ts";
import { setUpWandb } from "./setup.ts";

let interop: Interop;
let python: PythonResult;
let verify: PythonResult;

beforeAll(async () => {
  await setUpWandb();
  interop = await startInterop();
  python = await interop.python("refused.py");
  expect(python.code, python.output).toBe(0);
  verify = await interop.wandb(["verify"]);
}, 400_000);
afterAll(() => interop?.[Symbol.asyncDispose]());

describe("the wandb SDK", () => {
  test("log_artifact() says why there is none, and its run goes on", () => {
    const { artifact, use_artifact, get_artifact, used, run } = python.result;
    expect(artifact).toContain("this server does not keep artifacts yet");
    expect(use_artifact).toMatch(/^CommError: .*not found/);
    expect(get_artifact).toMatch(/^CommError: .*not found/);
    expect(used).toBeNull();
    expect(run).toEqual(["finished", [1]]);
  });

  test("sweep() says why there is none", () => {
    expect(python.result.sweep).toContain("this server does not run sweeps yet");
    expect(python.result.sweep_read).toContain("Could not find sweep");
  });

  test("Api() sets states, and reads whole runs", () => {
    const { states, lazy, viewer } = python.result;
    expect(states).toEqual([true, "pending"]);
    expect(lazy).toEqual([{}]);
    expect(viewer).toBe(interop.user);
  });

  test("login() checks the key before it keeps it", () => {
    const { short, wrong, netrc_before, login, netrc, api_wrong } = python.result;
    expect(short).toContain("API key must have 40+ characters");
    expect(wrong).toContain("the API key is not valid here");
    expect(netrc_before).toBe(false);
    expect(login).toBe(true);
    expect(netrc).toBe(true);
    expect(api_wrong).toContain("the API key is not valid here");
  });

  test("verify passes all that needs neither https, artifacts nor sweeps", () => {
    const results = verify.output.split("\n").flatMap((line) => {
      const [, what, sign] = /^Checking (.*?)\.{3,}(.)/u.exec(line) ?? [];
      return what === undefined ? [] : [[what, sign]];
    });
    expect(results).toEqual([
      ["if logged in", "✅"],
      ["signed URL upload", "✅"],
      ["ability to send large payloads through proxy", "✅"],
      ["requests to base url", "❌"],
      ["requests made over signed URLs", "❌"],
      ["CORs configuration of the bucket", "✅"],
      ["wandb package version is up to date", "✅"],
      ["logged metrics, saving and downloading a file", "✅"],
      ["artifact save and download workflows", "❌"],
      ["sweep creation and agent execution", "❌"],
    ]);
    expect(verify.output.match(/not made over https/g)).toHaveLength(2);
    expect(verify.output).toContain("this server does not run sweeps yet");
  });
});
