import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import { Image, type ImageSource } from "../../mod.ts";
import { encodePng } from "../../src/media/make/png.ts";
import { tempDir } from "../temp.ts";
import { record, recorded } from "./recording.ts";

const png = encodePng({ data: new Uint8Array(12).fill(9), width: 2, height: 2, channels: 3 });
/** The smallest valid files of their kinds. */
const GIF = Uint8Array.fromBase64("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");
const WEBP = Uint8Array.fromBase64("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");
const JPEG = Uint8Array.fromBase64(
  "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////" +
    "////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA//9k=",
);

/** The pixels that were recorded. */
async function pixels(image: Image): Promise<number[]> {
  const recording = await recorded(image);
  return Array.from(decode(recording.bytes(recording.value.path)).data);
}

/** Why an image was not recorded. */
async function refusal(source: unknown, options = {}): Promise<string> {
  const { value, said } = await recorded(new Image(source as ImageSource, options));
  expect(value ?? null).toBeNull();
  return said.join("\n");
}

describe("log() of pixels", () => {
  test("bytes are kept as they are, in grey, grey and opacity, RGB and RGBA", async () => {
    for (const channels of [1, 2, 3, 4]) {
      const data = Uint8Array.from({ length: 6 * channels }, (_, i) => i * 7);
      expect(await pixels(new Image(data, { shape: [2, 3, channels] }))).toEqual([...data]);
    }
  });

  test("floats from 0 to 1 go from black to white", async () => {
    const image = new Image(Float32Array.of(0, 0.5, 1, 0.25), { shape: [2, 2] });
    expect(await pixels(image)).toEqual([0, 128, 255, 64]);
  });

  test("floats beyond 1 are bytes, and are cut off at 0 and 255", async () => {
    const image = new Image([0, 100.4, 300, -5, NaN, 255], { shape: [1, 6] });
    expect(await pixels(image)).toEqual([0, 100, 255, 0, 0, 255]);
  });

  test("with transfer, an array goes over with its memory, and is recorded as any other", async () => {
    for (const data of [Uint8Array.of(1, 2, 3, 4), Float32Array.of(1, 2, 3, 4)]) {
      expect(await pixels(new Image(data, { shape: [2, 2], transfer: true }))).toEqual([
        1,
        2,
        3,
        4,
      ]);
      expect(data.length).toBe(0);
    }
    const encoded = new Uint8Array(png);
    expect(await pixels(new Image(encoded, { transfer: true }))).toEqual(Array(12).fill(9));
    expect(encoded.length).toBe(0);
  });

  test("with transfer, memory in which others have a share, or that cannot move, is copied", async () => {
    const batch = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const part = batch.subarray(4);
    expect(await pixels(new Image(part, { shape: [2, 2], transfer: true }))).toEqual([5, 6, 7, 8]);
    expect([...batch]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);

    const side = 256;
    const wasm = new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer).fill(3);
    const image = new Image(wasm, { shape: [side, side], transfer: true });
    expect(await pixels(image)).toEqual(Array(side * side).fill(3));
    expect(wasm.length).toBe(side * side);
  });

  test("a list of which nothing can be recorded is refused with the reason", async () => {
    const bad = Array.from({ length: 2 }, () => new Image(Uint8Array.of(137, 80, 78, 71)));
    const { value, said } = await recorded(bad);
    expect(value ?? null).toBeNull();
    expect(said.join("\n")).toMatch(/none of its list can be recorded; a part .* because .*\S/);
  });

  test("with transfer, an image that is shown keeps its memory until it is logged, once", async () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const image = new Image(data, { shape: [2, 2], transfer: true });
    await (image as unknown as Record<symbol, () => Promise<unknown>>)[
      Symbol.for("Jupyter.display")
    ]!();
    expect([...data]).toEqual([1, 2, 3, 4]);
    expect(await pixels(image)).toEqual([1, 2, 3, 4]);
    const { value, said } = await recorded(image);
    expect(value ?? null).toBeNull();
    expect(said.join("\n")).toMatch(/its memory was given away before/);
  });

  test("a tensor brings its shape; a batch of one is an image", async () => {
    const tensor = { shape: [1, 2, 2, 1], dataSync: () => Int32Array.of(1, 2, 3, 4) };
    expect(await pixels(new Image(tensor))).toEqual([1, 2, 3, 4]);
  });

  test("a tensor of TensorFlow.js is read, and one that was disposed of is refused", async () => {
    const tf = await import("@tensorflow/tfjs");
    const tensor = tf.tensor([[0, 0.5], [1, 0.25]]);
    expect(await pixels(new Image(tensor))).toEqual([0, 128, 255, 64]);
    const held = tf.memory().numTensors;
    tensor.dispose();
    expect(await refusal(tensor)).toMatch(/its tensor cannot be read: .*disposed/);
    expect(tf.memory().numTensors).toBe(held - 1);
  });

  test("ImageData and canvases are read", async () => {
    const data = new Uint8ClampedArray([1, 2, 3, 255, 5, 6, 7, 255]);
    expect(await pixels(new Image({ data, width: 2, height: 1 }))).toEqual([...data]);
    expect(await pixels(new Image({ toBuffer: () => png }))).toEqual(new Array(12).fill(9));
    const url = `data:image/png;base64,${png.toBase64()}`;
    expect(await pixels(new Image({ toDataURL: () => url }))).toEqual(new Array(12).fill(9));
  });

  test("pixels that change after log() are recorded as they were", async () => {
    const recording = record();
    const data = new Uint8Array(4).fill(7);
    recording.run.log({ x: new Image(data, { shape: [2, 2] }) });
    data.fill(0);
    const { path } = await recording.value("x");
    expect(Array.from(decode(recording.bytes(path)).data)).toEqual([7, 7, 7, 7]);
    expect(data.length).toBe(4);
  });

  test("memory that is used again leaves nothing of the image before", async () => {
    const recording = record();
    const settled = async (key: string) => {
      while (recording.run.summary[key] === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    };
    recording.run.log({ a: new Image(new Uint8Array(100).fill(255), { shape: [10, 10] }) });
    await settled("a");
    const small = Uint8Array.from({ length: 60 }, (_, i) => i);
    recording.run.log({ b: new Image(small, { shape: [6, 10] }) });
    await settled("b");
    recording.run.log({ c: new Image(Float32Array.of(...small), { shape: [6, 10] }) });
    const [, { b } = {}, { c } = {}] = await recording.rows() as Record<string, { path: string }>[];
    for (const value of [b, c]) {
      expect(Array.from(decode(recording.bytes(value!.path)).data)).toEqual([...small]);
    }
  });

  test("a view into a larger array is that part of it", async () => {
    const large = Uint8Array.from({ length: 100 }, (_, i) => i);
    expect(await pixels(new Image(large.subarray(10, 14), { shape: [2, 2] })))
      .toEqual([10, 11, 12, 13]);
  });

  test.each([
    [new Uint8Array(8), { shape: [3, 3] }, /shape \[3,3\] has 9 values.* has 8/],
    [new Uint8Array(12), { shape: [3, 2, 2, 1] }, /not \[3,2,2,1\]/],
    [new Uint8Array(300), { shape: [3, 10, 10] }, /Channels come last/],
    [new Uint8Array(0), { shape: [0, 5] }, /not \[0,5\]/],
    [[1, 2, 3], {}, /needs a shape/],
    [
      {
        shape: [2, 2],
        dataSync: () => {
          throw new Error("Tensor is disposed.");
        },
      },
      {},
      /disposed/,
    ],
    [{ toBuffer: () => Promise.resolve(png) }, {}, /promise/],
    [null, {}, /null/],
    [5, {}, /number/],
    [new URL("https://example.com/a.png"), {}, /fetch it first/],
    ["data:image/png;base64,%%%", {}, /damaged/],
  ])("what is no image is refused with a reason (%#)", async (source, options, reason) => {
    expect(await refusal(source, options)).toMatch(reason);
  });
});

