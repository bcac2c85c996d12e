import { readFile } from "node:fs/promises";
import { isGranted } from "../record/permissions.ts";
import type { ImportedPackage } from "../record/provenance_lines.ts";
import { findProgram } from "../system/nvidia_smi/find.ts";
import type { DenoFlags } from "./deno_flags.ts";
import { inheritedEnvironment } from "./git_environment.ts";
import { redactUrl } from "./redact.ts";
import { runProgram } from "./run_program.ts";

/** What a script imports, directly and not. */
export interface ModuleGraph {
  /** Files that are not part of a package, the script among them. */
  readonly local: readonly string[];
  readonly packages: readonly ImportedPackage[];
  /** Addresses of modules that belong to no package, without credentials. */
  readonly remote: readonly string[];
}

/** Options of {@linkcode moduleGraph}. */
export interface ModuleGraphOptions {
  /** The directory in which the script was started. */
  readonly cwd: string;
  readonly flags: DenoFlags;
  /** Ends Deno. */
  readonly signal: AbortSignal;
}

const MAX_OUTPUT = 64 * 1024 * 1024;
const MAX_REMOTE = 1_000;
const MAX_PACKAGES = 10_000;

interface InfoModule {
  readonly kind?: string;
  readonly specifier?: string;
  readonly local?: string;
  readonly npmPackage?: string;
  readonly error?: string;
}

interface Info {
  readonly modules?: readonly InfoModule[];
  readonly npmPackages?: {
    readonly [id: string]: {
      readonly name: string;
      readonly version: string;
      readonly dependencies?: readonly string[];
    };
  };
}

/**
 * Asks Deno what a script imports. It answers from what the script's own start has fetched, and
 * writes no lock file.
 *
 * @param script Its address: `file:` or `https:`.
 * @returns Null where Deno may not be run, or does not answer in time.
 */
export async function moduleGraph(
  script: string,
  { cwd, flags, signal }: ModuleGraphOptions,
): Promise<ModuleGraph | null> {
  const program = denoProgram();
  if (program === null) return null;
  const env = {
    ...inheritedEnvironment(),
    ...inheritedEnvironment(["DENO_DIR", "NPM_CONFIG_REGISTRY"]),
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
  };
  const ask = async (lock: readonly string[]) => {
    const args = ["info", "--json", ...flags.flags, ...lock, script];
    const { code, stdout, truncated } = await runProgram(program, {
      args,
      cwd,
      env,
      signal,
      maxOutput: MAX_OUTPUT,
    });
    if (code !== 0 || truncated) return null;
    try {
      const info = JSON.parse(new TextDecoder().decode(stdout)) as Info;
      // As for what was typed into `deno eval`: there is no such file.
      const missing = info.modules?.some(({ specifier, error }) =>
        specifier === script && error !== undefined
      );
      return missing ? null : await readInfo(info);
    } catch {
      return null;
    }
  };
  // A lock file that lacks something would else be written.
  const noLock = flags.lock.includes("--no-lock");
  return (noLock ? null : await ask([...flags.lock, "--frozen"])) ?? await ask(["--no-lock"]);
}

/** Deno's own program, if it may be run. A compiled program would run itself again. */
function denoProgram(): string | null {
  if (Deno.build.standalone || !isGranted({ name: "read" })) return null;
  const path = Deno.execPath();
  if (!/[/\\]deno(?:\.exe)?$/iu.test(path)) return null;
  // `--allow-run=deno` holds for the path that PATH leads to, which may be a link.
  for (const name of ["deno", path]) {
    const found = findProgram(name);
    if (found.state !== "found") continue;
    if (Deno.realPathSync(found.file) === Deno.realPathSync(path)) return found.file;
  }
  return null;
}

async function readInfo({ modules = [], npmPackages = {} }: Info): Promise<ModuleGraph> {
  const local = new Set<string>();
  const remote = new Set<string>();
  const packages = new Map<string, ImportedPackage>();
  const waiting: string[] = [];
  const folders = new Set<string>();
  for (const { kind, specifier = "", local: path, npmPackage, error } of modules) {
    if (error !== undefined) continue;
    if (kind === "npm" && npmPackage !== undefined) waiting.push(npmPackage);
    else if (specifier.startsWith("file:") && path !== undefined) {
      const folder = packageFolder(path);
      if (folder === null) local.add(path);
      else folders.add(folder);
    } else if (/^https?:/u.test(specifier)) {
      const jsr = jsrPackage(specifier);
      if (jsr !== null) packages.set(`jsr:${jsr.name}@${jsr.version}`, jsr);
      else if (remote.size < MAX_REMOTE) remote.add(redactUrl(specifier));
    }
  }
  const seen = new Set<string>();
  for (let id; (id = waiting.pop()) !== undefined;) {
    const found = Object.hasOwn(npmPackages, id) ? npmPackages[id] : undefined;
    if (found === undefined || seen.has(id) || seen.size >= MAX_PACKAGES) continue;
    seen.add(id);
    const { name, version, dependencies = [] } = found;
    packages.set(`npm:${name}@${version}`, { name, version, registry: "npm" });
    waiting.push(...dependencies);
  }
  for (const folder of folders) {
    const found = await installedPackage(folder);
    if (found !== null) packages.set(`npm:${found.name}@${found.version}`, found);
  }
  return {
    local: [...local],
    packages: [...packages.values()].sort((a, b) =>
      a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1
    ),
    remote: [...remote].sort(),
  };
}

/** The folder of the package that a file is in, where packages are installed by npm. */
function packageFolder(path: string): string | null {
  return /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/su.exec(path)?.[0] ?? null;
}

async function installedPackage(folder: string): Promise<ImportedPackage | null> {
  try {
    const text = await readFile(`${folder}/package.json`, "utf8");
    const { name, version } = JSON.parse(text) as { name?: unknown; version?: unknown };
    if (typeof name !== "string" || typeof version !== "string") return null;
    return { name, version, registry: "npm" };
  } catch {
    return null;
  }
}

function jsrPackage(url: string): ImportedPackage | null {
  const [, name, version] = /^https:\/\/jsr\.io\/(@[^/]+\/[^/]+)\/([^/]+)\//u.exec(url) ?? [];
  return name === undefined || version === undefined ? null : { name, version, registry: "jsr" };
}
