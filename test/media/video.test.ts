import omggif from "omggif";
import { describe, expect, test } from "vitest";
import { Table, Video, type VideoOptions, type VideoSource } from "../../mod.ts";
import { record, recorded } from "./recording.ts";

interface Gif {
  readonly width: number;
  readonly height: number;
  /** Red, green and blue of each pixel, by frame. */
  readonly frames: readonly (readonly number[])[];
  /** In hundredths of a second. */
  readonly delays: readonly number[];
}

function decode(bytes: Uint8Array): Gif {
  const { GifReader } = omggif as unknown as {
    GifReader: new (bytes: Uint8Array) => {
      width: number;
      height: number;
      numFrames(): number;
      frameInfo(frame: number): { delay: number };
      decodeAndBlitFrameRGBA(frame: number, to: Uint8Array): void;
    };
  };
  const gif = new GifReader(bytes);
  const { width, height } = gif;
  const numbers = Array.from({ length: gif.numFrames() }, (_, i) => i);
  return {
    width,
    height,
    frames: numbers.map((i) => {
      const rgba = new Uint8Array(4 * width * height);
      gif.decodeAndBlitFrameRGBA(i, rgba);
      return [...rgba.filter((_, at) => at % 4 < 3)];
    }),
    delays: numbers.map((i) => gif.frameInfo(i).delay),
  };
}

/** The video that is recorded, decoded. */
async function video(source: VideoSource, options: VideoOptions): Promise<Gif> {
  const recording = await recorded(new Video(source, options));
  expect(recording.said).toEqual([]);
  const gif = decode(recording.bytes(recording.value.path));
  expect(recording.value).toMatchObject({ width: gif.width, height: gif.height });
  return gif;
}

async function refusal(source: unknown, options: VideoOptions = {}): Promise<string> {
  const { value, said } = await recorded(new Video(source as VideoSource, options));
  expect(value ?? null).toBeNull();
  return said.join("\n");
}

const grey = (levels: readonly number[]) => levels.flatMap((level) => [level, level, level]);
/** Two frames of 3 by 2 pixels in RGB. */
const RGB = Uint8Array.from({ length: 36 }, (_, i) => (i * 37) % 256);

