import { afterAll, describe, expect, test } from "vitest";
import { copyCode } from "../../src/provenance/copy_code.ts";
import { denoFlags } from "../../src/provenance/deno_flags.ts";
import { gitInWords } from "../../src/provenance/git_in_words.ts";
import { importSpecifiers } from "../../src/provenance/local_imports.ts";
import { readLock } from "../../src/provenance/lock_file.ts";
import { moduleGraph } from "../../src/provenance/module_graph.ts";
import { findProject, pathInProject } from "../../src/provenance/project.ts";
import { recordProvenance } from "../../src/provenance/record_provenance.ts";
import { readProvenance } from "../../src/provenance/recorded_provenance.ts";
import { requirements } from "../../src/provenance/requirements.ts";
import { RunFiles } from "../../src/provenance/run_files.ts";
import { readFileList } from "../record/read_file_list.ts";
import { createRepository, removeFolders, temporaryFolder } from "./repository.ts";

afterAll(removeFolders);

const noFlags = { flags: [], lock: [] };
const never = new AbortController().signal;

describe("moduleGraph()", () => {
  test("asks for what a lock file lacks, and leaves the lock file as it is", async () => {
    const root = temporaryFolder();
    const lock = `{"version":"5","specifiers":{}}\n`;
    Deno.writeTextFileSync(`${root}/deno.json`, "{}");
    Deno.writeTextFileSync(`${root}/deno.lock`, lock);
    Deno.writeTextFileSync(`${root}/main.ts`, `import "npm:zx@^8.8.5/core";`);
    const graph = await moduleGraph(`file://${root}/main.ts`.replaceAll(" ", "%20"), {
      cwd: root,
      flags: noFlags,
      configs: [],
      signal: never,
    });
    expect(graph?.local).toEqual([`${root}/main.ts`]);
    expect(graph?.packages.map((found) => found.name)).toEqual(["zx"]);
    expect(Deno.readTextFileSync(`${root}/deno.lock`)).toBe(lock);
  });

  test("installs nothing in node_modules", async () => {
    const root = temporaryFolder();
    Deno.writeTextFileSync(`${root}/deno.json`, `{ "nodeModulesDir": "auto" }`);
    Deno.writeTextFileSync(`${root}/main.ts`, `import "npm:zx@^8.8.5/core";`);
    const graph = await moduleGraph(`file://${root}/main.ts`.replaceAll(" ", "%20"), {
      cwd: root,
      flags: noFlags,
      configs: [`${root}/deno.json`],
      signal: never,
    });
    expect(graph?.packages.map((found) => found.name)).toEqual(["zx"]);
    expect([...Deno.readDirSync(root)].map((entry) => entry.name).toSorted())
      .toEqual(["deno.json", "main.ts"]);
  });

  test("lists the packages that npm has installed, and none of their files", async () => {
    const root = temporaryFolder();
    const folder = `${root}/node_modules/@scope/tool`;
    Deno.mkdirSync(folder, { recursive: true });
    Deno.writeTextFileSync(
      `${folder}/package.json`,
      `{ "name": "@scope/tool", "version": "1.2.3", "type": "module", "exports": "./main.js" }`,
    );
    Deno.writeTextFileSync(`${folder}/main.js`, `export const tool = 1;`);
    Deno.writeTextFileSync(
      `${root}/package.json`,
      `{ "dependencies": { "@scope/tool": "1.2.3" } }`,
    );
    Deno.writeTextFileSync(`${root}/deno.json`, `{ "nodeModulesDir": "manual" }`);
    Deno.writeTextFileSync(`${root}/main.ts`, `import { tool } from "@scope/tool";`);
    const graph = await moduleGraph(`file://${root}/main.ts`.replaceAll(" ", "%20"), {
      cwd: root,
      flags: noFlags,
      configs: [],
      signal: never,
    });
    expect(graph?.local).toEqual([`${root}/main.ts`]);
    expect(graph?.packages).toEqual([{ name: "@scope/tool", version: "1.2.3", registry: "npm" }]);
  });

  test("gives null for a script that is not there, and when the time is over", async () => {
    const options = { cwd: temporaryFolder(), flags: noFlags, configs: [] };
    expect(await moduleGraph("file:///none.ts", { ...options, signal: never })).toBeNull();
    const signal = AbortSignal.abort();
    expect(await moduleGraph(import.meta.url, { ...options, signal })).toBeNull();
  });
});

