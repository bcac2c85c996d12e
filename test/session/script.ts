import { openRun, type RecordedRun } from "../../mod.ts";
import { fromFileUrl } from "./paths.ts";

/** What a script did. */
export interface ScriptResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The run that it recorded. */
  readonly run: () => RecordedRun;
}

/** How a script is run. */
export interface ScriptOptions {
  /** Where it records; it is `DIR` in the script. */
  readonly dir: string;
  /** @default {["-A"]} */
  readonly permissions?: readonly string[];
  readonly env?: Record<string, string>;
}

const root = fromFileUrl(new URL("../..", import.meta.url));

/** Runs a script of its own, as a user would; `cellar` is imported, and `DIR` is set. */
export async function runScript(source: string, options: ScriptOptions): Promise<ScriptResult> {
  const child = spawnScript(source, options);
  const { code, stdout, stderr } = await child.output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return {
    code,
    stdout: decode(stdout),
    stderr: decode(stderr),
    run: () => openRun(runDirectories(options.dir)[0] ?? "none"),
  };
}

/** Starts a script and gives back its process. */
export function spawnScript(source: string, options: ScriptOptions): Deno.ChildProcess {
  const path = `${options.dir}/script-${crypto.randomUUID().slice(0, 8)}.ts`;
  const preamble = `import * as cellar from ${
    JSON.stringify(new URL("../../mod.ts", import.meta.url).href)
  };
const DIR = ${JSON.stringify(options.dir)};
`;
  Deno.writeTextFileSync(path, preamble + source);
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      // Without what Deno says of its own downloads.
      "--quiet",
      "--no-prompt",
      "--config",
      `${root}/deno.json`,
      ...options.permissions ?? ["-A"],
      path,
    ],
    cwd: options.dir,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** The directories of the runs that were recorded, oldest first. */
export function runDirectories(dir: string): string[] {
  return [...Deno.readDirSync(`${dir}/cellar`)]
    .filter((entry) => entry.isDirectory && entry.name.startsWith("run-"))
    .map((entry) => `${dir}/cellar/${entry.name}`)
    .sort();
}
