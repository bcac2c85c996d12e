import { chmodSync, existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { gitState } from "../../src/provenance/git.ts";
import {
  createRepository,
  removeFolders,
  type Repository,
  repositoryAt,
  temporaryFolder,
} from "./repository.ts";

let repository: Repository;
let markers: string;
let trap: string;

beforeEach(() => {
  repository = createRepository();
  markers = temporaryFolder();
  const file = join(temporaryFolder(), "trap");
  writeFileSync(file, `#!/bin/sh\nmktemp '${markers}/pwned-XXXXXX' > /dev/null\ncat\n`);
  chmodSync(file, 0o755);
  trap = `'${file}'`;
});
afterEach(removeFolders);

const sprung = (): string[] => readdirSync(markers);
const text = (bytes: Uint8Array | null | undefined): string => new TextDecoder().decode(bytes!);

/** Makes Git compare a file's content, which is when filters run. */
function age(path: string): void {
  utimesSync(join(repository.root, path), 1_000_000_000, 1_000_000_000);
}

describe("gitState() in a repository that wants to run programs", () => {
  // Each trap has to work in Git itself, or a test of it could not fail.
  test.each<[string, string[][], string[]]>([
    ["core.fsmonitor", [["core.fsmonitor", "TRAP"]], ["status"]],
    ["diff.external", [["diff.external", "TRAP"]], ["diff", "HEAD"]],
    ["a diff driver", [["diff.evil.command", "TRAP"]], ["diff", "HEAD"]],
    ["textconv", [["diff.evil.textconv", "TRAP"]], ["diff", "HEAD"]],
    ["a clean filter", [["filter.evil.clean", "TRAP"]], ["status"]],
    ["a required clean filter", [
      ["filter.evil.clean", "TRAP"],
      ["filter.evil.required", "true"],
    ], ["diff", "HEAD"]],
    ["a filter process", [["filter.evil.process", "TRAP"]], ["status"]],
    ["a filter with a hostile name", [["filter.a=b.$(x)\"'.clean", "TRAP"]], ["status"]],
  ])("gitState() does not run %s", async (_, settings, command) => {
    repository.write(
      ".gitattributes",
      "a.txt diff=evil filter=evil\nb.txt filter=a=b.$(x)\"'\n",
    );
    repository.commit({ "a.txt": "one\n", "b.txt": "one\n" });
    for (const [key = "", value = ""] of settings) {
      repository.git("config", key, value.replace("TRAP", trap));
    }
    repository.write("a.txt", "two\n");
    repository.write("b.txt", "two\n");
    age("a.txt");
    age("b.txt");
    const state = await gitState(repository.root);
    expect(sprung()).toEqual([]);
    expect(state?.dirty).toBe(true);
    expect(text(state?.diff)).toContain("+two");
    try {
      repository.git(...command);
    } catch {
      // A trap is no good filter.
    }
    expect(sprung()).not.toEqual([]);
  });

  test("gitState() says which content filters it did not run", async () => {
    repository.commit({ "a.txt": "one\n" });
    repository.git("config", "filter.evil.clean", trap);
    expect((await gitState(repository.root))?.notes).toEqual([
      'Content filters are not run ("evil"): files that use them may seem changed',
    ]);
  });

  test("gitState() finds filters in included and in worktree configurations", async () => {
    repository.commit({ ".gitattributes": "a.txt filter=x\nb.txt filter=y\n", "a.txt": "one\n" });
    repository.commit({ "b.txt": "one\n" });
    repository.write("more.config", `[filter "x"]\n\tclean = ${trap}\n`);
    repository.git("config", "include.path", "../more.config");
    repository.git("config", "extensions.worktreeConfig", "true");
    repository.git("config", "--worktree", "filter.y.clean", trap);
    for (const path of ["a.txt", "b.txt"]) repository.write(path, "two\n");
    await gitState(repository.root);
    expect(sprung()).toEqual([]);
    repository.git("status");
    expect(sprung().length).toBeGreaterThanOrEqual(2);
  });

  test("gitState() does not try when there are too many filters to turn off", async () => {
    repository.commit({ ".gitattributes": "a.txt filter=f7\n", "a.txt": "one\n" });
    const filters = Array.from({ length: 500 }, (_, n) => `[filter "f${n}"]\nclean = ${trap}\n`);
    repository.write("more.config", filters.join(""));
    repository.git("config", "include.path", "../more.config");
    repository.write("a.txt", "two\n");
    const state = await gitState(repository.root);
    expect(state?.notes.join()).toMatch(/500 content filters, too many/u);
    expect(sprung()).toEqual([]);
  });

  test("gitState() runs no hook, pager, editor, alias, helper or signature check", async () => {
    const hooks = join(repository.root, ".git", "hooks");
    const names = [
      "post-index-change",
      "fsmonitor-watchman",
      "pre-commit",
      "reference-transaction",
    ];
    repository.commit({ "a.txt": "one\n" });
    for (const name of names) {
      writeFileSync(join(hooks, name), `#!/bin/sh\n${trap} < /dev/null\n`);
      chmodSync(join(hooks, name), 0o755);
    }
    const keys = ["core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.gitProxy"];
    keys.push("credential.helper", "gpg.program", "pager.diff", "pager.status", "pager.config");
    keys.push("core.alternateRefsCommand", "interactive.diffFilter", "diff.tool");
    for (const key of keys) repository.git("config", key, trap);
    const commands = [
      "status",
      "diff",
      "config",
      "rev-parse",
      "ls-files",
      "symbolic-ref",
      "version",
    ];
    for (const name of commands) repository.git("config", `alias.${name}`, `!${trap}`);
    repository.git("config", "log.showSignature", "true");
    repository.write("a.txt", "one\n");
    age("a.txt");
    expect((await gitState(repository.root))?.dirty).toBe(false);
    expect(sprung()).toEqual([]);
    repository.git("update-index", "--refresh");
    expect(sprung()).not.toEqual([]);
  });

  test("gitState() does not obey a submodule's configuration either", async () => {
    const library = createRepository();
    library.commit({ ".gitattributes": "* filter=evil\n", "lib.txt": "one\n" });
    repository.commit({ "a.txt": "one\n" });
    repository.git("submodule", "--quiet", "add", library.root, "lib");
    repository.commit({});
    const module = repositoryAt(join(repository.root, "lib"));
    module.git("config", "core.fsmonitor", trap);
    module.git("config", "filter.evil.clean", trap);
    module.write("lib.txt", "two\n");
    repository.git("config", "diff.submodule", "diff");
    repository.git("config", "diff.ignoreSubmodules", "none");
    repository.git("config", "submodule.lib.ignore", "none");
    repository.git("config", "status.submoduleSummary", "true");
    await gitState(repository.root);
    expect(sprung()).toEqual([]);
    repository.git("status");
    expect(sprung()).not.toEqual([]);
  });

  test("gitState() contacts no remote, not even for objects of a partial clone", async () => {
    repository.commit({ "a.txt": "one\n", "b.txt": "one\n" });
    const object = repository.git("rev-parse", "HEAD:a.txt");
    repository.write("a.txt", "two\n");
    // Not the trap itself: it would wait for Git to speak, and Git for it.
    const remote = join(temporaryFolder(), "remote");
    writeFileSync(remote, `#!/bin/sh\nmktemp '${markers}/pwned-XXXXXX' > /dev/null\n`);
    chmodSync(remote, 0o755);
    repository.git("config", "remote.origin.url", `ext::${remote.replaceAll(" ", "% ")}`);
    repository.git("config", "protocol.ext.allow", "always");
    repository.git("config", "protocol.allow", "always");
    repository.git("config", "remote.origin.promisor", "true");
    repository.git("config", "remote.origin.partialCloneFilter", "blob:none");
    repository.git("config", "core.repositoryFormatVersion", "1");
    repository.git("config", "extensions.partialClone", "origin");
    const path = join(repository.root, ".git/objects", object.slice(0, 2), object.slice(2));
    chmodSync(path, 0o644);
    Deno.removeSync(path);
    const state = await gitState(repository.root);
    expect(sprung()).toEqual([]);
    expect(state?.remote).toMatch(/^ext::/u);
    expect(state?.notes.join()).toMatch(/The diff is missing/u);
    const { success } = new Deno.Command("git", {
      args: ["diff", "HEAD"],
      cwd: repository.root,
      env: { GIT_NO_LAZY_FETCH: "0", GIT_CONFIG_GLOBAL: "/dev/null" },
    }).outputSync();
    expect(success).toBe(false);
    expect(sprung()).not.toEqual([]);
  });

  test("gitState() ignores the GIT_ variables of the user's process", async () => {
    const other = createRepository();
    other.commit({ "other.txt": "x\n" });
    const commit = repository.commit({ "a.txt": "one\n" });
    repository.write("a.txt", "two\n");
    const program = trap.replaceAll("'", "");
    const env = {
      GIT_DIR: join(other.root, ".git"),
      GIT_EXTERNAL_DIFF: program,
      GIT_PAGER: program,
    };
    for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
    try {
      const state = await gitState(repository.root);
      expect([state?.root, state?.commit]).toEqual([repository.root, commit]);
      expect(text(state?.diff)).toContain("+two");
    } finally {
      for (const name of Object.keys(env)) Deno.env.delete(name);
    }
    expect(sprung()).toEqual([]);
  });

  test("gitState() does not run a git that lies in the repository", async () => {
    repository.commit({ "a.txt": "one\n" });
    repository.write("git", `#!/bin/sh\n${trap} < /dev/null\n`);
    chmodSync(join(repository.root, "git"), 0o755);
    const [folder, path] = [Deno.cwd(), Deno.env.get("PATH") ?? ""];
    Deno.chdir(repository.root);
    try {
      expect((await gitState("."))?.branch).toBe("main");
      Deno.env.set("PATH", `.:${path}`);
      expect((await gitState("."))?.notes).toEqual([
        "Git state is missing: PATH leads to a Git in a relative folder",
      ]);
    } finally {
      Deno.chdir(folder);
      Deno.env.set("PATH", path);
    }
    expect(sprung()).toEqual([]);
  });
});

describe("gitState() with hostile names", () => {
  const names = [
    "line\nbreak",
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned;",
    "'\"\\",
    "-rf",
    "--output=pwned",
    "tab\tbell\u0007",
    "日本 é",
    " space ",
  ];

  test("gitState() lists hostile untracked files as they are", async () => {
    repository.commit({ "a.txt": "one\n" });
    for (const name of names) repository.write(name, "x");
    const state = await gitState(repository.root);
    expect(new Set(state?.untracked?.files)).toEqual(new Set(names));
    expect(existsSync(join(repository.root, "pwned"))).toBe(false);
  });

  test("gitState() has a patch of hostile tracked files that applies", async () => {
    repository.commit(Object.fromEntries(names.map((name) => [name, "one\n"])));
    for (const name of names) repository.write(name, "two\n");
    const state = await gitState(repository.root);
    expect(text(state?.diff).match(/^diff --git /gmu)).toHaveLength(names.length);
    writeFileSync(join(markers, "p"), state!.diff!);
    repository.git("checkout", "--quiet", "--", ".");
    repository.git("apply", join(markers, "p"));
    expect(repository.git("status", "--porcelain", "-z").split("\0").filter(Boolean)).toHaveLength(
      names.length,
    );
    expect(existsSync(join(repository.root, "pwned"))).toBe(false);
  });

  test("gitState() works with hostile branches, remotes and folders", async () => {
    const root = join(temporaryFolder(), "-x $(touch pwned)\n`touch pwned`");
    Deno.mkdirSync(root);
    const hostile = repositoryAt(root);
    const branch = "$(touch${IFS}pwned);`touch`'\"&|";
    hostile.git("init", "--quiet");
    hostile.git("symbolic-ref", "HEAD", `refs/heads/${branch}`);
    hostile.commit({ "a.txt": "one\n" });
    hostile.git("update-ref", `refs/remotes/origin/${branch}`, "HEAD");
    hostile.git("config", `branch.${branch}.remote`, "origin");
    hostile.git("config", `branch.${branch}.merge`, `refs/heads/${branch}`);
    hostile.git("config", "remote.origin.url", "--upload-pack=touch pwned");
    hostile.git("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    const state = await gitState(root);
    expect(state).toMatchObject({ root, branch, remote: "--upload-pack=touch pwned" });
    expect(state?.upstream?.name).toBe(`origin/${branch}`);
    expect(existsSync(join(root, "pwned"))).toBe(false);
    expect(existsSync(join(dirname(root), "pwned"))).toBe(false);
  });
});
