import { convertIndexedToRgb, decode as decodePng } from "fast-png";
import jpeg from "jpeg-js";
import type { Pixels } from "../../record/media_job.ts";
import { decodeGif } from "./gif.ts";
import { encodePng } from "./png.ts";

/** A decoded image: bytes, row by row. */
export interface Raster extends Pixels {
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What decoding may take: a photograph of a telephone, and no more. */
const MAX_MEGAPIXELS = 24;
const DECODING = { maxResolutionInMP: MAX_MEGAPIXELS, maxMemoryUsageInMB: 300 };
/** Where a PNG says how wide it is; its height is next to it. */
const PNG_WIDTH = 16;
const JPEG_QUALITY = 80;

/** The formats that can be decoded. */
export type RasterFormat = "png" | "jpg" | "gif";

/**
 * Decodes an image; of one that moves, the beginning.
 *
 * @throws {Error} When it is damaged, or too large.
 */
export function decodeImage(bytes: Uint8Array, format: RasterFormat): Raster {
  if (format === "jpg") {
    const options = { ...DECODING, useTArray: true, formatAsRGBA: false } as const;
    const { width, height, data } = jpeg.decode(bytes, options);
    return { data: Uint8Array.from(data), width, height, channels: 3 };
  }
  if (format === "gif") return decodeGif(bytes, 1e6 * MAX_MEGAPIXELS);
  const header = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pixels = header.getUint32(PNG_WIDTH) * header.getUint32(PNG_WIDTH + 4);
  if (pixels > 1e6 * MAX_MEGAPIXELS) {
    throw new RangeError(`it has ${pixels} pixels, of at most ${MAX_MEGAPIXELS} million`);
  }
  const png = decodePng(bytes);
  const { width, height, depth, palette } = png;
  const values = palette === undefined ? png.data : convertIndexedToRgb(png);
  const channels = (values.length / (width * height)) as Raster["channels"];
  // Palettes give bytes already.
  const full = palette === undefined ? 2 ** depth - 1 : 255;
  const data = Uint8Array.from(values, full === 255 ? undefined : (value) => 255 * value / full);
  return { data, width, height, channels };
}

/** Encodes an image as what is smaller: PNG, or JPEG where nothing shines through. */
export function encodeSmall(raster: Raster): { mime: string; bytes: Uint8Array } {
  const png = encodePng(raster);
  const { data, width, height, channels } = raster;
  if (channels === 2 || channels === 4 || png.length < PNG_BYTES) {
    return { mime: "image/png", bytes: png };
  }
  const rgba = new Uint8Array(4 * width * height).fill(255);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = data[channels * i + (channels === 1 ? 0 : c)]!;
  }
  const bytes = Uint8Array.from(jpeg.encode({ data: rgba, width, height }, JPEG_QUALITY).data);
  return bytes.length < png.length
    ? { mime: "image/jpeg", bytes }
    : { mime: "image/png", bytes: png };
}

/** Sharp drawings are small PNGs, which JPEG would only blur. */
const PNG_BYTES = 4_000;
