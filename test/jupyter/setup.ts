/**
 * Sets up what the tests drive: JupyterLab and nbclient in a virtual environment, a kernel spec for
 * the Deno in use, and a browser, inside the ignored folder `.jupyter`. Quick when all is there.
 *
 * @module
 */

import { setUpWandb } from "../interop/setup.ts";
import { ensureChromium, findChromium } from "./chromium.ts";
import { ensureKernelSpec } from "./kernel_spec.ts";
import { RIG } from "./rig.ts";
import { ensureVenv } from "./venv.ts";

export { JUPYTER_ENV, RIG } from "./rig.ts";

/** Sets up what is missing; other processes that do the same wait. */
export async function setUp(): Promise<void> {
  await Deno.mkdir(`${RIG.home}/runtime`, { recursive: true });
  using lock = await Deno.open(`${RIG.home}/lock`, { create: true, write: true });
  await lock.lock(true);
  const onStep = (line: string) => console.error(`setup: ${line}`);
  const requirements = `${RIG.root}/test/jupyter/requirements.txt`;
  await ensureVenv(`${RIG.home}/venv`, requirements, { onStep });
  await ensureKernelSpec(onStep);
  await ensureChromium(onStep);
}

/** The browser's path; null when there is none. */
export function findBrowser(): string | null {
  const chromium = findChromium();
  return "path" in chromium ? chromium.path : null;
}

if (import.meta.main) {
  await setUp();
  await setUpWandb();
  const chromium = findChromium();
  if ("reason" in chromium) {
    console.error(`setup: the tests in a browser will be skipped: ${chromium.reason}`);
  }
}