describe("denoFlags()", () => {
  test("picks what decides where imports lead, and nothing of the script's own", () => {
    const command = ["/bin/deno", "run", "-A", "--config", "sub/deno.json", "--no-lock"];
    command.push(
      "--node-modules-dir=auto",
      "--import-map=map.json",
      "--seed",
      "1",
      "train.ts",
      "--no-config",
      "-c",
      "x",
    );
    expect(denoFlags(command, "/project/train.ts", "/project")).toEqual({
      flags: [
        "--config",
        "sub/deno.json",
        "--node-modules-dir=none",
        "--import-map",
        "map.json",
      ],
      lock: ["--no-lock"],
      config: "/project/sub/deno.json",
    });
    expect(denoFlags(["deno", "--no-config", "a.ts"], "/project/a.ts", "/project").config)
      .toBeNull();
    expect(denoFlags([], "/project/a.ts", "/project")).toEqual(noFlags);
  });
});

describe("findProject()", () => {
  test("is the working tree with every configuration up to its root", () => {
    const { root, write } = createRepository();
    write("deno.json", "{}");
    write("deno.lock", "{}");
    write("apps/one/deno.jsonc", "{}");
    write("apps/one/src/main.ts", "");
    expect(findProject(`${root}/apps/one/src`)).toEqual({
      root,
      configs: [`${root}/apps/one/deno.jsonc`, `${root}/deno.json`, `${root}/deno.lock`],
    });
    expect(findProject(root, `${root}/apps/one/deno.jsonc`).configs)
      .toEqual([`${root}/apps/one/deno.jsonc`]);
    expect(findProject(root, null).configs).toEqual([]);
  });

  test("is the folder of the nearest configuration where there is no working tree", () => {
    const root = temporaryFolder();
    Deno.mkdirSync(`${root}/a/b`, { recursive: true });
    for (const path of ["package.json", "a/package.json", "a/package-lock.json"]) {
      Deno.writeTextFileSync(`${root}/${path}`, "{}");
    }
    expect(findProject(`${root}/a/b`)).toEqual({
      root: `${root}/a`,
      configs: [`${root}/a/package.json`, `${root}/a/package-lock.json`],
    });
  });
});

describe("pathInProject()", () => {
  test("never leads out of the project", () => {
    expect(pathInProject("/project/app", "/project/app/src/a b.ts")).toBe("src/a b.ts");
    expect(pathInProject("/project/app", "/project/lib/c.ts")).toBe("_up/lib/c.ts");
    expect(pathInProject("/project/app", "/etc/passwd")).toBe("_up/_up/etc/passwd");
  });
});

describe("copyCode()", () => {
  test("copies up to its limits, and says what is missing", async () => {
    const root = temporaryFolder();
    const directory = temporaryFolder();
    const paths = Array.from({ length: 5 }, (_, i) => `${root}/${i}.ts`);
    for (const path of paths) Deno.writeTextFileSync(path, "12345");
    Deno.writeTextFileSync(`${root}/large.ts`, "1".repeat(100));
    const files = new RunFiles(directory);
    const copies = await copyCode([`${root}/large.ts`, `${root}/none.ts`, ...paths], files, {
      root,
      signal: never,
      maxFiles: 3,
      maxFile: 50,
      maxTotal: 12,
    });
    files.close();
    expect(copies.files).toEqual(["0.ts", "1.ts"]);
    expect(copies.notes).toEqual([
      "Files of code that are not copied because they are larger than 50 bytes, or 12 with others: 4",
      "Files of code that are not copied because they cannot be read or written: 1",
    ]);
    expect([...readFileList(directory).keys()]).toEqual(["code/0.ts", "code/1.ts"]);
  });

  test("leaves Cellar's own modules out", async () => {
    const files = new RunFiles(temporaryFolder());
    const own = new URL("../../src/run/run.ts", import.meta.url).pathname;
    const copies = await copyCode([own], files, { root: "/", signal: never });
    files.close();
    expect(copies).toEqual({ files: [], notes: [] });
  });
});

describe("RunFiles", () => {
  test("refuses a path that leads out of the run", async () => {
    const files = new RunFiles(temporaryFolder());
    const bytes = new Uint8Array(1);
    for (const path of ["../a", "/a", "a/../../b", "C:/a"]) {
      await expect(files.write(path, bytes)).rejects.toThrow(RangeError);
    }
    files.close();
  });
});

describe("readLock()", () => {
  test("reads what npm has locked, nested packages too", () => {
    const packages = {
      "": { name: "app" },
      "node_modules/a": { version: "1.0.0" },
      "node_modules/a/node_modules/@s/b": { version: "2.0.0" },
      "node_modules/linked": { link: true },
    };
    const text = JSON.stringify({ lockfileVersion: 3, packages });
    expect(readLock("/x/package-lock.json", text)?.packages).toEqual([
      { name: "a", version: "1.0.0", registry: "npm" },
      { name: "@s/b", version: "2.0.0", registry: "npm" },
    ]);
  });

  test("gives null for what is no lock file", () => {
    expect(readLock("/x/deno.lock", "{")).toBeNull();
    expect(readLock("/x/deno.lock", "null")).toBeNull();
    expect(readLock("/x/deno.lock", `{"npm":3}`)?.packages).toEqual([]);
  });
});

