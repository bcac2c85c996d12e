import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

/** A real repository in a folder of its own. */
export interface Repository {
  readonly root: string;
  /** Runs Git as its user would. */
  git(...args: string[]): string;
  write(path: string, content: string | Uint8Array): void;
  /** Writes the files and commits them. */
  commit(files: Record<string, string>): string;
}

const folders: string[] = [];

/** A new folder, with links resolved. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "provenance ")));
  folders.push(folder);
  return folder;
}

/** Removes every folder made so far. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function runGit(cwd: string, ...args: string[]): string {
  return execFileSync("git", args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: cwd,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_AUTHOR_NAME: "Ada",
      GIT_AUTHOR_EMAIL: "ada@example.com",
      GIT_COMMITTER_NAME: "Ada",
      GIT_COMMITTER_EMAIL: "ada@example.com",
      GIT_ALLOW_PROTOCOL: "file",
    },
  }).trim();
}

/** A repository in a folder that is there already. */
export function repositoryAt(root: string): Repository {
  const git = (...args: string[]): string => runGit(root, ...args);
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  return {
    root,
    git,
    write,
    commit(files) {
      for (const [path, content] of Object.entries(files)) write(path, content);
      git("add", "--all");
      git("commit", "--quiet", "--no-verify", "--message", "change");
      return git("rev-parse", "HEAD");
    },
  };
}

export function createRepository(...options: string[]): Repository {
  const root = temporaryFolder();
  runGit(root, "init", "--quiet", "--initial-branch=main", ...options);
  return repositoryAt(root);
}
