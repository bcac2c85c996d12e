import omggif from "omggif";
import type { Pixels } from "../../record/media_job.ts";

/** What is used of omggif, which has no types of its own. */
interface Reader {
  readonly width: number;
  readonly height: number;
  frameInfo(frame: number): { readonly width: number; readonly height: number };
  decodeAndBlitFrameRGBA(frame: number, pixels: Uint8Array): void;
}

/**
 * Decodes the first frame of a GIF.
 *
 * @param maxPixels Of what it says that it has.
 * @throws {Error} When it is damaged, or too large.
 */
export function decodeGif(
  bytes: Uint8Array,
  maxPixels: number,
): Pixels & { readonly data: Uint8Array<ArrayBuffer> } {
  const { GifReader } = omggif as unknown as { GifReader: new (bytes: Uint8Array) => Reader };
  const gif = new GifReader(bytes);
  // A frame says its own size, whatever the whole is said to have.
  for (const { width, height } of [gif, gif.frameInfo(0)]) {
    if (width * height > maxPixels) throw new RangeError(`it has ${width} by ${height} pixels`);
  }
  const { width, height } = gif;
  const data = new Uint8Array(4 * width * height);
  gif.decodeAndBlitFrameRGBA(0, data);
  return { data, width, height, channels: 4 };
}
