import { seriesColor } from "../../charts/palette.ts";
import type { PictureBox } from "../../charts/picture.ts";
import type { Pixels } from "../../record/media_job.ts";
import { encodePng } from "../make/png.ts";
import type { Box, BoxLayer } from "./annotations.ts";

const MASK_OPACITY = 140;

/** The boxes of a layer as they are drawn, in pixels of the image. */
export function pictureBoxes(
  { boxes, labels }: BoxLayer,
  image: { readonly width: number; readonly height: number },
): PictureBox[] {
  return boxes.map((box) => {
    const { caption, classId } = box;
    return { ...placeOf(box, image), label: caption ?? labels?.[classId] ?? "", classId };
  });
}

function placeOf(
  { position, domain }: Box,
  { width, height }: { readonly width: number; readonly height: number },
): Pick<PictureBox, "x" | "y" | "width" | "height"> {
  const [x, y, w, h] = "middle" in position
    ? [
      position.middle[0] - position.width / 2,
      position.middle[1] - position.height / 2,
      position.width,
      position.height,
    ]
    : [
      position.minX,
      position.minY,
      position.maxX - position.minX,
      position.maxY - position.minY,
    ];
  const [unitX, unitY] = domain === "pixel" ? [1, 1] : [width, height];
  return { x: x * unitX, y: y * unitY, width: w * unitX, height: h * unitY };
}

/** A mask as a PNG in the colours of its classes; class 0 is the background, and clear. */
export function tinted({ data, width, height }: Pixels): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < data.length; i++) {
    const id = data[i]!;
    if (id === 0) continue;
    const color = Number.parseInt(seriesColor(id).slice(1), 16);
    rgba.set([color >> 16, (color >> 8) & 255, color & 255, MASK_OPACITY], i * 4);
  }
  return encodePng({ data: rgba, width, height, channels: 4 });
}

/** A mask with at most `side` pixels a side: classes have no mean, so each pixel is one of them. */
export function shrinkMask({ data, width, height, channels }: Pixels, side: number): Pixels {
  const factor = Math.max(1, Math.max(width, height) / side);
  const w = Math.max(1, Math.round(width / factor));
  const h = Math.max(1, Math.round(height / factor));
  const small = new Uint8Array(w * h);
  for (let y = 0; y < h; y++) {
    const row = Math.floor((y + 0.5) * height / h) * width;
    for (let x = 0; x < w; x++) {
      small[y * w + x] = data[(row + Math.floor((x + 0.5) * width / w)) * channels]!;
    }
  }
  return { data: small, width: w, height: h, channels: 1 };
}
