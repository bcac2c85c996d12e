import { describe, expect, test } from "vitest";
import { Object3D } from "../../mod.ts";
import { pointPixels } from "../../src/media/show_points.ts";
import type { PointsJob } from "../../src/record/media_job.ts";

function draw(rows: readonly (readonly number[])[]) {
  const columns = (rows[0]?.length ?? 3) as PointsJob["columns"];
  return pointPixels({ kind: "points", data: Float64Array.from(rows.flat()), columns });
}

/** The middle of the pixels of a colour. */
function middleOf(drawn: NonNullable<ReturnType<typeof draw>>, color: readonly number[]) {
  const { data, width } = drawn;
  const found: [number, number][] = [];
  for (let i = 0; i < data.length / 4; i++) {
    const [red, green, blue, opacity] = data.subarray(4 * i, 4 * i + 4);
    if (opacity === 255 && red === color[0] && green === color[1] && blue === color[2]) {
      found.push([i % width, Math.floor(i / width)]);
    }
  }
  const mean = (axis: 0 | 1) => found.reduce((sum, at) => sum + at[axis], 0) / found.length;
  return { x: mean(0), y: mean(1), count: found.length };
}

const RED = [255, 0, 0];
const GREEN = [0, 255, 0];
const BLUE = [0, 0, 255];

/** What is shown of an object at the end of a cell. */
async function shown(object: Object3D): Promise<string> {
  const display = object[Symbol.for("Jupyter.display") as never] as unknown;
  const bundle = await (display as () => Promise<Record<string, string>>).call(object);
  return bundle["text/html"] ?? "";
}

describe("a cloud of points in a cell", () => {
  test("is an image with its caption; so are the points of a scene; a file is in words", async () => {
    const points = [[0, 0, 0], [1, 2, 3]];
    const image = /^<img alt="Points in three dimensions: 2" width="480".*>a &lt;b&gt;<\/div>$/;
    const caption = "a <b>";
    expect(await shown(new Object3D(points, { caption }))).toMatch(image);
    expect(await shown(new Object3D({ type: "lidar/beta", points }, { caption }))).toMatch(image);
    expect(await shown(new Object3D({ type: "lidar/beta", boxes: [] }))).toContain("A model in");
    expect(await shown(new Object3D(new Uint8Array(4), { format: "glb" }))).toContain("(glb)");
    expect(await shown(new Object3D([[NaN, 0, 0]]))).toContain("<div");
    expect(await shown(new Object3D([[0], [1]]))).toContain("Cannot show this");
  });

  test("has x to the right, z above, and y behind", () => {
    const drawn = draw([
      [0, 0, 0, ...RED],
      [1, 0, 0, ...GREEN],
      [0, 0, 1, ...BLUE],
      [0, 1, 0, 9, 9, 9],
    ])!;
    const [origin, x, z, y] = [RED, GREEN, BLUE, [9, 9, 9]].map((color) => middleOf(drawn, color));
    expect(x!.x).toBeGreaterThan(origin!.x + 100);
    expect(z!.y).toBeLessThan(origin!.y - 100);
    expect(z!.x).toBeCloseTo(origin!.x, 0);
    expect(y!.y).toBeLessThan(origin!.y - 50);
    expect(y!.x).toBeLessThan(origin!.x);
  });

  test("a point hides what is behind it, in whatever order they come", () => {
    // Both lie on one line of sight.
    const [azimuth, elevation] = [35 * Math.PI / 180, 30 * Math.PI / 180];
    const behind = [
      Math.sin(azimuth) * Math.cos(elevation),
      Math.cos(azimuth) * Math.cos(elevation),
      -Math.sin(elevation),
    ];
    const corners = [[-1, -1, -1, 5, 5, 5], [1, 1, 1, 5, 5, 5]];
    const near = [0, 0, 0, ...RED];
    const far = [...behind.map((x) => x / 2), ...GREEN];
    for (const pair of [[near, far], [far, near]]) {
      const drawn = draw([...corners, ...pair])!;
      expect(middleOf(drawn, RED).count).toBeGreaterThan(0);
      expect(middleOf(drawn, GREEN).count).toBe(0);
    }
  });

  test("goes from blue to orange with the height, and has a colour for each category", () => {
    const heights = draw([[0, 0, 0], [0, 0, 1]])!;
    const categories = draw([[0, 0, 0, 1], [0, 0, 1, 2], [0, 0, 2, 2]])!;
    const colorsOf = ({ data }: typeof heights) =>
      new Set(new Uint32Array(data.buffer).filter((color) => color !== 0));
    expect(colorsOf(heights).size).toBe(2);
    expect(colorsOf(categories).size).toBe(2);
  });

  test("leaves out what is not finite, and takes what has no extent", () => {
    expect(draw([])).toBeNull();
    expect(draw([[NaN, 0, 0], [0, Infinity, 0]])).toBeNull();
    for (
      const rows of [[[5, 5, 5]], [[NaN, 0, 0], [1, 2, 3]], [[1e9, 0, 0], [-1e9, 0, 0]], [[
        0,
        0,
        0,
        Infinity,
      ]]]
    ) {
      const { data, width, height } = draw(rows)!;
      expect(data.length).toBe(4 * width * height);
      expect(data.some((value) => value === 255)).toBe(true);
      expect(height).toBeLessThanOrEqual(720);
    }
  });
});
