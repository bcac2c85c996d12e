import { describe, expect, test } from "vitest";
import { cleanOutput, parseFailure } from "../../../src/system/nvidia_smi/failure.ts";
import { parseHeader, parseLine, parseOutput } from "../../../src/system/nvidia_smi/parse.ts";
import { parseValue } from "../../../src/system/nvidia_smi/value.ts";
import { parseDeviceList } from "../../../src/system/nvidia_smi/device_list.ts";
import { recording } from "../recording.ts";

describe("parseValue()", () => {
  test.each([
    ["0", 1, 0],
    ["97 %", 1, 97],
    ["65.31 W", 1, 65.31],
    ["65,31 W", 1, 65.31],
    ["-3", 1, -3],
    ["16384", 2 ** 20, 2 ** 34],
    ["16 MiB", 1, 2 ** 24],
    ["2 GiB", 2 ** 20, 2 ** 31],
    ["1500 mW", 1, 1.5],
    ["1,024.5 W", 1, 1024.5],
    ["1.024,5 W", 1, 1024.5],
    ["1\u00a0024,5 W", 1, 1024.5],
    ["1.980 GHz", 1, 1980],
  ])("parseValue(%j) with the header's scale %d is %d", (cell, scale, value) => {
    expect(parseValue(cell, scale)).toBeCloseTo(value, 9);
  });

  test.each([
    "",
    " ",
    "-",
    "[N/A]",
    "N/A",
    "[Not Supported]",
    "[Unknown Error]",
    "[GPU is lost]",
    "ERR!",
    "12abc",
    "12 parsecs",
    "1.",
    "1.2.3",
    "NaN",
    "Infinity",
    "0x10",
    "9".repeat(65),
  ])("parseValue(%j) is no number", (cell) => {
    expect(parseValue(cell)).toBeUndefined();
  });
});

describe("parseHeader()", () => {
  test("parseHeader() takes units from the header", () => {
    const header = parseHeader("index, memory.used [MiB], power.draw [W]");
    expect(header?.columns).toEqual(["index", "memory.used", "power.draw"]);
    expect(header?.scales).toEqual([1, 2 ** 20, 1]);
  });

  test("parseHeader() takes no data, error or garbage for a header", () => {
    for (
      const line of ["0, 5 %, 3 W", "No devices were found", "a, b, c", "{}", "", "index is 3"]
    ) {
      expect(parseHeader(line), line).toBeUndefined();
    }
  });

  test("parseHeader() accepts columns that it does not know beside known ones", () => {
    const header = parseHeader("index, uuid, gpu.flux_capacitor [GW], power.draw [W]");
    const line = parseLine("0, GPU-1, 1.21 GW, 80.5 W", header);
    expect(line).toEqual({ type: "gpu", gpu: { index: 0, uuid: "GPU-1", power: 80.5 } });
  });
});

describe("parseLine()", () => {
  const header = parseHeader("index, utilization.gpu [%], memory.used [MiB], power.draw [W], name");

  test("parseLine() reads numbers without units by the header's", () => {
    expect(parseLine("1, 50, 100, 80,5, Tesla T4", parseHeader("index, utilization.gpu [%]")))
      .toEqual({ type: "garbage" });
    expect(parseLine("1, 50, 100, 80.5, Tesla T4", header)).toEqual({
      type: "gpu",
      gpu: { index: 1, utilization: 50, memoryUsed: 100 * 2 ** 20, power: 80.5, name: "Tesla T4" },
    });
  });

  test("parseLine() keeps a name that holds the separator", () => {
    const line = parseLine("0, 1 %, 2 MiB, 3 W, Card, Special Edition", header);
    expect(line.type === "gpu" && line.gpu.name).toBe("Card, Special Edition");
  });

  test("parseLine() does not trust half a line", () => {
    expect(parseLine("0, 1 %, 20", header).type).toBe("garbage");
  });

  test("parseLine() refuses a line whose cells are mostly no values", () => {
    expect(parseLine("0, foo, bar, baz, qux", header).type).toBe("garbage");
  });

  test("parseLine() drops control characters from a name", () => {
    const line = parseLine("0, 1 %, 2 MiB, 3 W, Te\u001b[31msla\u0007", header);
    expect(line.type === "gpu" && line.gpu.name).toBe("Te[31msla");
  });

  test("parseLine() refuses indexes that no machine has", () => {
    for (const index of ["-1", "1.5", "1024", "[N/A]", "99999999999999999999"]) {
      expect(parseLine(`${index}, 1 %, 2 MiB, 3 W, T4`, header).type, index).toBe("garbage");
    }
  });

  test("parseLine() understands a header again when it changes", () => {
    const line = parseLine("index, power.draw [W]", header);
    expect(line.type === "header" && line.header.columns).toEqual(["index", "power.draw"]);
  });

  test("parseLine() reads processes, and those whose memory is not told", () => {
    const columns = parseHeader("pid, gpu_uuid, used_gpu_memory [MiB]");
    expect(parseLine("42, GPU-ab, 10 MiB", columns)).toEqual({
      type: "process",
      process: { pid: 42, uuid: "GPU-ab", memoryUsed: 10 * 2 ** 20 },
    });
    expect(parseLine("42, GPU-ab, [N/A]", columns)).toEqual({
      type: "process",
      process: { pid: 42, uuid: "GPU-ab" },
    });
    expect(parseLine("0, GPU-ab, 1 MiB", columns).type).toBe("garbage");
    expect(parseLine("42, <script>, 1 MiB", columns).type).toBe("garbage");
  });

  test("parseLine() survives whatever bytes come", () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;
    for (let i = 0; i < 3000; i++) {
      const bytes = Uint8Array.from({ length: 60 }, () => random() * 256);
      const line = new TextDecoder().decode(bytes);
      expect(["garbage", "blank"]).toContain(parseLine(line, header).type);
    }
  });
});

