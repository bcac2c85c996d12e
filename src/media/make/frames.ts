import * as namespace from "gifenc";
import type { FileJob, FramesJob } from "../../record/media_job.ts";
import { toBytes } from "./png.ts";

/** What is used of gifenc, which has no types of its own. */
interface Gifenc {
  GIFEncoder(): {
    writeFrame(
      index: Uint8Array,
      width: number,
      height: number,
      options: { palette: Palette; delay: number },
    ): void;
    finish(): void;
    bytes(): Uint8Array<ArrayBuffer>;
  };
  quantize(rgba: Uint8Array, colors: number): Palette;
  applyPalette(rgba: Uint8Array, palette: Palette): Uint8Array;
}

type Palette = readonly (readonly number[])[];

// Loaders differ in whether they tell the names of a CommonJS module.
const { GIFEncoder, quantize, applyPalette } =
  ("GIFEncoder" in namespace ? namespace : namespace.default) as unknown as Gifenc;
const COLORS = 256;
/** Browsers play what is faster at 10 frames a second. */
const MIN_DELAY = 2;
const HUNDREDTHS = 100;

/**
 * Encodes frames as an animated GIF, with a turn for other things after each. Frames of up to 256
 * colours are kept exactly; the colours of others are brought down to 256.
 */
export async function framesFile(job: FramesJob): Promise<FileJob> {
  const { caption, fps, frames } = job;
  const picture = pictureOf(job);
  const { width, height, rgba } = picture;
  const gif = GIFEncoder();
  for (let i = 0; i < frames; i++) {
    picture.draw(i);
    const { palette, index } = exactly(rgba) ?? approximately(rgba);
    // Rounded from the beginning: of 3 frames at 30 a second one takes 4 hundredths, and two 3.
    const delay = Math.round(HUNDREDTHS * (i + 1) / fps) - Math.round(HUNDREDTHS * i / fps);
    gif.writeFrame(index, width, height, { palette, delay: 10 * Math.max(MIN_DELAY, delay) });
    await new Promise((resolve) => setTimeout(resolve));
  }
  gif.finish();
  return {
    kind: "file",
    type: "video-file",
    folder: "media/videos",
    extension: ".gif",
    content: { bytes: gif.bytes() },
    fields: { ...(caption === undefined ? {} : { caption }), width, height },
  };
}

/** Several videos are shown beside one another: in a power of two of places, as W&B has it. */
function pictureOf(job: FramesJob) {
  const { videos, frames, channels, channelsFirst } = job;
  const data = toBytes(job.data);
  const places = 2 ** Math.ceil(Math.log2(videos));
  const rows = 2 ** (Math.floor(Math.log2(videos)) >> 1);
  const columns = places / rows;
  const [width, height] = [columns * job.width, rows * job.height];
  const rgba = new Uint8Array(4 * width * height).fill(255);
  const size = job.width * job.height;
  const [step, plane] = channelsFirst ? [1, size] : [channels, 1];
  // Grey has one channel, and opacity has no place in a video.
  const [green, blue] = channels < 3 ? [0, 0] : [plane, 2 * plane];
  return {
    width,
    height,
    rgba,
    draw(frame: number) {
      for (let place = 0; place < places; place++) {
        const left = (place % columns) * job.width;
        const top = Math.floor(place / columns) * job.height;
        let from = (place * frames + frame) * size * channels;
        for (let y = 0; y < job.height; y++) {
          let to = 4 * ((top + y) * width + left);
          for (let x = 0; x < job.width; x++, to += 4, from += step) {
            // What lies beyond the last video is black.
            rgba[to] = data[from] ?? 0;
            rgba[to + 1] = data[from + green] ?? 0;
            rgba[to + 2] = data[from + blue] ?? 0;
          }
        }
      }
    },
  };
}

interface Indexed {
  readonly palette: Palette;
  readonly index: Uint8Array;
}

/** Null when there are too many colours. */
function exactly(rgba: Uint8Array<ArrayBuffer>): Indexed | null {
  const pixels = new Uint32Array(rgba.buffer);
  const index = new Uint8Array(pixels.length);
  const places = new Map<number, number>();
  const palette: number[][] = [];
  let [last, place] = [-1, 0];
  for (let i = 0; i < pixels.length; i++) {
    const color = pixels[i]!;
    if (color !== last) {
      last = color;
      const known = places.get(color);
      if (known === undefined) {
        if (palette.length === COLORS) return null;
        place = palette.length;
        places.set(color, place);
        palette.push([...rgba.subarray(4 * i, 4 * i + 3)]);
      } else place = known;
    }
    index[i] = place;
  }
  return { palette, index };
}

function approximately(rgba: Uint8Array): Indexed {
  const palette = quantize(rgba, COLORS);
  return { palette, index: applyPalette(rgba, palette) };
}
