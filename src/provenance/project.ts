import { statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { isGranted } from "../record/permissions.ts";

const CONFIGS = ["deno.json", "deno.jsonc", "package.json"];
/** A lock file is copied along with the configuration next to it. */
const LOCKS = ["deno.lock", "package-lock.json"];

/** The folder that a project's files have their paths from, and what configures it. */
export interface Project {
  /** The Git working tree's folder, else that of the nearest configuration, else the given one. */
  readonly root: string;
  /** `deno.json`, `package.json` and their lock files, those of a workspace too; nearest first. */
  readonly configs: readonly string[];
}

/**
 * Finds the project that a folder belongs to, by looking upwards from it.
 *
 * @param config A configuration that was named, which is the only one then; null for none.
 */
export function findProject(folder: string, config?: string | null): Project {
  const configs: string[] = [];
  let nearest: string | null = null;
  let tree: string | null = null;
  for (let at = resolve(folder), parent = dirname(at);; at = parent, parent = dirname(at)) {
    const found = configsIn(at);
    if (found.length > 0) {
      nearest ??= at;
      configs.push(...found);
    }
    if (exists(resolve(at, ".git"))) tree = at;
    if (tree !== null || parent === at) break;
  }
  const root = tree ?? nearest ?? resolve(folder);
  if (config === null) return { root, configs: [] };
  if (config !== undefined) {
    const named = resolve(config);
    const locks = LOCKS.map((name) => resolve(dirname(named), name)).filter(exists);
    return { root, configs: exists(named) ? [named, ...locks] : [] };
  }
  // Outside of a working tree only the nearest: further up is somebody else's.
  return {
    root,
    configs: tree === null ? configs.filter((path) => dirname(path) === nearest) : configs,
  };
}

/**
 * The path of a file from a project's folder, with `/` between its parts; what lies above the folder
 * is found below `_up`, so that no path leads out.
 */
export function pathInProject(root: string, file: string): string {
  const path = relative(root, file);
  const parts = (isAbsolute(path) ? path.replace(":", "") : path).split(/[/\\]/);
  return parts.map((part) => part === ".." ? "_up" : part).filter((part) => part !== "").join("/");
}

function configsIn(folder: string): string[] {
  const found = CONFIGS.map((name) => resolve(folder, name)).filter(exists);
  if (found.length === 0) return [];
  return [...found, ...LOCKS.map((name) => resolve(folder, name)).filter(exists)];
}

function exists(path: string): boolean {
  if (!isGranted({ name: "read", path })) return false;
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
