import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { gitState } from "../../src/provenance/git.ts";
import {
  createRepository,
  removeFolders,
  repositoryAt,
  runGit,
  temporaryFolder,
} from "./repository.ts";

afterEach(removeFolders);

const text = (bytes: Uint8Array | null | undefined): string => new TextDecoder().decode(bytes!);

describe("gitState() of an ordinary repository", () => {
  test("gitState() is null outside of a repository and where no folder is", async () => {
    const folder = temporaryFolder();
    expect(await gitState(folder)).toBeNull();
    expect(await gitState(join(folder, "not", "there"))).toBeNull();
  });

  test("gitState() tells root, branch, commit and that all is clean", async () => {
    const repository = createRepository();
    const commit = repository.commit({ "src/a.txt": "one\n" });
    expect(await gitState(join(repository.root, "src"))).toEqual({
      root: repository.root,
      remote: null,
      branch: "main",
      commit,
      dirty: false,
      diff: new Uint8Array(),
      untracked: { files: [], count: 0 },
      upstream: null,
      truncated: { diff: false, upstreamDiff: false, untracked: false },
      notes: [],
    });
  });

  test("gitState() has one patch of staged and unstaged changes that git apply takes", async () => {
    const repository = createRepository();
    const commit = repository.commit({ "a.txt": "one\n", "b.txt": "1\n2\n3\n", "c d.txt": "x\n" });
    repository.write("a.txt", "two\n");
    repository.git("add", "a.txt");
    repository.write("b.txt", "1\n2\n4\n");
    repository.git("rm", "--quiet", "c d.txt");
    repository.git("config", "diff.noprefix", "true");
    repository.git("config", "color.ui", "always");
    repository.git("config", "diff.wordRegex", ".");
    const state = await gitState(repository.root);
    expect(state?.dirty).toBe(true);

    const copy = join(temporaryFolder(), "copy");
    runGit(repository.root, "clone", "--quiet", repository.root, copy);
    writeFileSync(join(copy, "..", "p.patch"), state!.diff!);
    runGit(copy, "checkout", "--quiet", commit);
    runGit(copy, "apply", "../p.patch");
    expect(readFileSync(join(copy, "a.txt"), "utf8")).toBe("two\n");
    expect(readFileSync(join(copy, "b.txt"), "utf8")).toBe("1\n2\n4\n");
    expect(() => statSync(join(copy, "c d.txt"))).toThrow();
  });

  test("gitState() keeps the bytes of a patch whatever the encoding", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "x\n" });
    repository.write("a.txt", new Uint8Array([0xe9, 0xff, 0x0a]));
    const state = await gitState(repository.root);
    expect(Array.from(state!.diff!.slice(-4))).toEqual([0x2b, 0xe9, 0xff, 0x0a]);
  });

  test("gitState() calls a change dirty that was staged and taken back in the file", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n" });
    repository.write("a.txt", "two\n");
    repository.git("add", "a.txt");
    repository.write("a.txt", "one\n");
    const state = await gitState(repository.root);
    expect([state?.dirty, state?.diff?.byteLength]).toEqual([true, 0]);
  });

  test("gitState() names binary files and says that they are not in the patch", async () => {
    const repository = createRepository();
    repository.commit({ "a.bin": "\0one", "b.txt": "Binary files are fun\n" });
    repository.write("a.bin", "\0two");
    repository.write("b.txt", "Binary files differ\n");
    const state = await gitState(repository.root);
    expect(text(state?.diff)).toContain("Binary files a/a.bin and b/a.bin differ");
    expect(state?.notes).toEqual(["Binary files are named in the diff, not embedded: 1"]);
  });

  test("gitState() lists some untracked files, counts all, and leaves out ignored ones", async () => {
    const repository = createRepository();
    repository.commit({ ".gitignore": "*.log\n" });
    for (const name of ["a", "b", "deep/c", "deep/d", "e.log"]) repository.write(name, "x");
    const state = await gitState(repository.root, { maxUntracked: 3 });
    expect(state?.untracked).toEqual({ files: ["a", "b", "deep/c"], count: 4 });
    expect(state?.truncated.untracked).toBe(true);
    expect(state?.notes).toEqual(["3 of 4 untracked files are listed"]);
    expect(state?.dirty).toBe(false);
  });

  test("gitState() leaves index, locks and times of the repository alone", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n", "b.txt": "two\n" });
    repository.write("a.txt", "one\n"); // The same content with another time.
    const index = join(repository.root, ".git", "index");
    const before = statSync(index);
    const state = await gitState(repository.root);
    expect([state?.dirty, text(state?.diff)]).toEqual([false, ""]);
    const after = statSync(index);
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino]);

    writeFileSync(`${index}.lock`, "");
    expect((await gitState(repository.root))?.dirty).toBe(false);
  });
});

