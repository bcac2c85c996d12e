import { describe, expect, test } from "vitest";
import { decimate } from "../../src/charts/decimate.ts";
import { systemCharts } from "../../src/charts/system_charts.ts";
import { tiles } from "../../src/charts/tiles.ts";
import type { ChartView } from "../../src/charts/types.ts";
import { faultOf, HOSTILE_NAMES } from "./well_formed.ts";

/** Series that go from 0 to a value. */
function seriesOf(values: Record<string, number>) {
  return new Map(
    Object.entries(values).map(([key, value]) =>
      [`system.${key}`, { view: () => decimate([0, 2, 4], [0, value / 2, value]) }] as const
    ),
  );
}

function outline(charts: readonly ChartView[]): Record<string, Record<string, number>> {
  return Object.fromEntries(charts.map(({ name, series }) => [
    name,
    Object.fromEntries(series.map((one) => [one.name, one.view.last])),
  ]));
}

describe("systemCharts()", () => {
  test("systemCharts() puts the GPU first, in names and units that people read", () => {
    const charts = systemCharts(seriesOf({
      "cpu": 12,
      "cpu.total_percent": 40,
      "proc.memory.rssMB": 2048,
      "network.sent": 2 ** 20,
      "network.recv": 2 ** 21,
      "gpu.0.temp": 60,
      "gpu.0.powerWatts": 400,
      "gpu.0.gpu": 97,
      "gpu.0.memoryAllocatedBytes": 2 ** 34,
      "gpu.process.0.memoryAllocatedBytes": 2 ** 33,
    }));
    expect(outline(charts)).toEqual({
      "GPU 0 utilization, %": { "GPU 0 utilization, %": 97 },
      "GPU 0 memory, GiB": { "GPU 0 memory, GiB": 16 },
      "GPU 0 run memory, GiB": { "GPU 0 run memory, GiB": 8 },
      "GPU 0 power, W": { "GPU 0 power, W": 400 },
      "GPU 0 temperature, °C": { "GPU 0 temperature, °C": 60 },
      "Processor, %": { "this run": 12, "all": 40 },
      "Run memory, GiB": { "Run memory, GiB": 2 },
      "Network, MiB": { received: 2, sent: 1 },
    });
    expect(charts.map(({ name }) => name)[0]).toBe("GPU 0 utilization, %");
  });

  test("systemCharts() draws several GPUs in one chart, in the order of their numbers", () => {
    const keys = [10, 2, 0].map((i) => [`gpu.${i}.powerWatts`, 100 * i] as const);
    expect(outline(systemCharts(seriesOf(Object.fromEntries(keys))))).toEqual({
      "GPU power, W": { "GPU 0": 0, "GPU 2": 200, "GPU 10": 1000 },
    });
    const [chart] = systemCharts(seriesOf(Object.fromEntries(keys)));
    expect(chart?.series.map(({ name }) => name)).toEqual(["GPU 0", "GPU 2", "GPU 10"]);
  });

  test("systemCharts() leaves out what others say, and errors that nobody had", () => {
    expect(systemCharts(seriesOf({
      "gpu.0.memoryAllocated": 40,
      "gpu.0.powerPercent": 40,
      "gpu.0.throttleReasons": 4,
      "gpu.0.uncorrectedMemoryErrors": 0,
      "gpu.process.0.gpu": 40,
      "disk./.usageGB": 10,
      "proc.cpu.seconds": 10,
    }))).toEqual([]);
    expect(outline(systemCharts(seriesOf({ "gpu.0.uncorrectedMemoryErrors": 2 })))).toEqual({
      "GPU 0 memory errors": { "GPU 0 memory errors": 2 },
    });
  });

  test("systemCharts() shows keys that it does not know last, under their own names", () => {
    const charts = systemCharts(seriesOf({ "ane.power": 3, "cpu": 5 }));
    expect(outline(charts)).toEqual({
      "Processor, this run, %": { "Processor, this run, %": 5 },
      "ane.power": { "ane.power": 3 },
    });
  });

  test("systemCharts() makes no more charts than were asked for, nor looks at their series", () => {
    const series = seriesOf({ "gpu.0.gpu": 1, "gpu.0.temp": 1 });
    series.set("system.memory_percent", {
      view: () => {
        throw new Error("was looked at");
      },
    });
    expect(systemCharts(series, { most: 2 }).length).toBe(2);
    const many = seriesOf(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`k${i}`, i])));
    expect(systemCharts(many).length).toBe(40);
  });

  test("systemCharts() and tiles() keep hostile keys from doing harm", () => {
    for (const text of HOSTILE_NAMES) {
      const keys = { [`disk.${text}.usagePercent`]: 1, [text]: 2, [`disk.$1${text}.in`]: 3 };
      const html = tiles(systemCharts(seriesOf(keys)));
      expect(faultOf(html.replace(/(<img [^>]*)>/g, "$1/>"))).toBeUndefined();
      expect(html).not.toMatch(/<script|<img src=x/);
    }
  });
});

describe("tiles()", () => {
  test("tiles() shows the last value of one series, and a legend for several", () => {
    const html = tiles(
      systemCharts(seriesOf({ "gpu.0.temp": 61, "cpu": 7, "cpu.total_percent": 9 })),
    );
    expect(html).toMatch(/>61<\/strong><span>GPU 0 temperature, °C</);
    expect(html).toMatch(/><\/strong><span>Processor, %</);
    expect(html).toContain(`alt="Processor, %. 2 series over seconds: this run from 0 to 7;`);
  });

  test("tiles() draws percentages from 0 to 100, also when they hardly change", () => {
    const view = decimate([0, 2, 4], [97, 98, 97]);
    const html = tiles(systemCharts(new Map([["system.gpu.0.gpu", { view: () => view }]])));
    const svg = atob(/base64,([^"]+)/.exec(html)?.[1] ?? "");
    const labels = Array.from(svg.matchAll(/<text[^>]*>([\d.]+)</g), ([, label]) => Number(label));
    expect(labels).toContain(0);
    expect(labels).toContain(100);
  });
});
