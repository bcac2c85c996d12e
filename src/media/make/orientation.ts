import type { Raster } from "./raster.ts";

const EXIF = 0xe1;
const START_OF_SCAN = 0xda;
const TAG = 0x0112;

/**
 * How a JPEG is to be turned, as its camera says: 1 for not at all, 2 to 8 as EXIF numbers them.
 * What is damaged is not turned.
 */
export function orientationOf(jpeg: Uint8Array): number {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  try {
    for (let at = 2; view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
      const marker = view.getUint8(at + 1);
      if (marker === START_OF_SCAN) return 1;
      if (marker !== EXIF || view.getUint32(at + 4) !== 0x45786966) continue;
      const tiff = at + 10;
      const little = view.getUint16(tiff) === 0x4949;
      const directory = tiff + view.getUint32(tiff + 4, little);
      const entries = view.getUint16(directory, little);
      for (let i = 0; i < entries; i++) {
        const entry = directory + 2 + 12 * i;
        if (view.getUint16(entry, little) !== TAG) continue;
        const value = view.getUint16(entry + 8, little);
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
  } catch {
    // It ends before it has said so.
  }
  return 1;
}

/** An image turned, or mirrored, as an orientation of EXIF says. */
export function turned(raster: Raster, orientation: number): Raster {
  if (orientation === 1) return raster;
  const { data, width, height, channels } = raster;
  const onSide = orientation > 4;
  const [w, h] = onSide ? [height, width] : [width, height];
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const all = new Uint8Array(data.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [across, down] = onSide ? [y, x] : [x, y];
      const column = fromRight ? width - 1 - across : across;
      const row = fromBottom ? height - 1 - down : down;
      const from = (row * width + column) * channels;
      all.set(data.subarray(from, from + channels), (y * w + x) * channels);
    }
  }
  return { data: all, width: w, height: h, channels };
}
