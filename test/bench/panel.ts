/** Drawing the panel in the worker, and what it costs the user's thread in a kernel. Prints JSON. */

import { init } from "../../mod.ts";
import { drawPanel } from "../../src/view/draw.ts";
import { Follower } from "../../src/view/follower.ts";
import { RIG } from "../jupyter/rig.ts";
import { TestKernel } from "../notebook/kernel/test_kernel.ts";

const [dir = "."] = Deno.args;

/** Median of a few, after the first ones have warmed up. */
async function timeToDraw(): Promise<number> {
  const run = await init({ project: "bench", dir, settings: { quiet: true } });
  for (let step = 0; step < 100_000; step++) {
    const row: Record<string, number> = {};
    for (let i = 0; i < 12; i++) row[`metric_${i}`] = Math.sin(step / (i + 1)) + Math.random();
    run.log(row);
  }
  await run.finish();
  const follower = new Follower(run.directory!);
  follower.readAll();
  const times: number[] = [];
  for (let i = 0; i < 30; i++) {
    const begin = performance.now();
    await drawPanel(follower);
    times.push(performance.now() - begin);
  }
  follower.close();
  return times.slice(10).sort((a, b) => a - b)[10]!;
}

interface InKernel {
  readonly updateMs: number;
  readonly slowdown: number;
}

async function inKernel(): Promise<InKernel> {
  // Inside of the project, where the kernel finds the imports of deno.json.
  const home = `${RIG.home}/bench`;
  await Deno.mkdir(home, { recursive: true });
  const kernel = await TestKernel.start(home);
  const module = new URL("./panel_in_kernel.ts", import.meta.url).href;
  const file = `${dir}/panel.json`;
  const { status } = await kernel.execute(
    `const bench = await import(${JSON.stringify(module)});
await bench.measure(${JSON.stringify(dir)}, ${JSON.stringify(file)});`,
  );
  await kernel.kill();
  if (status !== "ok") throw new Error(`Cannot measure in a kernel: its cell says ${status}`);
  return JSON.parse(await Deno.readTextFile(file)) as InKernel;
}

const panelMs = await timeToDraw();
console.log(JSON.stringify({ panelMs, ...await inKernel() }));