describe("gitState() and the upstream", () => {
  test("gitState() compares with the place where the branch left its upstream", async () => {
    const origin = createRepository();
    const base = origin.commit({ "a.txt": "one\n" });
    const copy = repositoryAt(join(temporaryFolder(), "copy"));
    runGit(origin.root, "clone", "--quiet", origin.root, copy.root);
    const tip = origin.commit({ "other.txt": "theirs\n" });
    copy.git("fetch", "--quiet");
    copy.commit({ "mine.txt": "mine\n" });
    copy.write("a.txt", "two\n");
    const state = await gitState(copy.root);
    expect(state?.remote).toBe(origin.root);
    expect(state?.upstream).toMatchObject({ name: "origin/main", tip, commit: base });
    const patch = text(state?.upstream?.diff);
    expect(patch).toContain("+mine");
    expect(patch).toContain("+two");
    expect(patch).not.toContain("theirs");
    expect(text(state?.diff)).not.toContain("mine");
  });

  test("gitState() does not repeat the patch where all commits are pushed", async () => {
    const origin = createRepository();
    const commit = origin.commit({ "a.txt": "one\n" });
    const copy = repositoryAt(join(temporaryFolder(), "copy"));
    runGit(origin.root, "clone", "--quiet", origin.root, copy.root);
    copy.write("a.txt", "two\n");
    const state = await gitState(copy.root);
    expect(state?.upstream).toEqual({ name: "origin/main", tip: commit, commit, diff: null });
    expect(text(state?.diff)).toContain("+two");
  });

  test("gitState() says when a branch shares no history with its upstream", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n" });
    repository.git("checkout", "--quiet", "--orphan", "other");
    repository.commit({ "b.txt": "two\n" });
    repository.git("branch", "--quiet", "--set-upstream-to=main");
    const state = await gitState(repository.root);
    expect(state?.upstream).toMatchObject({ name: "main", commit: null, diff: null });
    expect(state?.notes).toEqual([
      "The diff against the upstream branch is missing: they share no history",
    ]);
  });

  test("gitState() takes the remote of the branch, else origin, without credentials", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n" });
    repository.git("remote", "add", "backup", "https://backup.example/x.git");
    expect((await gitState(repository.root))?.remote).toBe("https://backup.example/x.git");
    repository.git("remote", "add", "origin", "https://ada:s3cret@example.com/x.git?token=abc");
    const state = await gitState(repository.root);
    expect(state?.remote).toBe("https://example.com/x.git?token=[redacted]");
    repository.git("config", "branch.main.remote", "backup");
    expect((await gitState(repository.root))?.remote).toBe("https://backup.example/x.git");
  });
});