describe("log() of the frames of a video", () => {
  test("gives W&B's shape: a GIF with its size", async () => {
    const recording = await recorded(
      new Video(RGB, { shape: [2, 2, 3, 3], caption: "c" }),
      "val/clip",
    );
    expect(recording.value).toEqual({
      _type: "video-file",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      size: recording.bytes(recording.value.path).length,
      path: `media/videos/val/clip_0_${recording.value.sha256.slice(0, 20)}.gif`,
      caption: "c",
      width: 3,
      height: 2,
    });
  });

  test("keeps up to 256 colours of a frame exactly, at 4 frames a second", async () => {
    const gif = await video(RGB, { shape: [2, 2, 3, 3] });
    expect(gif).toEqual({
      width: 3,
      height: 2,
      frames: [[...RGB.subarray(0, 18)], [...RGB.subarray(18)]],
      delays: [25, 25],
    });
    const ramp = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect((await video(ramp, { shape: [1, 16, 16] })).frames).toEqual([grey([...ramp])]);
  });

  test("takes channels before the height, as W&B and PyTorch have them", async () => {
    const first = Uint8Array.from({ length: 36 }, (_, i) => {
      const [frame, channel, pixel] = [Math.floor(i / 18), Math.floor(i / 6) % 3, i % 6];
      return RGB[frame * 18 + pixel * 3 + channel]!;
    });
    const { frames } = await video(first, { shape: [2, 3, 2, 3], channels: "first" });
    expect(frames).toEqual([[...RGB.subarray(0, 18)], [...RGB.subarray(18)]]);
    const wide = await video(new Uint8Array(3 * 2 * 10), { shape: [1, 3, 2, 10] });
    expect([wide.width, wide.height]).toEqual([10, 2]);
  });

  test("takes a list of arrays, of tensors and of what canvases give", async () => {
    const levels = [0, 100, 200, 255];
    const frames = [Uint8Array.from(levels), Uint8Array.from(levels.toReversed())];
    const expected = [grey(levels), grey(levels.toReversed())];
    expect((await video(frames, { shape: [2, 2] })).frames).toEqual(expected);
    const tensors = frames.map((frame) => ({
      shape: [2, 2, 1],
      dataSync: () => Float32Array.from(frame, (level) => level / 255),
    }));
    expect((await video(tensors, {})).frames).toEqual(expected);
    const canvases = frames.map((frame) => ({
      width: 2,
      height: 2,
      data: Uint8ClampedArray.from([...frame].flatMap((level) => [level, level, level, 255])),
    }));
    expect((await video(canvases, {})).frames).toEqual(expected);
  });

  test("shows the videos of a batch beside one another, in a power of two of places", async () => {
    const gif = await video(Uint8Array.of(10, 11, 20, 21, 30, 31), { shape: [3, 2, 1, 1, 1] });
    expect([gif.width, gif.height]).toEqual([4, 1]);
    expect(gif.frames).toEqual([grey([10, 20, 30, 0]), grey([11, 21, 31, 0])]);
    const four = await video(Uint8Array.of(1, 2, 3, 4), { shape: [4, 1, 1, 1, 1] });
    expect([four.width, four.height, four.frames[0]]).toEqual([2, 2, grey([1, 2, 3, 4])]);
    // What wandb.Video of wandb 0.30.0 makes of the same numbers.
    const eight = await video(Uint8Array.from({ length: 48 }, (_, i) => i), {
      shape: [8, 1, 3, 1, 2],
      channels: "first",
    });
    const start = [0, 1, 6, 7, 12, 13, 18, 19, 24, 25, 30, 31, 36, 37, 42, 43];
    expect([eight.width, eight.height]).toEqual([8, 2]);
    expect(eight.frames).toEqual([start.flatMap((n) => [n, n + 2, n + 4])]);
  });

  test("brings more colours down to 256", async () => {
    const noise = Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => (i * i * 31) % 256);
    const [frame = []] = (await video(noise, { shape: [1, 40, 40, 3] })).frames;
    const error = frame.reduce((sum, value, i) => sum + Math.abs(value - noise[i]!), 0);
    expect(error / frame.length).toBeLessThan(20);
    const colors = new Set(frame.map((_, i) => i % 3 ? "" : frame.slice(i, i + 3).join()));
    expect(colors.size).toBeGreaterThan(100);
  });

  test("keeps the time: rounding does not add up, and no frame is too short to be played", async () => {
    const of = async (fps: number) =>
      (await video(new Uint8Array(30), { shape: [30, 1, 1], fps })).delays;
    expect((await of(30)).reduce((sum, delay) => sum + delay, 0)).toBe(100);
    expect(new Set(await of(30))).toEqual(new Set([3, 4]));
    expect(new Set(await of(200))).toEqual(new Set([2]));
  });

  test("frames that change after log() are recorded as they were", async () => {
    const recording = record();
    const frames = [new Uint8Array(4).fill(7), new Uint8Array(4).fill(8)];
    recording.run.log({ x: new Video(frames, { shape: [2, 2] }) });
    for (const frame of frames) frame.fill(0);
    const { path } = await recording.value("x");
    expect(decode(recording.bytes(path)).frames).toEqual([
      grey([7, 7, 7, 7]),
      grey([8, 8, 8, 8]),
    ]);
  });

  test("a list and a table hold such videos beside files", async () => {
    const recording = record();
    const clip = new Video(new Uint8Array(8), { shape: [2, 2, 2], caption: "frames" });
    const table = new Table(["clip"]);
    table.addData(clip);
    recording.run.log({ clips: [clip, new Video(new Uint8Array(3), { format: "mp4" })], table });
    const [row] = await recording.rows() as { clips: unknown; table: { path: string } }[];
    expect(row!.clips).toMatchObject({
      _type: "videos",
      count: 2,
      videos: [{ path: expect.stringMatching(/\.gif$/) }, { path: expect.stringMatching(/mp4$/) }],
      captions: ["frames", ""],
    });
    const { data } = JSON.parse(recording.text(row!.table.path));
    expect(data[0][0]).toMatchObject({ _type: "video-file", width: 2, height: 2 });
  });

  test("shows them as an image at the end of a cell", async () => {
    const clip = new Video(new Uint8Array(8), { shape: [2, 2, 2] });
    const shown = await clip[Symbol.for("Jupyter.display") as never] as unknown;
    const bundle = await (shown as () => Promise<Record<string, string>>).call(clip);
    expect(bundle["text/html"]).toContain('src="data:image/gif;base64,');
  });

  test.each([
    [new Float32Array(8), {}, /frames have the shape/],
    [new Uint8Array(8), { shape: [2, 2] }, /frames have the shape/],
    [new Uint8Array(8), { shape: [3, 2, 2] }, /have 12 values, and their data has 8/],
    [new Uint8Array(8), { shape: [0, 2, 2] }, /have 0 values/],
    [new Uint8Array(60), { shape: [1, 5, 2, 6] }, /1 to 4/],
    [[new Uint8Array(4), new Uint8Array(5)], { shape: [2, 2] }, /frame 1 has .* and 5 values/],
    [[new Uint8Array(4)], {}, /needs the shape of a frame/],
    [[], {}, /frames have the shape/],
    [new Uint8Array(4), { shape: [1, 2, 2], fps: 0 }, /frames a second, not 0/],
    [new Uint8Array(4), { shape: [1, 2, 2], format: "mp4" }, /become a GIF/],
    [null, {}, /a path or bytes/],
    [
      {
        shape: [1, 2, 2],
        dataSync: () => {
          throw new Error("Tensor is disposed.");
        },
      },
      {},
      /disposed/,
    ],
  ])("what are no frames is refused with a reason (%#)", async (source, options, reason) => {
    expect(await refusal(source, options as VideoOptions)).toMatch(reason);
  });
});
