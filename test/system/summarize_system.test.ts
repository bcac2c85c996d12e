import { describe, expect, test } from "vitest";
import {
  summarizeSystem,
  type SystemRow,
  systemSummarizer,
} from "../../src/system/summarize_system.ts";

function row(time: number, values: Record<string, number>): SystemRow {
  const system = Object.entries(values).map(([key, value]) => [`system.${key}`, value]);
  return { _wandb: true, _timestamp: time, _runtime: time - 1000, ...Object.fromEntries(system) };
}

/** One GPU, every two seconds, from idle to full power and back. */
const gpu = [0, 0, 50, 100, 100, 0].map((utilization, i) =>
  row(1000 + 2 * i, {
    "gpu.0.gpu": utilization,
    "gpu.0.powerWatts": 100 + 2 * utilization,
    "gpu.0.memoryAllocatedBytes": 1e9 + utilization,
  })
);

/** The process computes on one core of two from 1002 to 1006, and the next second at half. */
const cpu = [[0, 0], [2, 0], [4, 2], [6, 4], [8, 5]].map(([time = 0, seconds = 0], i) =>
  row(1000 + time, {
    "cpu": [0, 0, 50, 50, 25][i]!,
    "proc.cpu.seconds": 10 + seconds,
    "proc.memory.rssMB": 100 + i,
  })
);

describe("summarizeSystem()", () => {
  test("summarizeSystem() gives time, use, memory and energy of a span", () => {
    const rows = [...cpu, ...gpu].sort((a, b) => a._timestamp - b._timestamp);
    expect(summarizeSystem(rows, { start: 1002, end: 1008 })).toEqual({
      seconds: 6,
      cpuSeconds: 5,
      meanCpu: (50 + 100 + 75) / 6,
      peakCpu: 50,
      peakMemory: 104 * 2 ** 20,
      gpuSeconds: 0.5 + 1.5 + 2,
      meanGpu: 400 / 6,
      peakGpu: 100,
      peakGpuMemory: 1e9 + 100,
      energy: 300 + 500 + 600,
      gpus: [{
        index: 0,
        seconds: 4,
        meanUtilization: 400 / 6,
        peakUtilization: 100,
        peakMemory: 1e9 + 100,
        energy: 1400,
      }],
    });
  });

  test("summarizeSystem() of cells that follow each other adds up to the whole", () => {
    const rows = [...cpu, ...gpu].sort((a, b) => a._timestamp - b._timestamp);
    const summarize = systemSummarizer(rows);
    const ends = [1000, 1000.4, 1003, 1003.01, 1007.7, 1008];
    let [energy, gpuSeconds, cpuSeconds] = [0, 0, 0];
    for (const [i, start] of ends.slice(0, -1).entries()) {
      const use = summarize({ start, end: ends[i + 1]! });
      energy += use.energy!;
      gpuSeconds += use.gpuSeconds!;
      cpuSeconds += use.cpuSeconds!;
    }
    const whole = summarize({ start: 1000, end: 1008 });
    expect(energy).toBeCloseTo(whole.energy!, 9);
    expect(gpuSeconds).toBeCloseTo(whole.gpuSeconds!, 9);
    expect(cpuSeconds).toBeCloseTo(whole.cpuSeconds!, 9);
  });

  test("summarizeSystem() does not count what went on beside a span", () => {
    // A cell that idles for a second, right before one that computes.
    expect(summarizeSystem(gpu, { start: 1001, end: 1002 })).toMatchObject({
      gpuSeconds: 0,
      peakGpu: 0,
      energy: 100,
    });
    expect(summarizeSystem(gpu, { start: 1006, end: 1008 })).toMatchObject({
      meanGpu: 100,
      energy: 600,
    });
  });

  test("summarizeSystem() sums the GPUs, and tells the highest of each", () => {
    const rows = [1000, 1002, 1004].map((time) =>
      row(time, {
        "gpu.0.gpu": 100,
        "gpu.0.powerWatts": 300,
        "gpu.0.memoryAllocatedBytes": 5,
        "gpu.10.gpu": 50,
        "gpu.10.powerWatts": 200,
        "gpu.10.memoryAllocatedBytes": 7,
      })
    );
    const use = summarizeSystem(rows, { start: 1000, end: 1004 });
    expect(use).toMatchObject({
      gpuSeconds: 6,
      meanGpu: 75,
      peakGpu: 100,
      peakGpuMemory: 7,
      energy: 2000,
    });
    expect(use.gpus.map(({ index }) => index)).toEqual([0, 10]);
  });

  test("summarizeSystem() leaves out GPUs that only neighbours use", () => {
    const busy = { "gpu.0.powerWatts": 300, "gpu.1.powerWatts": 300, "gpu.1.gpu": 100 };
    const own = { "gpu.process.1.gpu": 100, "gpu.process.1.memoryAllocatedBytes": 42 };
    const rows = [
      ...[1000, 1002, 1004].map((time) => row(time, busy)),
      ...[1200, 1202, 1204].map((time) => row(time, { ...busy, ...own })),
    ];
    const summarize = systemSummarizer(rows);
    expect(summarize({ start: 1200, end: 1204 })).toMatchObject({
      energy: 1200,
      peakGpuMemory: 42,
      gpus: [{ index: 1 }],
    });
    expect(summarize({ start: 1000, end: 1004 })).toEqual({ seconds: 4, gpus: [] });
  });

  test("summarizeSystem() does not bridge the time in which a machine slept", () => {
    const rows = [...gpu, ...gpu.map((one) => ({ ...one, _timestamp: one._timestamp + 3600 }))];
    const use = summarizeSystem(rows, { start: 1000, end: 4700 });
    expect(use.energy).toBe(2 * summarizeSystem(gpu, { start: 1000, end: 1010 }).energy!);
  });

  test("summarizeSystem() bridges what the rows show to be their usual distance", () => {
    const rows = [0, 1, 2, 3, 4, 5].map((i) => row(1000 + 120 * i, { "gpu.0.powerWatts": 10 }));
    expect(summarizeSystem(rows, { start: 1000, end: 1600 }).energy).toBe(6000);
  });

  test("summarizeSystem() goes on where a resumed run's process counts anew", () => {
    const seconds = "proc.cpu.seconds";
    const rows = [[0, 7], [2, 9], [4, 1], [6, 2]].map(([time = 0, value = 0]) =>
      row(1000 + time, { [seconds]: value })
    );
    expect(summarizeSystem(rows, { start: 1000, end: 1006 }).cpuSeconds).toBe(3);
  });

  test("summarizeSystem() tells nothing where there are no rows, or none that fit", () => {
    expect(summarizeSystem([], { start: 1000, end: 1002 })).toEqual({ seconds: 2, gpus: [] });
    const use = summarizeSystem(gpu, { start: 5000, end: 5002 });
    expect(use).toEqual({ seconds: 2, gpus: [{ index: 0 }] });
    const strange = [row(1000, { "gpu.x.gpu": 1, "gpu.99999.gpu": 1, "cpu": NaN })];
    expect(summarizeSystem(strange, { start: 1000, end: 1001 })).toEqual({ seconds: 1, gpus: [] });
    expect(summarizeSystem(gpu, { start: 1004, end: 1002 }).seconds).toBe(0);
  });
});