describe("log() of encoded images", () => {
  test.each(
    [
      ["png", png, 2],
      ["gif", GIF, 1],
      ["webp", WEBP, 1],
      ["jpg", JPEG, 1],
    ] as const,
  )("a %s is told by its content, and kept byte for byte", async (format, file, size) => {
    const recording = await recorded(new Image(file));
    expect(recording.value).toMatchObject({ format, width: size, height: size });
    expect(recording.bytes(recording.value.path)).toEqual(file);
    expect(recording.said).toEqual([]);
  });

  test("an SVG has the size that it says, and its scripts do no harm in an <img>", async () => {
    const svg = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" ` +
      `viewBox="0 0 30 20"><script>alert(1)</script></svg>`;
    const image = new Image(svg);
    const { value } = await recorded(image);
    expect(value).toMatchObject({ format: "svg", width: 30, height: 20 });
    const bundle = await image[Symbol.for("Jupyter.display") as never] as unknown;
    expect(bundle).toBeTypeOf("function");
    const shown = await (bundle as () => Promise<Record<string, string>>).call(image);
    expect(shown["text/html"]).not.toContain("<script");
    expect(shown["text/html"]).toContain('src="data:image/svg+xml;base64,');
  });

  test("a file is told by its content, not by its name", async () => {
    const path = `${tempDir()}/photo.jpg`;
    Deno.writeFileSync(path, png);
    const { value } = await recorded(new Image(path));
    expect(value).toMatchObject({ format: "png", path: expect.stringMatching(/\.png$/) });
  });

  test("what only pretends to be an image is refused", async () => {
    const html = new TextEncoder().encode("<html><script>alert(1)</script></html>");
    expect(await refusal(html)).toMatch(/no PNG, JPEG, WebP, GIF or SVG/);
    expect(await refusal(png.slice(0, 12))).toMatch(/only the beginning of one/);
    expect(await refusal(new Uint8Array(0))).toMatch(/no PNG/);
    expect(await refusal("/etc/passwd")).toMatch(/no PNG/);
    expect(await refusal("/does/not/exist.png")).toMatch(/No such file/);
  });

  test("an image that is cut off is recorded, with a warning", async () => {
    for (const file of [png, JPEG]) {
      const { value, said } = await recorded(new Image(file.slice(0, -10)));
      expect(value._type).toBe("image-file");
      expect(said).toEqual([expect.stringContaining("its end is missing")]);
    }
  });

  test.each(
    [["png", png], ["gif", GIF], ["webp", WEBP], ["jpg", JPEG]] as const,
  )("a %s that ends anywhere is refused, or recorded with a warning", async (_format, file) => {
    const recording = record();
    for (let length = 0; length < file.length; length++) {
      recording.run.log({ [`at_${length}`]: new Image(file.slice(0, length)) });
    }
    recording.run.log({ whole: new Image(file) });
    const rows = await recording.rows();
    let kept = 0;
    for (const value of rows.flatMap((row) => Object.entries(row))) {
      const [key, image] = value;
      if (image === null || typeof image !== "object") continue;
      kept++;
      expect(image).toMatchObject({ _type: "image-file" });
      const about = recording.said.filter((message) => message.includes(`"${key}"`));
      expect(about.join()).toMatch(key === "whole" ? /^$/ : /its end is missing/);
    }
    expect(kept).toBeGreaterThan(0);
    expect(recording.said.length).toBeGreaterThanOrEqual(file.length);
  });

  test("a file of 2 GB is refused without being read", async () => {
    const path = `${tempDir()}/huge.png`;
    Deno.writeFileSync(path, png);
    // A sparse file takes no room on the disk.
    Deno.truncateSync(path, 2 ** 31);
    const before = performance.now();
    expect(await refusal(path)).toMatch(/2147483648 bytes/);
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

describe("log() of boxes and masks", () => {
  test.each([
    [{ boxes: { a: { boxes: [{ position: { minX: 0 }, classId: 1 }] } } }, /no place/],
    [{
      boxes: {
        a: { boxes: [{ position: { middle: [0, 0], width: 1, height: NaN }, classId: 1 }] },
      },
    }, /no place/],
    [{
      boxes: { a: { boxes: [{ position: { minX: 0, maxX: 1, minY: 0, maxY: 1 }, classId: 1.5 }] } },
    }, /whole number/],
    [{ masks: { a: { data: new Uint8Array(3) } } }, /has 4 values/],
    [{ masks: { a: { data: Float32Array.of(0, 1, 2, 256) } } }, /0 to 255, not 256/],
  ])("what is wrong is refused with a reason (%#)", async (options, reason) => {
    expect(await refusal(new Uint8Array(4), { shape: [2, 2], ...options })).toMatch(reason);
  });

  test("classes without names are called after their numbers", async () => {
    const { directory } = await recorded(
      new Image(new Uint8Array(4), { shape: [2, 2], masks: { m: { data: [0, 2, 2, 0] } } }),
    );
    expect(Deno.readTextFileSync(`${directory}/run.jsonl`))
      .toContain('"labels":{"0":"class_0","2":"class_2"}');
  });

  test("a list leaves out what is no image, and keeps the captions of the others", async () => {
    const good = (caption: string) => new Image(new Uint8Array(1), { shape: [1, 1], caption });
    const { value, said } = await recorded([
      good("a"),
      new Image(Uint8Array.of(1, 2, 3)),
      new Image([1], { shape: [2, 2] }),
      good("d"),
    ]);
    expect(value).toMatchObject({ count: 2, captions: ["a", "d"] });
    expect(value.filenames).toHaveLength(2);
    expect(said.join()).toMatch(/no PNG/);
    expect(said.join()).toMatch(/has 4 values/);
  });

  test("a list keeps 108 images, and says how many it left out", async () => {
    const list = Array.from({ length: 110 }, () => new Image(new Uint8Array(1), { shape: [1, 1] }));
    const { value, said } = await recorded(list);
    expect(value.count).toBe(108);
    expect(said).toEqual([expect.stringContaining("2 left out")]);
  });
});
