import type { Json } from "../../record/lines.ts";
import type { Content, ImageJob, Pixels } from "../../record/media_job.ts";
import { type ImageFormat, imageFormat } from "./image_format.ts";
import type { MakeContext } from "./maker.ts";
import { encodePng } from "./png.ts";
import { sizeOfMediaFile } from "./media_files.ts";

/** A recorded image. */
export type ImageValue = {
  readonly _type: "image-file";
  readonly path: string;
  readonly format: string;
  readonly width?: number;
  readonly height?: number;
  readonly boxes?: Json;
  readonly masks?: Json;
  readonly [key: string]: Json;
};

/** Writes an image, encoded when it is not yet, with its boxes and masks. */
export function makeImage(job: ImageJob, context: MakeContext): ImageValue {
  const { key, step, files, warn } = context;
  const { source, caption, grouping, boxes = {}, masks = {} } = job;
  const { bytes, format, width, height } = encodedImage(source, warn);
  const place = { folder: "media/images", key, step, extension: `.${format}` };
  const file = files.write({ bytes }, place);
  return {
    _type: "image-file",
    ...file,
    format,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(caption === undefined ? {} : { caption }),
    ...(grouping === undefined ? {} : { grouping }),
    ...layers("boxes", boxes, (text) => ({
      _type: "boxes2D",
      ...files.write({ text }, {
        folder: "media/metadata/boxes2D",
        key,
        step,
        extension: ".boxes2D.json",
      }),
    })),
    ...layers("masks", masks, (pixels) => ({
      _type: "mask",
      ...files.write({ bytes: encodePng(pixels) }, {
        folder: "media/images/mask",
        key,
        step,
        extension: ".mask.png",
      }),
    })),
  };
}

function layers<T>(
  name: "boxes" | "masks",
  of: { readonly [layer: string]: T },
  make: (layer: T) => Json,
): { [name: string]: Json } {
  const entries = Object.entries(of);
  if (entries.length === 0) return {};
  return { [name]: Object.fromEntries(entries.map(([layer, value]) => [layer, make(value)])) };
}

/** An image's bytes, and what they are. */
export function encodedImage(
  source: Content | Pixels,
  warn: (message: string) => void,
): Omit<ImageFormat, "cut"> & { readonly bytes: Uint8Array<ArrayBuffer> } {
  if ("data" in source) {
    const { width, height } = source;
    return { bytes: encodePng(source), format: "png", width, height };
  }
  const bytes = bytesOf(source);
  const { cut, ...found } = imageFormat(bytes);
  if (cut) warn("the image is cut off: its end is missing");
  return { bytes, ...found };
}

function bytesOf(content: Content): Uint8Array<ArrayBuffer> {
  if ("bytes" in content) return content.bytes;
  if ("text" in content) return new TextEncoder().encode(content.text);
  sizeOfMediaFile(content.path);
  return Deno.readFileSync(content.path);
}
