import { init } from "../../mod.ts";
import { quantiles } from "./quantiles.ts";

/** `log()` of three scalars in a tight loop; times each call. Prints JSON. */
const [count = "100000", dir = "."] = Deno.args;
const n = Number(count);
const run = await init({ project: "bench", dir, settings: { quiet: true } });
// The worker has started, and draws.
await new Promise((resolve) => setTimeout(resolve, 1000));
const times = new Float64Array(n);
const begin = performance.now();
for (let i = 0; i < n; i++) {
  const before = performance.now();
  run.log({ loss: 1 / (i + 1), accuracy: i / n, lr: 0.001 });
  times[i] = performance.now() - before;
}
const loop = performance.now() - begin;
const before = performance.now();
await run.finish();
const finish = performance.now() - before;
console.log(JSON.stringify({ ...quantiles(times), loopMs: loop, finishMs: finish }));
