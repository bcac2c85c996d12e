/**
 * What sampling the hardware costs: `deno run -A test/bench/system.ts [--seconds 30]`.
 *
 * The GPUs are eight of the fake `nvidia-smi`, which replays a synthetic recording; its own cost is
 * that of the fake and is not counted.
 */
import process from "node:process";
import { openHost } from "../../src/system/host.ts";
import { HostSampler } from "../../src/system/host_sampler.ts";
import { type Header, parseLine } from "../../src/system/nvidia_smi/parse.ts";
import { SystemSampler } from "../../src/system/sampler.ts";
import { fakeEnv, fakeFile } from "../system/fake/mod.ts";
import { recording } from "../system/recording.ts";

function parsing(): number {
  const lines = recording("synthetic-8x-h100.csv").trimEnd().split("\n");
  const first = parseLine(lines.shift() ?? "");
  const header: Header | undefined = first.type === "header" ? first.header : undefined;
  const run = (count: number): number => {
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      if (parseLine(lines[i % lines.length]!, header).type !== "gpu") throw new Error("not parsed");
    }
    return count / ((performance.now() - start) / 1000);
  };
  run(50_000);
  return run(500_000);
}

function hostRow(): { median: number; p99: number } {
  const sampler = new HostSampler({ host: openHost({ onWarning: console.warn }), diskPath: "/" });
  const times: number[] = [];
  for (let i = 0; i < 2000; i++) {
    const start = performance.now();
    sampler.row();
    times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  return { median: times[1000]!, p99: times[1980]! };
}

async function share(seconds: number): Promise<{ percent: number; rows: number; first: number }> {
  for (const [name, value] of Object.entries(fakeEnv())) Deno.env.set(name, value);
  Deno.env.set("FAKE_SMI_RECORDING", "synthetic-8x-h100.csv");
  let rows = 0;
  let first = NaN;
  const began = performance.now();
  const sampler = new SystemSampler({
    nvidiaSmi: fakeFile,
    onRow: (row) => {
      rows++;
      if (Number.isNaN(first) && "system.gpu.7.gpu" in row) first = performance.now() - began;
    },
    onWarning: console.warn,
  });
  sampler.start();
  // What starts the children is paid once; the share is what goes on.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const [start, before] = [performance.now(), process.cpuUsage()];
  rows = 0;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const used = process.cpuUsage(before);
  const percent = (used.user + used.system) / 10 / (performance.now() - start);
  await sampler.stop();
  return { percent, rows, first };
}

/** The share of a process that sleeps, to be taken off. */
async function idle(seconds: number): Promise<number> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 10 / (performance.now() - start);
}

const at = Deno.args.indexOf("--seconds");
const seconds = Number(at < 0 ? 30 : Deno.args[at + 1]);
if (!(seconds > 0)) throw new RangeError("Cannot measure: --seconds must be a positive number");

console.log(`parsing: ${Math.round(parsing()).toLocaleString("en")} lines/s (goal 200,000)`);
const { median, p99 } = hostRow();
console.log(
  `one sample of processor, memory, disk and network: median ${median.toFixed(0)} µs, ` +
    `p99 ${p99.toFixed(0)} µs`,
);
// The engine's own work after the loops above would else be counted.
await idle(3);
console.log(`a process that sleeps: ${(await idle(Math.min(10, seconds))).toFixed(3)} % of a core`);
const { percent, rows, first } = await share(seconds);
console.log(
  `sampling every 2 s with eight GPUs: ${percent.toFixed(3)} % of a core (goal 0.5), ` +
    `${rows} rows in ${seconds} s, first GPU row after ${first.toFixed(0)} ms`,
);
