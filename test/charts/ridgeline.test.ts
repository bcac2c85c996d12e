import { describe, expect, test } from "vitest";
import { type Distribution, ridgeline } from "../../src/charts/ridgeline.ts";
import { logTicks } from "../../src/charts/ticks.ts";
import { type WatchedTensor, watching, watchingText } from "../../src/charts/watching.ts";
import { faultOf, HOSTILE_NAMES } from "./well_formed.ts";

/** Distributions that become narrower. */
function narrowing(steps: number): Distribution[] {
  return Array.from({ length: steps }, (_, i) => {
    const half = 1 / (1 + i);
    const edges = Array.from({ length: 9 }, (_, j) => half * (j - 4) / 4);
    return { step: 10 * i, edges, counts: [1, 3, 9, 20, 20, 9, 3, 1] };
  });
}

const TILE = { width: 300, height: 190, name: "dense/kernel" };

function ridges(svg: string): string[] {
  return Array.from(svg.matchAll(/<path d="([^"]*)"/g), ([, d = ""]) => d);
}

/** The first and the last x of a path. */
function span(path: string): [number, number] {
  const xs = Array.from(path.matchAll(/[ML](-?[\d.]+),/g), ([, x]) => Number(x));
  return [Math.min(...xs), Math.max(...xs)];
}

describe("ridgeline()", () => {
  test("ridgeline() draws a ridge for each step, the oldest at the back", () => {
    const { svg, alt } = ridgeline(narrowing(3), TILE);
    const paths = ridges(svg);
    expect(paths.length).toBe(3);
    const widths = paths.map((path) => span(path)[1] - span(path)[0]);
    expect(widths[0]).toBeGreaterThan(widths[1]!);
    expect(widths[1]).toBeGreaterThan(widths[2]!);
    const bases = paths.map((path) => Number(/,([\d.]+)/.exec(path)![1]));
    expect(bases).toEqual(bases.toSorted((a, b) => a - b));
    expect(alt).toBe(
      "How dense/kernel is spread at 3 steps: from −1 to 1 at step 0, " +
        "from −0.3333 to 0.3333 at step 20.",
    );
  });

  test("ridgeline() of many steps keeps the first and the last, and stays small", () => {
    const { svg, alt } = ridgeline(narrowing(1_000), TILE);
    expect(ridges(svg).length).toBe(24);
    expect(svg.length).toBeLessThan(25_000);
    expect(svg).toContain(">9,990<");
    expect(alt).toContain("at 1,000 steps");
  });

  test.for<[string, Distribution[]]>([
    ["nothing", []],
    ["no counts", [{ step: 0, counts: [], edges: [] }]],
    ["edges that do not fit", [{ step: 0, counts: [1, 2], edges: [0, 1] }]],
    ["zeros", [{ step: 0, counts: [0, 0], edges: [0, 1, 2] }]],
    ["bins without a width", [{ step: 0, counts: [1, 1], edges: [1, 1, 1] }]],
    ["large numbers", [{ step: 0, counts: [1, 1], edges: [-1e308, 0, 1e308] }]],
  ])("ridgeline() draws %s", ([, distributions]) => {
    const { svg, alt } = ridgeline(distributions, TILE);
    expect(faultOf(svg)).toBeUndefined();
    expect(svg).not.toMatch(/="[^"]*(NaN|Infinity|undefined)/);
    expect(alt).toMatch(/\.$/);
  });
});

function tensor(name: string): WatchedTensor {
  return { name, distributions: narrowing(4), norms: [[0, 3], [10, 4], [20, NaN], [30, 0]] };
}

describe("watching()", () => {
  test("watching() shows norms, ridgelines and layers, without what notebooks remove", () => {
    const html = watching({
      gradients: [tensor("a"), tensor("b")],
      parameters: [tensor("a")],
      graphs: [[{
        layer: "dense",
        type: "Dense",
        "output shape": "? × 4",
        parameters: 28,
        "connected to": "",
      }]],
    });
    expect(html.match(/<img /g)?.length).toBe(5);
    // The norm of all is that of both together.
    expect(html).toContain("3 series over step: all from 4.243");
    expect(html).toContain("Layers");
    expect(html).not.toMatch(/<(script|svg|style)/);
    expect(faultOf(html.replace(/<img ([^>]*)>/g, "<img $1/>"))).toBeUndefined();
  });

  test("watching() counts what is too much to be shown", () => {
    const gradients = Array.from({ length: 40 }, (_, i) => tensor(`layer ${i}`));
    const html = watching({ gradients, parameters: [], graphs: [] });
    expect(html.match(/<img /g)?.length).toBe(13);
    expect(html).toContain("28 more: layer 12, ");
    expect(watchingText({ gradients, parameters: [], graphs: [] })).toBe("Watched: 40 gradients");
  });

  test("watching() says that nothing was watched", () => {
    const nothing = { gradients: [], parameters: [], graphs: [] };
    expect(watching(nothing)).toContain("nothing was watched yet");
    expect(watchingText(nothing)).toBe("Nothing was watched yet");
  });

  test("watching() escapes names", () => {
    const html = watching({ gradients: HOSTILE_NAMES.map(tensor), parameters: [], graphs: [] });
    expect(html).not.toContain("<script");
    expect(faultOf(html.replace(/<img ([^>]*)>/g, "<img $1/>"))).toBeUndefined();
  });
});

describe("logTicks()", () => {
  test("logTicks() gives two powers of ten where there are two, however little room", () => {
    expect(logTicks(0.02, 1.4, { count: 2.3 })).toEqual([0.1, 1]);
    expect(logTicks(0.009, 16, { count: 2 })).toEqual([0.01, 1]);
  });
});