describe("gitState() of other shapes of repositories", () => {
  test("gitState() has no branch on a detached head", async () => {
    const repository = createRepository();
    const commit = repository.commit({ "a.txt": "one\n" });
    repository.git("checkout", "--quiet", "--detach");
    expect(await gitState(repository.root)).toMatchObject({ branch: null, commit, upstream: null });
  });

  test.each(["sha1", "sha256"])(
    "gitState() compares with nothing before a %s commit",
    async (format) => {
      const repository = createRepository(`--object-format=${format}`);
      repository.write("a.txt", "one\n");
      repository.git("add", "a.txt");
      repository.write("b.txt", "two\n");
      const state = await gitState(repository.root);
      expect(state).toMatchObject({
        branch: "main",
        commit: null,
        dirty: true,
        untracked: { files: ["b.txt"], count: 1 },
        notes: [],
      });
      expect(text(state?.diff)).toContain("+one");
    },
  );

  test("gitState() works in a worktree", async () => {
    const repository = createRepository();
    const commit = repository.commit({ "a.txt": "one\n" });
    const tree = join(temporaryFolder(), "tree");
    repository.git("worktree", "add", "--quiet", "-b", "side", tree);
    writeFileSync(join(tree, "a.txt"), "two\n");
    const state = await gitState(tree);
    expect(state).toMatchObject({ root: tree, branch: "side", commit, dirty: true });
    expect((await gitState(repository.root))?.dirty).toBe(false);
  });

  test("gitState() works in a submodule, and outside tells only its commit", async () => {
    const library = createRepository();
    library.commit({ "lib.txt": "one\n" });
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n" });
    repository.git("submodule", "--quiet", "add", library.root, "lib");
    repository.commit({});
    const module = repositoryAt(join(repository.root, "lib"));
    module.write("lib.txt", "two\n");
    expect(await gitState(module.root)).toMatchObject({ root: module.root, dirty: true });
    expect((await gitState(repository.root))?.dirty).toBe(false);
    const before = module.git("rev-parse", "HEAD");
    const after = module.commit({});
    const state = await gitState(repository.root);
    expect(text(state?.diff)).toContain(
      `-Subproject commit ${before}\n+Subproject commit ${after}`,
    );
  });

  test("gitState() of a bare repository and of a .git folder compares no file", async () => {
    const repository = createRepository();
    const commit = repository.commit({ "a.txt": "one\n" });
    const bare = join(temporaryFolder(), "bare.git");
    runGit(repository.root, "clone", "--quiet", "--bare", repository.root, bare);
    for (const root of [bare, join(repository.root, ".git")]) {
      expect(await gitState(root)).toMatchObject({
        root,
        branch: "main",
        commit,
        dirty: null,
        diff: null,
        untracked: null,
        notes: ["There is no working tree here: no file was compared"],
      });
    }
  });

  test("gitState() says what is wrong with a broken repository", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n" });
    writeFileSync(join(repository.root, ".git", "index"), "nonsense");
    const state = await gitState(repository.root);
    expect(state?.branch).toBe("main");
    expect(state?.notes.join("\n")).toMatch(/^The diff is missing: .*index file/mu);
    writeFileSync(join(repository.root, ".git", "config"), "[core\n");
    expect((await gitState(repository.root))?.notes.join()).toMatch(/missing: .*config/u);
  });
});

