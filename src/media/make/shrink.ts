import { convertIndexedToRgb, decode } from "fast-png";
import { encodePng } from "./png.ts";

/** A PNG again, with at most `side` pixels a side; each pixel is the mean of those that it covers. */
export function shrinkPng(png: Uint8Array, side: number): Uint8Array {
  const decoded = decode(png);
  const { width, height, depth, palette } = decoded;
  const data = palette === undefined ? decoded.data : convertIndexedToRgb(decoded);
  const channels = (data.length / (width * height)) as 1 | 2 | 3 | 4;
  if (Math.max(width, height) <= side && depth === 8 && palette === undefined) return png;
  const factor = Math.max(1, Math.max(width, height) / side);
  const w = Math.max(1, Math.round(width / factor));
  const h = Math.max(1, Math.round(height / factor));
  const shift = depth === 16 ? 257 : depth === 8 ? 1 : 1 / (255 / (2 ** depth - 1));
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
        const mean = sum / ((bottom - top) * (right - left));
        small[(y * w + x) * channels + c] = Math.round(mean / shift);
      }
    }
  }
  return encodePng({ data: small, width: w, height: h, channels });
}
