import { RIG } from "../../jupyter/rig.ts";
import { ensureVenv } from "../../jupyter/venv.ts";
import { fromFileUrl } from "../../session/paths.ts";

/** Where the trackers that Cellar is compared with are installed. */
export interface Peers {
  /** The Python that imports them. */
  readonly python: string;
  /** The version of one of them, as it is pinned. */
  version(name: string): string;
}

/** Installs wandb and trackio in a virtual environment, unless they are there. */
export function ensurePeers(): Promise<Peers> {
  return ensure("peers", "recorders.txt");
}

/** Installs MLflow, which is larger than the others together, in an environment of its own. */
export function ensureMlflow(): Promise<Peers> {
  return ensure("mlflow", "mlflow.txt");
}

/** The path of a program beside this file that a peer's Python runs. */
export function pythonFile(name: string): string {
  return fromFileUrl(new URL(`python/${name}`, import.meta.url));
}

async function ensure(name: string, requirements: string): Promise<Peers> {
  await Deno.mkdir(RIG.home, { recursive: true });
  using lock = await Deno.open(`${RIG.home}/${name}.lock`, { create: true, write: true });
  await lock.lock(true);
  const onStep = (line: string) => console.error(`setup: ${line}`);
  const file = pythonFile(requirements);
  const text = await Deno.readTextFile(file);
  return {
    python: await ensureVenv(`${RIG.home}/${name}`, file, { onStep }),
    version: (one) => new RegExp(`^${one}==(\\S+)`, "m").exec(text)?.[1] ?? "",
  };
}

if (import.meta.main) {
  console.log((await ensurePeers()).python);
  console.log((await ensureMlflow()).python);
}
