import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fromFileUrl } from "../session/paths.ts";
import { CELLAR_CODE } from "./cellar_runs.ts";
import { checkCode } from "./checks.ts";
import { Proxy } from "./proxy.ts";
import { makeRepository } from "./repository.ts";
import { type Interop, type PythonResult, type ScriptOutput, startInterop } from "./sdk.ts";
import { setUpWandb } from "./setup.ts";

const PREFIX = "/some/prefix";
const commits: Record<string, string> = {};
let proxy: Proxy;
let interop: Interop;
let code: PythonResult;
let ours: ScriptOutput;

beforeAll(async () => {
  await setUpWandb();
  proxy = new Proxy(PREFIX);
  interop = await startInterop(proxy);
  const { folder } = interop;
  const source = await Deno.readTextFile(fromFileUrl(new URL("code.py", import.meta.url)));
  const mod = JSON.stringify(new URL("../../mod.ts", import.meta.url).href);
  commits.code = await makeRepository(`${folder}/theirs`, "train.py", source);
  commits["cellar-code"] = await makeRepository(
    `${folder}/ours`,
    "train.ts",
    `import * as cellar from ${mod};\n${CELLAR_CODE}`,
  );
  [code, ours] = await Promise.all([
    interop.python(`${folder}/theirs/train.py`, {
      cwd: `${folder}/theirs`,
      // With telemetry on, which goes to the server, and to another place that cannot be reached.
      env: {
        WANDB_ERROR_REPORTING: "true",
        HTTPS_PROXY: "http://127.0.0.1:9",
        NO_PROXY: "127.0.0.1",
      },
    }),
    interop.cellarFile(`${folder}/ours/train.ts`),
  ]);
}, 400_000);
afterAll(async () => {
  await interop?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
});

describe.each([
  ["the wandb SDK", "", "train.py"],
  ["Cellar's client", "cellar-", "train.ts"],
])("with %s, a server below a path", (_name, prefix, program) => {
  test("init() in a git repository keeps the commit, the code and its changes", async () => {
    const id = `${prefix}code`;
    await checkCode({ interop, id }, { program, commit: commits[id]! });
  });
});

describe("a server below a path", () => {
  test("is read and changed by the wandb SDK", () => {
    expect(code.code, code.output).toBe(0);
    expect(ours.code, ours.output).toBe(0);
    const { user } = interop;
    expect(code.result).toMatchObject({
      url: `${proxy.url}/${user}/proj/runs/code`,
      commit: commits.code,
      git: { commit: commits.code },
      rows: [1],
      // Artifacts are refused; what the run itself has of its code is there.
      code_path: "source-proj-train.py",
    });
    expect(code.result.files).toEqual(
      expect.arrayContaining(["code/train.py", "config.yaml", "diff.patch", "requirements.txt"]),
    );
    expect(code.result.code).toContain("changed after the commit");
    expect(code.result.diff).toContain("+# changed after the commit");
  });

  test("is told rows in gzip when the SDK is asked to, and wants no telemetry", () => {
    const encodings = proxy.of("file_stream").filter(({ run }) => run === "code")
      .map(({ headers }) => headers.get("content-encoding"));
    expect(new Set(encodings)).toEqual(new Set(["gzip"]));
    // The SDK has asked whether it is wanted, and sends nothing after the answer.
    const probes = proxy.seen.filter(({ path }) => path.startsWith("/sdk/otel/"));
    expect(probes.length).toBeGreaterThan(0);
    for (const { headers } of probes) expect(headers.get("content-length") ?? "0").toBe("0");
  });

  test("leads from page to page below that path, and logs in there", async () => {
    const away = await fetch(proxy.url + "/", { redirect: "manual" });
    expect(away.headers.get("location")).toBe(`${proxy.url}/login?next=%2F`);
    const linked = await fetch(interop.server.loginLink!, { redirect: "manual" });
    expect(linked.headers.get("location")).toBe(`${proxy.url}/`);
    const cookie = linked.headers.get("set-cookie")!.split(";")[0]!;
    const { origin } = new URL(proxy.url);
    const open = (path: string) => fetch(origin + path, { headers: { cookie } });
    const pages = ["/", `/${interop.user}/proj`, `/${interop.user}/proj/runs/code`];
    const followed = new Set<string>();
    for (const page of [PREFIX, ...pages.map((path) => PREFIX + path)]) {
      const response = await open(page);
      expect(response.status, page).toBe(200);
      const html = (await response.text()).replaceAll("&amp;", "&");
      for (const [, name, path] of html.matchAll(/ (href|src|action|data-events)="(\/[^"#]*)/g)) {
        expect(path, page).toMatch(/^\/some\/prefix(\/|$|\?)/);
        if (name !== "action") followed.add(path!);
      }
    }
    expect(followed.size).toBeGreaterThan(15);
    for (const path of followed) {
      const response = await open(path);
      expect(response.status, path).toBe(200);
      await response.body?.cancel();
    }
  });
});