describe("parseOutput()", () => {
  test("parseOutput() reads every GPU of an answer", () => {
    const { gpus, garbage } = parseOutput(recording("synthetic-8x-h100.csv"));
    expect(garbage).toBe(0);
    expect(gpus.slice(0, 8).map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(gpus[3]).toMatchObject({
      name: "NVIDIA H100 80GB HBM3",
      memoryTotal: 81559 * 2 ** 20,
      powerLimit: 700,
      throttleReasons: 4,
      correctedErrors: 3,
      mig: false,
      driverVersion: "550.54.15",
      computeCapability: 9,
    });
  });

  test("parseOutput() leaves out what a device does not report", () => {
    const { gpus } = parseOutput(recording("synthetic-desktop.csv"));
    expect(gpus[0]).toMatchObject({ utilization: 12, fanSpeed: 45, performanceState: 5 });
    expect(gpus[0]).not.toHaveProperty("power");
    expect(gpus[1]).toMatchObject({ index: 1, memoryUsed: 300 * 2 ** 20, temperature: 39 });
    for (const key of ["utilization", "smClock", "performanceState", "mig", "lost"]) {
      expect(gpus[1]).not.toHaveProperty(key);
    }
  });

  test("parseOutput() reads decimal commas as it reads points", () => {
    expect(parseOutput(recording("synthetic-2x-t4-decimal-comma.csv")))
      .toEqual(parseOutput(recording("synthetic-2x-t4.csv")));
  });

  test("parseOutput() reads an old driver's fewer columns", () => {
    const { gpus } = parseOutput(recording("synthetic-old-driver.csv"));
    expect(gpus[0]).toMatchObject({ power: 65.31, throttleReasons: 4, driverVersion: "418.87.00" });
    expect(gpus[0]).not.toHaveProperty("mig");
  });

  test("parseOutput() tells that a GPU is divided, and that one is lost", () => {
    expect(parseOutput(recording("synthetic-mig.csv")).gpus[0]).toMatchObject({ mig: true });
    expect(parseOutput(recording("synthetic-lost.csv")).gpus.at(-1)).toEqual(
      { index: 1, lost: true, driverVersion: "535.104.05", ...{ uuid: expect.any(String) } },
    );
  });
});

describe("parseFailure()", () => {
  test.each([
    ["synthetic-driver-failure.txt", "driver"],
    ["synthetic-no-devices.txt", "no-device"],
    ["synthetic-handle.txt", "lost"],
    ["synthetic-mismatch.txt", "driver"],
  ])("parseFailure() recognizes %s", (name, kind) => {
    expect(parseFailure(recording(name).split("\n")[0]!)?.kind).toBe(kind);
    expect(parseOutput(recording(name)).failures[0]?.kind).toBe(kind);
  });

  test("parseFailure() names the field that the driver does not know", () => {
    expect(parseFailure('Field "mig.mode.current" is not a valid field to query.'))
      .toEqual({ kind: "field", detail: "mig.mode.current" });
  });

  test("cleanOutput() leaves nothing that a terminal or a page could act on, and is short", () => {
    expect(cleanOutput("\u001b[2Jboom\u0000\r\n\u202eevil")).toBe("[2Jboom evil");
    expect(cleanOutput("x".repeat(10_000))).toHaveLength(200);
  });
});

test("parseDeviceList() finds the GPU of each MIG device", () => {
  const text = `GPU 0: NVIDIA A100 (UUID: GPU-aa)
  MIG 1g.5gb      Device  0: (UUID: MIG-11)
  MIG 3g.20gb     Device  1: (UUID: MIG-22)
GPU 1: NVIDIA A100 (UUID: GPU-bb)
  MIG 7g.40gb     Device  0: (UUID: MIG-GPU-bb/7/0)
`;
  expect([...parseDeviceList(text)]).toEqual([
    ["MIG-11", "GPU-aa"],
    ["MIG-22", "GPU-aa"],
    ["MIG-GPU-bb/7/0", "GPU-bb"],
  ]);
  expect(parseDeviceList("garbage\n(UUID: MIG-11)").size).toBe(0);
});