describe("importSpecifiers()", () => {
  test("finds static, dynamic and side-effect imports, over several lines", () => {
    const source = `import a, {\n  b,\n} from "./a.ts";\nimport './b.ts';\nexport * from "./c.ts";
const d = await import("./d.ts"); import type { E } from "npm:e@1";\nconst f = "import";`;
    expect(importSpecifiers(source)).toEqual(["./a.ts", "./b.ts", "./c.ts", "./d.ts", "npm:e@1"]);
  });
});

describe("requirements()", () => {
  test("is one line a package, whatever a name holds", () => {
    const packages = [{ name: "a\nb", version: "1", registry: "npm" }] as const;
    expect(requirements({ packages, remote: ["https://x.dev/m.ts"] }))
      .toBe("a\ufffdb==1\n# https://x.dev/m.ts\n");
    expect(requirements({ packages: [], remote: [] })).toBe("");
  });
});

describe("gitInWords()", () => {
  const state = { root: "/r", branch: "main", commit: "1a2b3c4d5e", dirty: true, changed: 3 };
  test.each([
    [state, "main @ 1a2b3c4, 3 files changed"],
    [{ ...state, changed: 1 }, "main @ 1a2b3c4, 1 file changed"],
    [{ ...state, changed: null }, "main @ 1a2b3c4, changed"],
    [{ ...state, dirty: false, changed: 0 }, "main @ 1a2b3c4"],
    [{ ...state, dirty: null, changed: null }, "main @ 1a2b3c4"],
    [{ ...state, branch: null, dirty: false }, "1a2b3c4"],
    [{ ...state, commit: null, dirty: false }, "main @ no commit"],
    [{ ...state, root: null }, null],
  ])("is short: %#", (git, words) => expect(gitInWords(git)).toBe(words));
});

describe("recordProvenance()", () => {
  test("goes on where a worker that died has stopped, and writes nothing twice", async () => {
    const repository = createRepository();
    repository.commit({ "main.ts": "export {};" });
    const directory = temporaryFolder();
    const options = {
      startedAt: 1_795_512_600.5,
      script: `${repository.root}/main.ts`,
      args: [],
      cwd: repository.root,
      root: repository.root,
      git: true,
      code: true,
    };
    const warnings: string[] = [];
    const context = {
      directory,
      ending: never,
      until: never,
      warn: (text: string) => void warnings.push(text),
    };
    await recordProvenance(options, context);
    const read = () => Deno.readTextFileSync(`${directory}/provenance.jsonl`);
    const metadata = Deno.readTextFileSync(`${directory}/files/wandb-metadata.json`);
    const whole = read();
    const lines = whole.trimEnd().split("\n");
    expect(lines).toHaveLength(5);
    // As it is left by a worker that dies in the middle of its third line.
    Deno.writeTextFileSync(
      `${directory}/provenance.jsonl`,
      `${lines[0]}\n${lines[1]}\n${lines[2]!.slice(0, 30)}`,
    );
    await recordProvenance(options, context);
    const types = (text: string) =>
      text.trimEnd().split("\n").map((line) => JSON.parse(line).type).toSorted();
    expect(types(read())).toEqual(types(whole));
    expect(Deno.readTextFileSync(`${directory}/files/wandb-metadata.json`)).toBe(metadata);
    expect(warnings).toEqual([]);
  });

  test("of a notebook asks what its cells import, from first to last", async () => {
    const { root, write, commit } = createRepository();
    commit({ "lib.ts": "export const lib = 1;", "more.ts": "export {};", "deno.json": "{}" });
    const directory = `${root}/cellar/run`;
    write("cellar/run/files/.keep", "");
    const cell = (line: Record<string, unknown>) =>
      write("cellar/run/cells.jsonl", `${JSON.stringify(line)}\n`);
    cell({
      type: "backfill",
      source: `import { lib } from "./lib.ts";\nawait import("npm:zx/core")`,
    });
    const options = {
      startedAt: 1,
      script: null,
      args: [],
      cwd: root,
      root,
      git: true,
      code: true,
    };
    const ending = new AbortController();
    const warnings: string[] = [];
    const done = recordProvenance(options, {
      directory,
      ending: ending.signal,
      until: never,
      warn: (text) => void warnings.push(text),
    });
    ending.abort();
    await done;
    const { environment, git } = readProvenance(directory);
    expect(environment?.packages?.map((found) => found.name)).toEqual(["zx"]);
    expect(environment?.code).toEqual(["lib.ts", "deno.json"]);
    expect(environment?.program).toBeUndefined();
    expect(git?.branch).toBe("main");
    expect(Deno.readTextFileSync(`${directory}/files/code/lib.ts`)).toBe("export const lib = 1;");
    expect(warnings).toEqual([]);
    expect([...Deno.readDirSync(directory)].map((entry) => entry.name)).not.toContain(
      ".imports.ts",
    );
  });
});
