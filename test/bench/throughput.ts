import { init } from "../../mod.ts";

/**
 * Steps x keys from import to closed files. Prints JSON with the heap's growth,
 * for which it needs `--v8-flags=--expose-gc`.
 */
const [steps = "20000", keys = "100", dir = "."] = Deno.args;
const names = Array.from({ length: Number(keys) }, (_, i) => `metric_${i}`);
const begin = performance.now();
const run = await init({ project: "bench", dir, settings: { quiet: true } });
const n = Number(steps);
// What is reachable, not what waits for the collector.
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
let before = 0;
for (let step = 0; step < n; step++) {
  const row: Record<string, number> = {};
  for (let i = 0; i < names.length; i++) row[names[i]!] = step * 0.001 + i;
  run.log(row);
  if (step === Math.floor(n / 20)) {
    collect();
    before = Deno.memoryUsage().heapUsed;
  }
}
const logged = performance.now() - begin;
collect();
const after = Deno.memoryUsage().heapUsed;
await run.finish();
console.log(JSON.stringify({
  seconds: (performance.now() - begin) / 1000,
  loggedSeconds: logged / 1000,
  heapGrowthMB: (after - before) / 1e6,
  bytesPerValue: Deno.statSync(`${run.directory}/history.jsonl`).size / (n * names.length),
}));
