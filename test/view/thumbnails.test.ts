import jpeg from "jpeg-js";
import { decode, encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { Image, Object3D, Table, Video } from "../../mod.ts";
import { draw } from "../../src/view/draw.ts";
import { Follower } from "../../src/view/follower.ts";
import { encodePng } from "../../src/media/make/png.ts";
import { orientationOf } from "../../src/media/make/orientation.ts";
import { shrinkImage } from "../../src/media/make/shrink.ts";
import { record, type Recording } from "../media/recording.ts";

async function panelOf({ run, directory }: Recording): Promise<string> {
  await run.finish();
  const follower = new Follower(directory);
  try {
    return (await draw(follower, { kind: "panel" })).html;
  } finally {
    follower.close();
  }
}

/** The images of a panel: their words, and what they are made of. */
function imagesOf(html: string): { alt: string; mime: string; bytes: Uint8Array; text: string }[] {
  return [...html.matchAll(/<img alt="(An image[^"]*)"[^>]*src="data:([^;]+);base64,([^"]+)"/g)]
    .map(
      ([, alt, mime, base64]) => {
        const bytes = Uint8Array.fromBase64(base64!);
        return { alt: alt!, mime: mime!, bytes, text: new TextDecoder().decode(bytes) };
      },
    );
}

/** A photograph of a kind: left half dark, right half light, and noise. */
function photo(width: number, height: number): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const grain = ((i % width) * (i >> 3)) % 31;
    const level = (i % width < width / 2 ? 40 : 200) + grain;
    data.set([level, level, level, 255], 4 * i);
  }
  return Uint8Array.from(jpeg.encode({ data, width, height }, 95).data);
}

/** The same with what a camera says of how it was held. */
function heldAs(image: Uint8Array, orientation: number, littleEndian: boolean): Uint8Array {
  const exif = new Uint8Array(36);
  const view = new DataView(exif.buffer);
  view.setUint16(0, 0xffe1);
  view.setUint16(2, 34);
  exif.set(new TextEncoder().encode("Exif"), 4);
  view.setUint16(10, littleEndian ? 0x4949 : 0x4d4d);
  view.setUint16(12, 42, littleEndian);
  view.setUint32(14, 8, littleEndian);
  view.setUint16(18, 1, littleEndian);
  view.setUint16(20, 0x0112, littleEndian);
  view.setUint16(22, 3, littleEndian);
  view.setUint32(24, 1, littleEndian);
  view.setUint16(28, orientation, littleEndian);
  return Uint8Array.from([...image.subarray(0, 2), ...exif, ...image.subarray(2)]);
}

