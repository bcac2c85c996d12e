import { orientationOf, turned } from "./orientation.ts";
import { decodeImage, encodeSmall, type Raster, type RasterFormat } from "./raster.ts";

/**
 * An image again, with at most `side` pixels a side, the way up that its camera had.
 *
 * @throws {Error} When it is damaged, or too large to be decoded.
 */
export function shrinkImage(
  image: Uint8Array,
  format: RasterFormat,
  side: number,
): { readonly mime: string; readonly bytes: Uint8Array } {
  const small = shrink(decodeImage(image, format), side);
  return encodeSmall(format === "jpg" ? turned(small, orientationOf(image)) : small);
}

/** Each pixel is the mean of those that it covers. */
function shrink(raster: Raster, side: number): Raster {
  const { data, width, height, channels } = raster;
  const factor = Math.max(width, height) / side;
  if (factor <= 1) return raster;
  const w = Math.max(1, Math.round(width / factor));
  const h = Math.max(1, Math.round(height / factor));
  const small = new Uint8Array(w * h * channels);
  for (let y = 0; y < h; y++) {
    const top = Math.floor(y * height / h);
    const bottom = Math.max(top + 1, Math.floor((y + 1) * height / h));
    for (let x = 0; x < w; x++) {
      const left = Math.floor(x * width / w);
      const right = Math.max(left + 1, Math.floor((x + 1) * width / w));
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++) {
            sum += data[(row * width + column) * channels + c]!;
          }
        }
        small[(y * w + x) * channels + c] = Math.round(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return { data: small, width: w, height: h, channels };
}