describe("gitState() and its limits", () => {
  test("gitState() ends a huge diff with the last file that fits, and says so", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n", "b.txt": "one\n" });
    repository.write("a.txt", "two\n");
    repository.write("b.txt", "0123456789\n".repeat(200_000));
    const state = await gitState(repository.root, { maxDiff: 100_000 });
    expect(state?.truncated.diff).toBe(true);
    expect(text(state?.diff)).toContain("+two");
    expect(text(state?.diff)).not.toContain("b.txt");
    expect(state?.notes).toEqual([
      "The diff is longer than 100000 bytes: it ends with the last file that fits",
    ]);
    expect(state?.dirty).toBe(true);
  });

  test("gitState() ends a patch of one huge file with a whole line", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n" });
    repository.write("a.txt", "0123456789\n".repeat(200_000));
    const patch = text((await gitState(repository.root, { maxDiff: 5000 }))?.diff);
    expect(patch.length).toBeLessThanOrEqual(5000);
    expect(patch.endsWith("+0123456789\n")).toBe(true);
  });

  test("gitState() ends a Git that hangs, with all it started", async () => {
    const repository = createRepository();
    const slow = join(temporaryFolder(), "git");
    const pids = join(repository.root, "pids");
    writeFileSync(slow, `#!/bin/sh\nsleep 600 &\necho $$ $! > '${pids}'\nwait\n`);
    chmodSync(slow, 0o755);
    const state = await gitState(repository.root, { program: slow, timeout: 1000 });
    expect(state).toMatchObject({ root: null, diff: null });
    expect(state?.notes).toEqual(["Git state is incomplete: Git took longer than 1 s"]);
    for (const pid of readFileSync(pids, "utf8").trim().split(" ")) {
      await expect.poll(() => isRunning(Number(pid)), { timeout: 5000 }).toBe(false);
    }
  });

  test("gitState() keeps what was known before Git began to hang", async () => {
    const repository = createRepository();
    const commit = repository.commit({ "a.txt": "one\n" });
    const slow = join(temporaryFolder(), "git");
    writeFileSync(slow, `#!/bin/sh\ncase "$*" in *diff*) exec sleep 600;; esac\nexec git "$@"\n`);
    chmodSync(slow, 0o755);
    const state = await gitState(repository.root, { program: slow, timeout: 3000 });
    expect(state).toMatchObject({ commit, branch: "main", dirty: false, diff: null });
    expect(state?.notes).toEqual(["Git state is incomplete: Git took longer than 3 s"]);
  });

  test("gitState() says that Git is missing, and only inside a repository", async () => {
    const repository = createRepository();
    const program = join(temporaryFolder(), "no-git");
    const state = await gitState(repository.root, { program });
    expect(state?.notes).toEqual(["Git state is missing: there is no Git on PATH"]);
    expect(await gitState(temporaryFolder(), { program })).toBeNull();
  });

  test("gitState() says that a Git is too old to be kept harmless", async () => {
    const repository = createRepository();
    const old = join(temporaryFolder(), "git");
    writeFileSync(old, "#!/bin/sh\necho git version 2.25.1\n");
    chmodSync(old, 0o755);
    expect((await gitState(repository.root, { program: old }))?.notes).toEqual([
      "Git state is missing: it is too old (git version 2.25.1): 2.31 or newer is needed",
    ]);
  });

  test("gitState() says which permission it lacks, and does not prompt", async () => {
    const repository = createRepository();
    const module = new URL("../../src/provenance/git.ts", import.meta.url);
    const script = `import { gitState } from ${JSON.stringify(module)};
      console.log(JSON.stringify((await gitState(${JSON.stringify(repository.root)}))?.notes));`;
    const file = join(repository.root, "script.ts");
    mkdirSync(repository.root, { recursive: true });
    writeFileSync(file, script);
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-read", "--allow-env", file],
      stdin: "null",
    }).output();
    expect(text(stderr)).toBe("");
    expect(JSON.parse(text(stdout))).toEqual([
      "Git state is missing: --allow-run=git is not granted",
    ]);
  });

  test("gitState() rejects with the signal's reason", async () => {
    const repository = createRepository();
    repository.commit({ "a.txt": "one\n" });
    const controller = new AbortController();
    const state = gitState(repository.root, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(state).rejects.toThrow("enough");
  });

  test("gitState() rejects limits that are not numbers", async () => {
    await expect(gitState(".", { maxDiff: NaN })).rejects.toThrow(
      new RangeError("Cannot take the Git state: maxDiff is NaN"),
    );
  });
});

function isRunning(pid: number): boolean {
  try {
    // A dead process that nobody has waited for yet is done, too.
    return !/^\d+ \(.*\) Z/u.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
