/**
 * Sets up what the tests drive: JupyterLab and nbclient in a virtual environment, a kernel spec for
 * the Deno in use, and a browser. Everything but the browser lies in the ignored folder `.jupyter`.
 *
 * @module
 */

import { existsSync } from "@std/fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/[/\\]$/, "");
const HOME = `${ROOT}/.jupyter`;

/** Where the parts are. */
export const RIG = {
  root: ROOT,
  home: HOME,
  bin: Deno.build.os === "windows" ? `${HOME}/venv/Scripts` : `${HOME}/venv/bin`,
  notebooks: `${ROOT}/notebooks`,
} as const;

/** What keeps Jupyter inside the project's folder. */
export const JUPYTER_ENV: Readonly<Record<string, string>> = {
  JUPYTER_PATH: `${HOME}/share/jupyter`,
  JUPYTER_DATA_DIR: `${HOME}/share/jupyter`,
  JUPYTER_CONFIG_DIR: `${HOME}/config`,
  JUPYTER_RUNTIME_DIR: `${HOME}/runtime`,
  JUPYTERLAB_SETTINGS_DIR: `${HOME}/config/lab/user-settings`,
  JUPYTERLAB_WORKSPACES_DIR: `${HOME}/config/lab/workspaces`,
  IPYTHONDIR: `${HOME}/ipython`,
};

const BROWSERS = ["chromium", "chromium-browser", "google-chrome"];

/** Sets up what is missing; quick when nothing is. */
export async function setUp(): Promise<void> {
  await setUpPython();
  writeKernelSpec();
  if (findBrowser() === null) await installBrowser();
}

/** The browser's path; null when there is none. */
export function findBrowser(): string | null {
  const folders = (Deno.env.get("PATH") ?? "").split(Deno.build.os === "windows" ? ";" : ":");
  for (const name of BROWSERS) {
    for (const folder of folders) {
      if (existsSync(`${folder}/${name}`)) return `${folder}/${name}`;
    }
  }
  return null;
}

async function setUpPython(): Promise<void> {
  const requirements = Deno.readTextFileSync(`${ROOT}/test/jupyter/requirements.txt`);
  const stamp = `${HOME}/venv/requirements.txt`;
  if (existsSync(stamp) && Deno.readTextFileSync(stamp) === requirements) return;
  say("Installing JupyterLab and nbclient");
  Deno.mkdirSync(HOME, { recursive: true });
  const python = Deno.build.os === "windows" ? "python" : "python3";
  try {
    await run(python, ["-m", "venv", "--clear", `${HOME}/venv`]);
  } catch (error) {
    // Debian packs venv apart.
    if (!isDebianRoot()) throw error;
    await run("apt-get", ["update", "-qq"]);
    await run("apt-get", ["install", "-y", "-qq", "python3-venv"]);
    await run(python, ["-m", "venv", "--clear", `${HOME}/venv`]);
  }
  const file = `${ROOT}/test/jupyter/requirements.txt`;
  await run(`${RIG.bin}/python`, ["-m", "pip", "install", "--quiet", "-r", file]);
  Deno.writeTextFileSync(stamp, requirements);
}

function writeKernelSpec(): void {
  const folder = `${HOME}/share/jupyter/kernels/deno`;
  Deno.mkdirSync(folder, { recursive: true });
  Deno.mkdirSync(`${HOME}/runtime`, { recursive: true });
  const spec = {
    argv: [Deno.execPath(), "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: "Deno",
    language: "typescript",
  };
  Deno.writeTextFileSync(`${folder}/kernel.json`, JSON.stringify(spec, null, 2));
}

async function installBrowser(): Promise<void> {
  if (!isDebianRoot()) {
    say("No Chromium was found, and it cannot be installed: the browser tests will be skipped");
    return;
  }
  say("Installing Chromium");
  await run("apt-get", ["update", "-qq"]);
  await run("apt-get", [
    "install",
    "-y",
    "-qq",
    "--no-install-recommends",
    "chromium",
    "fonts-dejavu-core",
  ]);
}

function isDebianRoot(): boolean {
  return Deno.uid() === 0 && existsSync("/usr/bin/apt-get");
}

async function run(command: string, args: string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command, {
    args,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  }).output();
  if (success) return;
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`Cannot run ${command} ${args.join(" ")}:\n${text.slice(-2000)}`);
}

function say(text: string): void {
  console.error(`setup: ${text}`);
}

if (import.meta.main) await setUp();
