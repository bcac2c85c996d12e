import {
  alternative,
  dataUrl,
  type Picture,
  type PictureBox,
  pictureTag,
} from "../../charts/picture.ts";
import { seriesColor } from "../../charts/palette.ts";
import type { ImageJob, Pixels } from "../../record/media_job.ts";
import { encodedImage } from "../make/image.ts";
import { encodePng } from "../make/png.ts";
import { shrinkPng } from "../make/shrink.ts";
import type { Shown } from "../show.ts";
import type { Box, BoxLayer } from "./annotations.ts";

/** A larger image would make the notebook's file large; it is only described. */
const MAX_BYTES = 2_000_000;
const MASK_OPACITY = 140;
const MAX_THUMBNAIL_BYTES = 20_000;
const THUMBNAIL_SIDE = 64;

/** MIME types by format. */
export const IMAGE_MIME = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
} as const;

/** An image as a small one in a table; undefined when it is large. */
export function thumbnail(job: ImageJob): Picture | undefined {
  const { bytes, format, width = 0, height = 0 } = encodedImage(job.source, () => {});
  const small = format === "png" && bytes.length > MAX_THUMBNAIL_BYTES
    ? shrinkPng(bytes, THUMBNAIL_SIDE)
    : bytes;
  if (small.length > MAX_THUMBNAIL_BYTES) return undefined;
  return { source: dataUrl(IMAGE_MIME[format], small), width, height };
}

/** An image as a cell shows it, with its boxes and masks. */
export function showImage(job: ImageJob, layers: { readonly [layer: string]: BoxLayer }): Shown {
  const { bytes, format, width = 0, height = 0 } = encodedImage(job.source, () => {});
  const { caption } = job;
  if (bytes.length > MAX_BYTES) {
    throw new RangeError(`the image has ${bytes.length} bytes; log it, and look at the run`);
  }
  const picture = {
    source: dataUrl(IMAGE_MIME[format], bytes),
    width,
    height,
    ...(caption === undefined ? {} : { caption }),
    boxes: Object.values(layers).flatMap(({ boxes, labels }) =>
      boxes.map((box) => pictureBox(box, { width, height, label: labelOf(box, labels) }))
    ),
    overlays: Object.values(job.masks ?? {}).map((mask) => dataUrl("image/png", tinted(mask))),
  };
  return { html: pictureTag(picture), text: alternative(picture) };
}

function labelOf({ caption, classId }: Box, labels: BoxLayer["labels"]): string {
  return caption ?? labels?.[classId] ?? "";
}

function pictureBox(
  { position, domain, classId }: Box,
  { width, height, label }: { width: number; height: number; label: string },
): PictureBox {
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
  return { x: x * unitX, y: y * unitY, width: w * unitX, height: h * unitY, label, classId };
}

/** A mask in the colours of its classes; class 0 is the background, and clear. */
function tinted({ data, width, height }: Pixels): Uint8Array {
  const rgba = new Uint8Array(width * height * 4);
  for (let i = 0; i < data.length; i++) {
    const id = data[i]!;
    if (id === 0) continue;
    const color = Number.parseInt(seriesColor(id).slice(1), 16);
    rgba.set([color >> 16, (color >> 8) & 255, color & 255, MASK_OPACITY], i * 4);
  }
  return encodePng({ data: rgba, width, height, channels: 4 });
}
