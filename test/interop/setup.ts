/**
 * Sets up the official `wandb` SDK, unmodified, in a virtual environment of its own inside the
 * ignored folder `.jupyter`. Quick when it is there.
 *
 * @module
 */

import { RIG } from "../jupyter/rig.ts";
import { ensureVenv } from "../jupyter/venv.ts";

const VENV = `${RIG.home}/wandb`;
const BIN = `${VENV}/${Deno.build.os === "windows" ? "Scripts" : "bin"}`;

/** The SDK's programs. */
export const WANDB = { python: `${BIN}/python`, wandb: `${BIN}/wandb` } as const;

/** Sets up what is missing; other processes that do the same wait. */
export async function setUpWandb(): Promise<void> {
  await Deno.mkdir(RIG.home, { recursive: true });
  using lock = await Deno.open(`${RIG.home}/wandb.lock`, { create: true, write: true });
  await lock.lock(true);
  const requirements = `${RIG.root}/test/interop/requirements.txt`;
  await ensureVenv(VENV, requirements, { onStep: (line) => console.error(`setup: ${line}`) });
}

if (import.meta.main) await setUpWandb();
