/**
 * A run that does nothing but being sampled, with eight GPUs of the fake `nvidia-smi`, whose own
 * cost is not counted: what the process and its main thread compute meanwhile. Prints JSON.
 *
 * Arguments: `on` or `off`, seconds between two samples, seconds in all, the folder.
 */
import process from "node:process";
import { init } from "../../mod.ts";
import { workerHost } from "../../src/worker/host.ts";
import { fakeEnv, fakeFile } from "../system/fake/mod.ts";

const [mode = "on", interval = "2", seconds = "20", dir = "."] = Deno.args;
for (const [name, value] of Object.entries(fakeEnv())) Deno.env.set(name, value);
Deno.env.set("FAKE_SMI_RECORDING", "synthetic-8x-h100.csv");

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const system = mode === "on" ? { interval: Number(interval), nvidiaSmi: fakeFile } : false;
const run = await init({ project: "bench", dir, settings: { quiet: true, system } });
const begin = performance.now();
const rows = (key: string) => run.system.columns([key])[key]!.length;
const firstAfter = async (key: string) => {
  if (mode !== "on") return NaN;
  while (rows(key) === 0) await sleep(2);
  return performance.now() - begin;
};
const firstMs = await firstAfter("system.proc.memory.rssMB");
const firstGpuMs = await firstAfter("system.gpu.7.powerWatts");

// What starts the worker and the children is paid once; the share is what goes on.
await sleep(4000);
const before = rows("system.cpu");
await sleep(500);
// The main thread sleeps, as it does in a cell that waits for a device, and then hears the news.
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const [time, used, main] = [performance.now(), process.cpuUsage(), mainNanos()];
Atomics.wait(sleeper, 0, 0, Number(seconds) * 1000);
workerHost.poll();
const mainMicros = (mainNanos() - main) / 1000;
const { user, system: kernel } = process.cpuUsage(used);
const percent = (user + kernel) / 10 / (performance.now() - time);
const samples = rows("system.cpu") - before;
await run.finish();
console.log(JSON.stringify({ firstMs, firstGpuMs, percent, mainMicros, samples }));

/** Nanoseconds that the main thread has computed; NaN where the kernel does not tell. */
function mainNanos(): number {
  try {
    return Number(Deno.readTextFileSync(`/proc/self/task/${Deno.pid}/schedstat`).split(" ")[0]);
  } catch {
    return NaN;
  }
}
