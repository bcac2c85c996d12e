import { command, mustRun } from "./command.ts";
import { installDebianPackages } from "./debian.ts";

/** Options of {@linkcode ensureVenv}. */
export interface VenvOptions {
  /** Called with one line a step, when there is something to do. @default console.log */
  readonly onStep?: (line: string) => void;
}

/**
 * Makes a virtual environment that holds what a requirements file names, unless it is there.
 *
 * @returns The path of its Python.
 */
export async function ensureVenv(
  directory: string,
  requirements: string,
  { onStep = console.log }: VenvOptions = {},
): Promise<string> {
  const python = `${directory}/bin/python`;
  const stamp = `${directory}/requirements.sha256`;
  const wanted = await sha256(await Deno.readFile(requirements));
  if (await readOr(stamp, "") === wanted && await exists(python)) return python;

  onStep(`python: creating ${directory}`);
  await createVenv(directory);
  onStep(`python: installing ${requirements}`);
  const pip = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--disable-pip-version-check",
    "-r",
    requirements,
  ];
  await mustRun(python, pip, { env: { PIP_ROOT_USER_ACTION: "ignore" } });
  await Deno.writeTextFile(stamp, wanted);
  return python;
}

async function createVenv(directory: string): Promise<void> {
  const make = () => command("python3", ["-m", "venv", "--clear", directory]);
  if ((await make()).success) return;
  // Debian ships Python without the parts that make virtual environments.
  const reason = await installDebianPackages(["python3", "python3-venv"]);
  if (reason === null && (await make()).success) return;
  await mustRun("python3", ["-m", "pip", "install", "--quiet", "--user", "virtualenv"]);
  await mustRun("python3", ["-m", "virtualenv", "--quiet", "--clear", directory]);
}

async function sha256(data: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data)).toHex();
}

async function readOr(path: string, otherwise: string): Promise<string> {
  return await Deno.readTextFile(path).catch(() => otherwise);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
