import { fileURLToPath } from "node:url";
import { RIG } from "../../jupyter/rig.ts";
import { ensureVenv } from "../../jupyter/venv.ts";

/** Where the trackers that Cellar is compared with are installed. */
export interface Peers {
  /** The Python that imports them. */
  readonly python: string;
}

/** Installs wandb and trackio in a virtual environment, unless they are there. */
export async function ensurePeers(): Promise<Peers> {
  await Deno.mkdir(RIG.home, { recursive: true });
  using lock = await Deno.open(`${RIG.home}/peers.lock`, { create: true, write: true });
  await lock.lock(true);
  const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));
  const onStep = (line: string) => console.error(`setup: ${line}`);
  return { python: await ensureVenv(`${RIG.home}/peers`, requirements, { onStep }) };
}

if (import.meta.main) console.log((await ensurePeers()).python);
