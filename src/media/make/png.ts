import { encode } from "fast-png";
import type { PixelData, Pixels } from "../../record/media_job.ts";

/** Encodes pixels as a PNG of 8 bits a channel. */
export function encodePng({ data, width, height, channels }: Pixels): Uint8Array<ArrayBuffer> {
  const png = encode({ width, height, channels, depth: 8, data: toBytes(data) }, {
    // Images of a training run are written once and looked at seldom: time counts for more.
    zlib: { level: 3 },
  });
  return new Uint8Array(png.buffer as ArrayBuffer, png.byteOffset, png.length);
}

/**
 * Pixels as bytes. Floats that are all from 0 to 1 go from black to white; other numbers are bytes
 * already, and are cut off at 0 and 255.
 */
export function toBytes(data: PixelData): Uint8Array | Uint8ClampedArray {
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return data;
  const floats = data instanceof Float32Array || data instanceof Float64Array;
  const factor = floats && data.every((value) => !(value < 0 || value > 1)) ? 255 : 1;
  const bytes = new Uint8ClampedArray(data.length);
  for (let i = 0; i < data.length; i++) bytes[i] = data[i]! * factor;
  return bytes;
}
