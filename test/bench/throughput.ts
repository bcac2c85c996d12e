import { init } from "../../mod.ts";

/** Steps x keys from import to closed files. Prints JSON with the heap's growth. */
const [steps = "20000", keys = "100", dir = "."] = Deno.args;
const names = Array.from({ length: Number(keys) }, (_, i) => `metric_${i}`);
const begin = performance.now();
const run = await init({ project: "bench", dir, settings: { quiet: true } });
const heap: number[] = [];
const n = Number(steps);
for (let step = 0; step < n; step++) {
  const row: Record<string, number> = {};
  for (let i = 0; i < names.length; i++) row[names[i]!] = step * 0.001 + i;
  run.log(row);
  if (step % Math.ceil(n / 100) === 0) heap.push(Deno.memoryUsage().heapUsed);
}
const logged = performance.now() - begin;
await run.finish();
// The floor of the heap at the end against the one at the beginning; between are collections.
const floor = (part: number[]) => Math.min(...part);
console.log(JSON.stringify({
  seconds: (performance.now() - begin) / 1000,
  loggedSeconds: logged / 1000,
  heapGrowthMB: (floor(heap.slice(-20)) - floor(heap.slice(5, 25))) / 1e6,
  bytesPerValue: Deno.statSync(`${run.directory}/history.jsonl`).size / (n * names.length),
}));
