import { dataUrl, type Picture } from "../charts/picture.ts";
import { isInnerPath } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";
import { readBoxes, type RecordedBoxes } from "./recorded_boxes.ts";

/** The longest side of a thumbnail that is made. */
const SIDE = 192;
/** Files up to here are shown as they are. */
const SMALL_BYTES = 6_000;
/** The same of what moves, of which there would be the beginning only, and of what is not decoded. */
const MOVING_BYTES = 24_000;
/** A larger file is not decoded. */
const MAX_BYTES = 16_000_000;
const MAX_BOXES_BYTES = 200_000;
const MAX_POINTS_BYTES = 1_000_000;
const POINTS = ".pts.json";
const KEPT = 128;
/** Layers of one image that are drawn. */
const LAYERS = 4;
const STILL = "first frame";
const GIF = "data:image/gif";
const MIME: { readonly [extension: string]: string } = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

/** Makes small images of the ones in a run, with their boxes and masks, and remembers them. */
export class Thumbnails {
  readonly #root: string;
  /** What was made of a file, by its path: files of media do not change. */
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(directory: string) {
    this.#root = join(directory, RUN_FILES.files);
  }

  /** A recorded image; null when it is too large to be shown small, or is not there. */
  async picture(value: { readonly [key: string]: unknown }): Promise<Picture | null> {
    const { path, caption, boxes, masks } = value;
    const source = await this.#of(path, (file, bytes) => shrink(file, bytes));
    if (source === null) return null;
    const size = { width: Number(value.width) || 0, height: Number(value.height) || 0 };
    const ofBoxes = await Promise.all(
      layersOf(boxes).map((layer) => this.#of(layer, (_, bytes) => readBoxes(bytes))),
    );
    const ofMasks = await Promise.all(
      layersOf(masks).map((layer) => this.#of(layer, (_, bytes) => shrinkMask(bytes))),
    );
    return {
      source,
      ...size,
      ...captionOf(caption, String(path).endsWith(".gif") && !source.startsWith(GIF)),
      boxes: ofBoxes.flatMap((draw: RecordedBoxes | null) => draw?.(size) ?? []),
      overlays: ofMasks.filter((mask) => mask !== null),
    };
  }

  /** What is made of a file; null when it is not there, too large or damaged. */
  #of<T>(
    path: unknown,
    make: (path: string, bytes: Uint8Array) => T | Promise<T>,
  ): Promise<T | null> {
    if (typeof path !== "string") return Promise.resolve(null);
    let made = this.#made.get(path) as Promise<T | null> | undefined;
    if (made === undefined) {
      made = this.#make(path, make).catch(() => null);
      if (this.#made.size >= KEPT) this.#made.delete(this.#made.keys().next().value!);
      this.#made.set(path, made);
    }
    return made;
  }

  async #make<T>(
    path: string,
    make: (path: string, bytes: Uint8Array) => T | Promise<T>,
  ): Promise<T | null> {
    // The record may come from elsewhere, and must not make us read other files.
    if (!isInnerPath(path)) return null;
    const file = join(this.#root, path);
    const limit = path.endsWith(POINTS)
      ? MAX_POINTS_BYTES
      : path.endsWith(".json")
      ? MAX_BOXES_BYTES
      : MAX_BYTES;
    if (Deno.lstatSync(file).isSymlink || Deno.statSync(file).size > limit) return null;
    return await make(path, Deno.readFileSync(file));
  }
}

/** A caption that says of what moves that it stands still here. */
function captionOf(caption: unknown, stands: boolean): { caption?: string } {
  const words = [...(typeof caption === "string" ? [caption] : []), ...(stands ? [STILL] : [])];
  return words.length === 0 ? {} : { caption: words.join(" · ") };
}

async function shrink(path: string, bytes: Uint8Array): Promise<string | null> {
  if (path.endsWith(POINTS)) return await drawPoints(bytes);
  const extension = path.slice(path.lastIndexOf(".") + 1);
  const mime = Object.hasOwn(MIME, extension) ? MIME[extension] : undefined;
  if (mime === undefined) return null;
  const still = extension === "png" || extension === "jpg";
  if (bytes.length <= (still ? SMALL_BYTES : MOVING_BYTES)) return dataUrl(mime, bytes);
  if (!still && extension !== "gif") return null;
  const { shrinkImage } = await import("../media/make/shrink.ts");
  const small = shrinkImage(bytes, extension, SIDE);
  return dataUrl(small.mime, small.bytes);
}

async function drawPoints(bytes: Uint8Array): Promise<string | null> {
  const { parsePoints } = await import("../media/points_file.ts");
  const { pointPixels } = await import("../media/show_points.ts");
  const points = parsePoints(new TextDecoder().decode(bytes));
  const pixels = points && pointPixels(points);
  if (pixels === null) return null;
  const { encodePng } = await import("../media/make/png.ts");
  const { shrinkImage } = await import("../media/make/shrink.ts");
  const small = shrinkImage(encodePng(pixels), "png", SIDE);
  return dataUrl(small.mime, small.bytes);
}

async function shrinkMask(bytes: Uint8Array): Promise<string> {
  const { decodeImage } = await import("../media/make/raster.ts");
  const { shrinkMask, tinted } = await import("../media/image/layers.ts");
  return dataUrl("image/png", tinted(shrinkMask(decodeImage(bytes, "png"), SIDE)));
}

/** The files of the layers of an image, as it was recorded. */
function layersOf(layers: unknown): unknown[] {
  if (typeof layers !== "object" || layers === null) return [];
  return Object.values(layers).slice(0, LAYERS).map((layer) => layer?.path);
}
