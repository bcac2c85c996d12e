import { alternative, dataUrl, type Picture, pictureTag } from "../../charts/picture.ts";
import type { ImageJob } from "../../record/media_job.ts";
import { encodedImage } from "../make/image.ts";
import { shrinkImage } from "../make/shrink.ts";
import type { Shown } from "../show.ts";
import type { BoxLayer } from "./annotations.ts";
import { pictureBoxes, shrinkMask, tinted } from "./layers.ts";

type BoxLayers = { readonly [layer: string]: BoxLayer };

/** A larger image would make the notebook's file large; it is only described. */
const MAX_BYTES = 2_000_000;
const MAX_THUMBNAIL_BYTES = 20_000;
const THUMBNAIL_SIDE = 128;

/** MIME types by format. */
const IMAGE_MIME = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
} as const;

/** An image as a small one in a table, with its boxes and masks; undefined when it is large. */
export function thumbnail(job: ImageJob, layers: BoxLayers): Picture | undefined {
  const { bytes, format, width = 0, height = 0 } = encodedImage(job.source, () => {});
  const small = (format === "png" || format === "jpg") && bytes.length > MAX_THUMBNAIL_BYTES
    ? shrinkImage(bytes, format, THUMBNAIL_SIDE)
    : { mime: IMAGE_MIME[format], bytes };
  if (small.bytes.length > MAX_THUMBNAIL_BYTES) return undefined;
  const size = { width, height };
  return {
    source: dataUrl(small.mime, small.bytes),
    ...size,
    boxes: Object.values(layers).flatMap((layer) => pictureBoxes(layer, size)),
    overlays: Object.values(job.masks ?? {}).map((mask) =>
      dataUrl("image/png", tinted(shrinkMask(mask, THUMBNAIL_SIDE)))
    ),
  };
}

/** An image as a cell shows it, with its boxes and masks. */
export function showImage(job: ImageJob, layers: BoxLayers): Shown {
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
    boxes: Object.values(layers).flatMap((layer) => pictureBoxes(layer, { width, height })),
    overlays: Object.values(job.masks ?? {}).map((mask) => dataUrl("image/png", tinted(mask))),
  };
  return { html: pictureTag(picture), text: alternative(picture) };
}