describe("a panel of a run with images", () => {
  test("shows a large JPEG as a small one", async () => {
    const recording = record();
    const file = photo(800, 600);
    expect(file.length).toBeGreaterThan(50_000);
    recording.run.log({ photo: new Image(file, { caption: "a photograph" }) });
    const [image] = imagesOf(await panelOf(recording));
    expect(image).toMatchObject({
      alt: "An image of 800 by 600 pixels: a photograph",
      mime: "image/jpeg",
    });
    expect(image!.bytes.length).toBeLessThan(16_000);
    const { width, height, data } = jpeg.decode(image!.bytes, { useTArray: true });
    expect([width, height]).toEqual([192, 144]);
    expect(data[4 * (72 * 192 + 24)]).toBeLessThan(90);
    expect(data[4 * (72 * 192 + 170)]).toBeGreaterThan(190);
  });

  test("draws boxes and masks over them, alone, in lists and in tables", async () => {
    const recording = record();
    const image = (options = {}) =>
      new Image(new Uint8Array(3 * 400 * 300).fill(90), {
        shape: [300, 400, 3],
        boxes: {
          found: {
            boxes: [{
              position: { minX: 0.25, maxX: 0.5, minY: 0.5, maxY: 1 },
              classId: 1,
              caption: `<boat>`,
            }, {
              position: { middle: [100, 50], width: 40, height: 20 },
              domain: "pixel",
              classId: 2,
            }],
            labels: { 2: "cat" },
          },
        },
        masks: { ground: { data: new Uint8Array(400 * 300).fill(3), shape: [300, 400] } },
        ...options,
      });
    const plain = { boxes: {}, masks: {} };
    const table = new Table(["scene"]);
    table.addData(image());
    recording.run.log({ scene: image(), scenes: [image(plain), image()], table });
    const html = await panelOf(recording);
    expect(html).not.toMatch(/<(script|svg|style|iframe)/);
    const [alone, first, second, cell, ...more] = imagesOf(html);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ alt: "An image of 400 by 300 pixels", mime: "image/png" });
    for (const drawn of [alone, second, cell]) {
      expect(drawn!.alt).toBe("An image of 400 by 300 pixels with 2 boxes");
      expect(drawn!.text).toContain('<rect x="100" y="150" width="100" height="150" fill="none"');
      expect(drawn!.text).toContain('<rect x="80" y="40" width="40" height="20" fill="none"');
      expect(drawn!.text.match(/<image href="data:image\/png/g)).toHaveLength(2);
    }
    expect(alone!.text).toContain("&lt;boat&gt;");
    expect(alone!.text).toContain(">cat</text>");
    // There is no room for labels in a small one.
    expect(second!.text).not.toContain("<text");
    const [, , mask] = /<image href="([^"]+)".*<image href="data:image\/png;base64,([^"]+)"/.exec(
      alone!.text,
    )!;
    const { width, height, data } = decode(Uint8Array.fromBase64(mask!));
    expect([width, height, data[3]]).toEqual([192, 144, 140]);
  });

  test("leaves out layers that are damaged or lead elsewhere, and keeps the image", async () => {
    const recording = record();
    const box = { position: { minX: 0, maxX: 1, minY: 0, maxY: 1 }, classId: 1 };
    recording.run.log({
      scene: new Image(new Uint8Array(16), { shape: [4, 4], boxes: { a: { boxes: [box] } } }),
    });
    await recording.run.finish();
    const { directory } = recording;
    const [layer] = [
      ...Deno.readTextFileSync(`${directory}/files.jsonl`)
        .matchAll(/"path":"([^"]+boxes2D\.json)"/g),
    ];
    const file = `${directory}/files/${layer![1]}`;
    const odd = [null, 5, { position: { minX: "0" } }, { position: { middle: [1], width: 1 } }];
    for (const text of ["{", "[]", '{"box_data":5}', JSON.stringify({ box_data: odd })]) {
      Deno.writeTextFileSync(file, text);
      const [image] = imagesOf(await panelOf(recording));
      expect(image).toMatchObject({ alt: "An image of 4 by 4 pixels", mime: "image/png" });
    }
    const secret = `${directory}/secret.json`;
    Deno.writeTextFileSync(secret, JSON.stringify({ box_data: [{ ...box, class_id: 1 }] }));
    Deno.removeSync(file);
    Deno.symlinkSync(secret, file);
    expect(imagesOf(await panelOf(recording))[0]!.alt).toBe("An image of 4 by 4 pixels");
  });

  test("shows a small video of frames as it moves", async () => {
    const recording = record();
    recording.run.log({ clip: new Video(new Uint8Array(64), { shape: [4, 4, 4] }) });
    expect(imagesOf(await panelOf(recording))[0]!.mime).toBe("image/gif");
  });

  test("shows the first frame of a larger one, and says so", async () => {
    const recording = record();
    const noise = (n: number) => (n * n * 31 + (n >> 7) * 17) % 256;
    const frames = Uint8Array.from(
      { length: 6 * 300 * 400 },
      (_, i) => i < 120_000 ? 80 : noise(i),
    );
    recording.run.log({ clip: new Video(frames, { shape: [6, 300, 400], caption: "a walk" }) });
    const [image] = imagesOf(await panelOf(recording));
    expect(image).toMatchObject({
      alt: "An image of 400 by 300 pixels: a walk · first frame",
      mime: "image/png",
    });
    const { width, height, data } = decode(image!.bytes);
    expect([width, height, data[0]]).toEqual([192, 144, 80]);
  });

  test("says in words what a GIF is that would take too much memory, or is damaged", async () => {
    for (
      const damage of [
        (gif: Uint8Array) => gif.fill(0xff, 6, 10),
        (gif: Uint8Array) => gif.fill(0, 800),
      ]
    ) {
      const recording = record();
      const frames = Uint8Array.from(
        { length: 300 * 400 },
        (_, i) => (i * i * 31 + (i >> 7) * 17) % 256,
      );
      recording.run.log({ clip: new Video(frames, { shape: [1, 300, 400] }) });
      await recording.run.finish();
      const { directory } = recording;
      const [, path] = /"path":"([^"]+\.gif)"/.exec(
        Deno.readTextFileSync(`${directory}/files.jsonl`),
      )!;
      const file = `${directory}/files/${path}`;
      const gif = Deno.readFileSync(file);
      expect(gif.length).toBeGreaterThan(24_000);
      damage(gif);
      Deno.writeFileSync(file, gif);
      const html = await panelOf(recording);
      expect(imagesOf(html)).toEqual([]);
      expect(html).toContain("video of 400 × 300");
    }
  });

  test("shows what points look like, and names what has none", async () => {
    const recording = record();
    recording.run.log({
      cloud: new Object3D([[0, 0, 0], [1, 0, 2], [0, 1, 1]], { caption: "three" }),
      scene: new Object3D({ type: "lidar/beta", points: [[0, 0, 0], [1, 1, 1]] }),
      none: new Object3D({ type: "lidar/beta", boxes: [] }),
    });
    const html = await panelOf(recording);
    const images = imagesOf(html);
    expect(images.map(({ alt }) => alt)).toEqual(["An image: three", "An image"]);
    for (const { bytes } of images) expect(decode(bytes).width).toBe(192);
    expect(html).toContain("none <span");
    expect(html).toContain("step 0 · 3D object");
  });

  test("has numbers to the right in tables with gaps", async () => {
    const recording = record();
    const table = new Table(["size", "name"]);
    for (const [i, size] of [1.5, null, NaN].entries()) table.addData(size, `row ${i}`);
    recording.run.log({ table });
    const cells = (await panelOf(recording)).match(/<td style="[^"]*"/g)!;
    expect(cells.map((cell) => /text-align:(\w+)/.exec(cell)![1])).toEqual(
      ["right", "left", "right", "left", "right", "left"],
    );
  });
});

