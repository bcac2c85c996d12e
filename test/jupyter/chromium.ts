import { command, mustRun } from "./command.ts";
import { installDebianPackages } from "./debian.ts";
import { RIG } from "./rig.ts";

/** Where the browser is, or why there is none. */
export type Chromium = { readonly path: string } | { readonly reason: string };

/** The last version whose executable was tried with the tests. */
const PACKAGE = "@sparticuz/chromium@153.0.0";
const RECORD = `${RIG.home}/chromium.json`;

/** The browser that `setup.ts` found; tests that need one skip with the reason when it did not. */
export function findChromium(): Chromium {
  try {
    return JSON.parse(Deno.readTextFileSync(RECORD)) as Chromium;
  } catch {
    return { reason: "the tests were not set up: run deno run -A test/jupyter/setup.ts" };
  }
}

/** Finds a Chromium on this machine, or installs one from Debian or npm. */
export async function ensureChromium(onStep: (line: string) => void): Promise<Chromium> {
  const known = findChromium();
  if ("path" in known && isFile(known.path)) return known;
  const chromium = onPath() ?? await install(onStep);
  await Deno.writeTextFile(RECORD, JSON.stringify(chromium));
  onStep("path" in chromium ? `browser: ${chromium.path}` : `browser: none, ${chromium.reason}`);
  return chromium;
}

async function install(onStep: (line: string) => void): Promise<Chromium> {
  onStep("browser: installing chromium with apt-get");
  const apt = await installDebianPackages(["chromium", "fonts-dejavu-core"]);
  const installed = onPath();
  if (installed !== null) return installed;

  onStep(`browser: installing ${PACKAGE} from npm`);
  const prefix = `${RIG.home}/chromium`;
  const npm = await command("npm", ["install", "--prefix", prefix, "--no-audit", PACKAGE]);
  if (!npm.success) return { reason: `${apt}; npm: ${npm.text.slice(-400)}` };
  const script = "import('@sparticuz/chromium').then(async (m) => " +
    "console.log(await m.default.executablePath()))";
  const env = { TMPDIR: prefix, NODE_PATH: `${prefix}/node_modules` };
  try {
    const found = await mustRun("sh", ["-c", `cd "$0" && node -e "$1"`, prefix, script], { env });
    const path = found.trim().split("\n").at(-1) ?? "";
    const { success, text } = await command(path, ["--version"]);
    return success ? { path } : { reason: `${path} does not start: ${text.slice(0, 400)}` };
  } catch (error) {
    return { reason: String(error) };
  }
}

function onPath(): Chromium | null {
  const names = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];
  const directories = ["/usr/bin", ...(Deno.env.get("PATH") ?? "").split(":")];
  for (const name of names) {
    const path = directories.map((directory) => `${directory}/${name}`).find(isFile);
    if (path !== undefined) return { path };
  }
  return null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
