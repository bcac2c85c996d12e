/**
 * Samples for some milliseconds and prints what came as JSON: run by the tests as a process of its
 * own, with fewer permissions or to be killed. Arguments: `nvidia-smi`'s name, milliseconds.
 */
import { SystemSampler } from "../../src/system/sampler.ts";

const [nvidiaSmi = "nvidia-smi", wait = "300"] = Deno.args;
const keys = new Set<string>();
const warnings: string[] = [];
const sampler = new SystemSampler({
  onRow: (row) => Object.keys(row).forEach((key) => keys.add(key)),
  onWarning: (message) => warnings.push(message),
  interval: 0.1,
  nvidiaSmi,
});
sampler.start();
await new Promise((resolve) => setTimeout(resolve, Number(wait)));
await sampler.stop();
console.log(JSON.stringify({ warnings, keys: [...keys] }));
