import { describe, expect, test } from "vitest";
import { FrameCollector } from "../../../src/system/nvidia_smi/frames.ts";
import { LineSplitter } from "../../../src/system/nvidia_smi/line_splitter.ts";
import { OwnProcesses, parseParent } from "../../../src/system/nvidia_smi/own_processes.ts";
import { parseOutput } from "../../../src/system/nvidia_smi/parse.ts";
import { gpuFields, gpuQuery, processQuery } from "../../../src/system/nvidia_smi/query.ts";
import { gpuRow } from "../../../src/system/nvidia_smi/row.ts";
import { recording } from "../recording.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("LineSplitter", () => {
  test("push() gives the same lines however the bytes are cut", () => {
    const text = "ä, 1 %\r\nb, 2 %\n\nc, 3 %\n";
    const all = bytes(text);
    for (let size = 1; size < all.length; size++) {
      const splitter = new LineSplitter();
      const lines: string[] = [];
      for (let at = 0; at < all.length; at += size) {
        lines.push(...splitter.push(all.subarray(at, at + size)));
      }
      expect(lines).toEqual(["ä, 1 %", "b, 2 %", "", "c, 3 %"]);
      expect(splitter.end()).toBe("");
    }
  });

  test("push() drops a line that is too long and reads the next one", () => {
    const splitter = new LineSplitter(100);
    const text = `ok\n${"x".repeat(1_000_000)}\nfine\n${"y".repeat(101)}\nlast`;
    const all = bytes(text);
    const lines: string[] = [];
    for (let at = 0; at < all.length; at += 4096) {
      lines.push(...splitter.push(all.subarray(at, at + 4096)));
    }
    expect(lines).toEqual(["ok", "fine"]);
    expect(splitter.dropped).toBe(2);
    expect(splitter.end()).toBe("last");
  });
});

describe("FrameCollector", () => {
  test("push() ends an answer when a GPU speaks again, then when all have spoken", () => {
    const frames: number[][] = [];
    const collector = new FrameCollector((frame) => frames.push(frame.map(({ index }) => index)));
    for (const index of [0, 1, 2, 0, 1, 2]) collector.push({ index });
    expect(frames).toEqual([[0, 1, 2], [0, 1, 2]]);
    collector.clear();
  });

  test("push() goes on with the GPUs that are left when one disappears", () => {
    const frames: number[][] = [];
    const collector = new FrameCollector((frame) => frames.push(frame.map(({ index }) => index)));
    for (const index of [0, 1, 0, 1, 0, 0, 0]) collector.push({ index });
    expect(frames).toEqual([[0, 1], [0, 1], [0], [0], [0]]);
    collector.clear();
  });

  test("push() ends the first answer when nothing more comes", async () => {
    const frame = await new Promise((resolve) => {
      new FrameCollector(resolve, { quietMs: 5 }).push({ index: 0 });
    });
    expect(frame).toEqual([{ index: 0 }]);
  });
});

describe("OwnProcesses", () => {
  const read = (path: string): string | undefined =>
    ({
      "/proc/30/stat": "30 (python) (x) S 20 30 1 0",
      "/proc/20/stat": "20 (sh) S 10 20 1 0",
      "/proc/40/stat": "40 (deno) S 1 40 1 0",
    })[path];

  test("memory() sums up the run's process and its descendants by GPU, not the neighbours", () => {
    const own = new OwnProcesses({ pid: 10, read });
    own.add({ pid: 10, uuid: "GPU-a", memoryUsed: 100 }, 5);
    own.add({ pid: 30, uuid: "GPU-a", memoryUsed: 20 }, 5);
    own.add({ pid: 30, uuid: "GPU-b", memoryUsed: 7 }, 5);
    own.add({ pid: 40, uuid: "GPU-a", memoryUsed: 1000 }, 5);
    own.add({ pid: 99, uuid: "GPU-a", memoryUsed: 1000 }, 5);
    expect([...own.memory(0)]).toEqual([["GPU-a", 120], ["GPU-b", 7]]);
  });

  test("memory() forgets what was last said too long ago", () => {
    const own = new OwnProcesses({ pid: 10, read });
    own.add({ pid: 10, uuid: "GPU-a", memoryUsed: 100 }, 5);
    expect(own.memory(6).size).toBe(0);
  });

  test("memory() knows that a GPU is used also where the amount is not told", () => {
    const own = new OwnProcesses({ pid: 10, read });
    own.add({ pid: 10, uuid: "GPU-a" }, 5);
    expect([...own.memory(0)]).toEqual([["GPU-a", undefined]]);
  });

  test("parseParent() reads past brackets in the command's name", () => {
    expect(parseParent("5 (a) b) (c) S 77 1 1")).toBe(77);
    expect(parseParent("")).toBeUndefined();
  });
});

describe("gpuRow()", () => {
  test("gpuRow() has W&B's keys and units", () => {
    const { gpus } = parseOutput(recording("synthetic-2x-t4.csv"));
    const row = gpuRow([gpus[0]!]);
    expect(row).toEqual({
      "system.gpu.0.gpu": 93,
      "system.gpu.0.memory": 40,
      "system.gpu.0.memoryAllocated": 97.66,
      "system.gpu.0.memoryAllocatedBytes": 15000 * 2 ** 20,
      "system.gpu.0.temp": 60,
      "system.gpu.0.powerWatts": 65.31,
      "system.gpu.0.powerPercent": 93.3,
      "system.gpu.0.enforcedPowerLimitWatts": 70,
      "system.gpu.0.smClock": 1590,
      "system.gpu.0.memoryClock": 5000,
      "system.gpu.0.correctedMemoryErrors": 0,
      "system.gpu.0.uncorrectedMemoryErrors": 0,
      "system.gpu.0.pcieLinkGen": 3,
      "system.gpu.0.pcieLinkWidth": 16,
      "system.gpu.0.performanceState": 0,
      "system.gpu.0.throttleReasons": 4,
    });
  });

  test("gpuRow() adds the run's share for the GPUs that it uses", () => {
    const { gpus } = parseOutput(recording("synthetic-2x-t4.csv"));
    const row = gpuRow(gpus.slice(0, 2), new Map([[gpus[1]!.uuid!, 1536 * 2 ** 20]]));
    expect(row["system.gpu.process.1.memoryAllocatedBytes"]).toBe(1536 * 2 ** 20);
    expect(row["system.gpu.process.1.memoryAllocated"]).toBe(10);
    expect(row["system.gpu.process.1.powerWatts"]).toBe(66.31);
    expect(Object.keys(row).filter((key) => key.startsWith("system.gpu.process.0"))).toEqual([]);
  });

  test("gpuRow() of a GPU that reports nothing is empty", () => {
    expect(gpuRow([{ index: 0, lost: true }])).toEqual({});
  });
});

test("gpuQuery() and processQuery() ask for CSV with a header, once or in a loop", () => {
  expect(gpuQuery()).toEqual([`--query-gpu=${gpuFields.join(",")}`, "--format=csv"]);
  expect(gpuQuery(["index"], { loopMs: 2000 }).at(-1)).toBe("--loop-ms=2000");
  expect(processQuery()).toEqual(["--query-compute-apps=pid,gpu_uuid,used_memory", "--format=csv"]);
});
