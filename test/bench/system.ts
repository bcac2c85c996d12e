import { type Header, parseLine } from "../../src/system/nvidia_smi/parse.ts";
import { recording } from "../system/recording.ts";
import { atLeast, atMost, type BenchRow, type BenchSection, runProgram } from "./bench.ts";

interface Sampling {
  /** Milliseconds after `init()` returned. */
  readonly firstMs: number;
  readonly firstGpuMs: number;
  /** Of one core, by the whole process. */
  readonly percent: number;
  /** What the main thread computed in all. */
  readonly mainMicros: number;
  readonly samples: number;
}

/** What it costs to sample the hardware; the GPUs are a replay. */
export const system: BenchSection = {
  title: "Hardware (eight GPUs of a stand-in for nvidia-smi, whose own cost is not counted)",
  async rows() {
    const dir = Deno.makeTempDirSync({ prefix: "cellar-bench-" });
    try {
      return [...parsing(), ...await sampling(dir)];
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
};

async function sampling(dir: string): Promise<BenchRow[]> {
  const measure = (mode: string, interval: number) =>
    runProgram<Sampling>("sampling.ts", [mode, interval, 12, dir]);
  // A run that is not sampled is what to compare with: it has a worker and a heartbeat too. The
  // least of three is what the machine's other work disturbed least.
  const [off, on]: [Sampling[], Sampling[]] = [[], []];
  for (let i = 0; i < 3; i++) {
    off.push(await measure("off", 2));
    on.push(await measure("on", 2));
  }
  const often = await measure("on", 0.1);
  const least = (runs: readonly Sampling[], key: keyof Sampling) =>
    Math.min(...runs.map((one) => one[key]));
  const share = least(on, "percent") - least(off, "percent");
  const mainMicros = (often.mainMicros - least(off, "mainMicros")) / often.samples;
  const longest = (key: "firstMs" | "firstGpuMs") => Math.max(...on.map((one) => one[key]));
  return [
    atMost("sampling every 2 s: share of one core", Math.max(0, share), 0.5, "%"),
    {
      what: "  a run that is not sampled: share of one core",
      measured: `${least(off, "percent").toFixed(2)} %`,
    },
    ...(Number.isNaN(mainMicros)
      ? []
      : [atMost("a sample, on the user's thread", Math.max(0, mainMicros), 10, "µs")]),
    atMost("init() to the first sample on disk, slowest of 3", longest("firstMs"), 1000, "ms"),
    atMost("init() to the first sample of the GPUs", longest("firstGpuMs"), 1000, "ms"),
  ];
}

function parsing(): BenchRow[] {
  const lines = recording("synthetic-8x-h100.csv").trimEnd().split("\n");
  const first = parseLine(lines.shift() ?? "");
  const header: Header | undefined = first.type === "header" ? first.header : undefined;
  const perSecond = (count: number, work: (line: string) => boolean): number => {
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      if (!work(lines[i % lines.length]!)) throw new Error("A line was not understood");
    }
    return count / ((performance.now() - start) / 1000);
  };
  const parse = (line: string) => parseLine(line, header).type === "gpu";
  const split = (line: string) => line.split(", ").length > 1;
  for (const work of [parse, split]) perSecond(50_000, work);
  const parsed = perSecond(500_000, parse);
  return [
    atLeast("lines of nvidia-smi understood in a second", parsed, 200_000, ""),
    {
      what: "  splitting them at their commas alone, times as fast",
      measured: `${(perSecond(500_000, split) / parsed).toFixed(1)} x`,
    },
  ];
}