describe("shrinkImage()", () => {
  test.each([
    [1, [[0, 40], [1, 200]], [40, 20]],
    [2, [[0, 200], [1, 40]], [40, 20]],
    [3, [[0, 200], [1, 40]], [40, 20]],
    [4, [[0, 40], [1, 200]], [40, 20]],
  ])("turns a photograph as its camera says: %d", (orientation, levels, size) => {
    for (const littleEndian of [true, false]) {
      const held = heldAs(photo(40, 20), orientation, littleEndian);
      expect(orientationOf(held)).toBe(orientation);
      const { mime, bytes } = shrinkImage(held, "jpg", 40);
      const { data, width, height, channels } = mime === "image/png"
        ? decode(bytes)
        : { ...jpeg.decode(bytes, { useTArray: true }), channels: 4 };
      expect([width, height]).toEqual(size);
      for (const [side, level] of levels) {
        const at = (10 * width + 5 + side! * 28) * channels;
        expect(Math.abs(data[at]! - level! - 15)).toBeLessThan(35);
      }
    }
  });

  test.each([5, 6, 7, 8])("turns one that was held upright: %d", (orientation) => {
    const { mime, bytes } = shrinkImage(heldAs(photo(40, 20), orientation, true), "jpg", 40);
    const { data, width, height, channels } = mime === "image/png"
      ? decode(bytes)
      : { ...jpeg.decode(bytes, { useTArray: true }), channels: 4 };
    expect([width, height]).toEqual([20, 40]);
    const darkAbove = data[(5 * width + 10) * channels]! < data[(35 * width + 10) * channels]!;
    // What was left is above when it was turned to the right, or mirrored along a diagonal.
    expect(darkAbove).toBe(orientation === 5 || orientation === 6);
  });

  test("a photograph that ends early, or says nonsense of itself, is not turned", () => {
    const held = heldAs(photo(40, 20), 9, true);
    expect(orientationOf(held)).toBe(1);
    const turned = heldAs(photo(40, 20), 6, true);
    for (let length = 0; length < 60; length++) {
      expect(orientationOf(turned.subarray(0, length))).toBe(length < 32 ? 1 : 6);
    }
  });

  test("brings 16 bits a channel down to 8", () => {
    const deep = encode({
      width: 2,
      height: 1,
      channels: 1,
      depth: 16,
      data: Uint16Array.of(0, 65_535),
    });
    const { data, depth } = decode(shrinkImage(deep, "png", 100).bytes);
    expect([...data, depth]).toEqual([0, 255, 8]);
  });

  test("keeps what shines through, as a PNG", () => {
    const clear = encodePng({
      data: Uint8Array.from({ length: 400 * 400 * 4 }, (_, i) => i % 4 === 3 ? 128 : i * i),
      width: 400,
      height: 400,
      channels: 4,
    });
    const { mime, bytes } = shrinkImage(clear, "png", 100);
    expect(mime).toBe("image/png");
    const { width, channels, data } = decode(bytes);
    expect([width, channels, data[3]]).toEqual([100, 4, 128]);
  });

  test("an image that would take all memory is refused", () => {
    const png = encodePng({ data: new Uint8Array(4), width: 2, height: 2, channels: 1 });
    new DataView(png.buffer, png.byteOffset).setUint32(16, 60_000);
    new DataView(png.buffer, png.byteOffset).setUint32(20, 60_000);
    expect(() => shrinkImage(png, "png", 100)).toThrow(/3600000000 pixels/);
    const bomb = photo(16, 16);
    const at = bomb.findIndex((byte, i) => byte === 0xff && bomb[i + 1] === 0xc0);
    new DataView(bomb.buffer).setUint16(at + 5, 60_000);
    new DataView(bomb.buffer).setUint16(at + 7, 60_000);
    expect(() => shrinkImage(bomb, "jpg", 100)).toThrow(/maxResolutionInMP|memory/i);
  });
});
