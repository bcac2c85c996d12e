import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UnrecordableValue } from "../../record/encode_value.ts";
import type { Content, Pixels } from "../../record/media_job.ts";
import { refuseGivenAway, takeOver } from "../array_memory.ts";
import { copyPixels, type PixelArray, readTensor, type Shape, type TensorLike } from "./pixels.ts";

/** What a canvas draws to: `ImageData` of browsers and of canvas packages. */
export interface ImageDataLike {
  /** Red, green, blue and opacity of each pixel. */
  readonly data: ArrayLike<number>;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** A canvas that gives its content as an encoded image. */
export type CanvasLike =
  | { toBuffer(type: "image/png"): Uint8Array }
  | { toDataURL(type?: "image/png"): string };

/** What an image is made of: a path, encoded bytes or SVG text, pixels, or a canvas. */
export type ImageSource =
  | string
  | URL
  | ArrayBuffer
  | PixelArray
  | TensorLike
  | ImageDataLike
  | CanvasLike;

/** How a source is read. */
export interface Reading {
  readonly shape?: Shape | undefined;
  /** Whether the memory of an array is taken over, and not copied. */
  readonly transfer?: boolean | undefined;
}

/**
 * Reads a source as it is now: what belongs to the user is copied.
 *
 * @throws {UnrecordableValue} When no image can be made of it.
 */
export function readSource(
  source: ImageSource,
  { shape, transfer = false }: Reading,
): Content | Pixels {
  if (typeof source === "string") return fromString(source);
  if (source instanceof URL) return fromUrl(source);
  refuseGivenAway(source);
  if (source instanceof ArrayBuffer) return readBytes(new Uint8Array(source), transfer);
  if (typeof source !== "object" || source === null) {
    throw new UnrecordableValue(
      `an image is not made of ${source === null ? "null" : typeof source}`,
    );
  }
  if ("dataSync" in source) return copyPixels(readTensor(source), shape ?? source.shape);
  if ("toBuffer" in source) return fromBuffer(source.toBuffer("image/png"));
  if ("toDataURL" in source) return fromString(source.toDataURL("image/png"));
  if ("data" in source) {
    const { data, height, width } = source;
    refuseGivenAway(data);
    return copyPixels(data, shape ?? [height, width, data.length / (width * height)], transfer);
  }
  if (shape !== undefined) return copyPixels(source, shape, transfer);
  if (source instanceof Uint8Array) return readBytes(source, transfer);
  throw new UnrecordableValue("an array of pixels needs a shape: { shape: [height, width, 3] }");
}

function readBytes(bytes: Uint8Array, transfer: boolean): Content {
  return { bytes: transfer ? takeOver(bytes) as Uint8Array<ArrayBuffer> : new Uint8Array(bytes) };
}

const DATA_URL = /^data:image\/[a-z0-9.+-]+(?:;[a-z]+=[^;,]*)*(;base64)?,/i;

function fromString(text: string): Content {
  const head = DATA_URL.exec(text);
  if (head !== null) {
    const body = text.slice(head[0].length);
    try {
      return head[1] === undefined
        ? { text: decodeURIComponent(body) }
        : { bytes: Uint8Array.fromBase64(body) };
    } catch {
      throw new UnrecordableValue("its data: URL is damaged");
    }
  }
  if (text.trimStart().startsWith("<")) return { text };
  return text.startsWith("file:") ? fromUrl(new URL(text)) : { path: resolve(text) };
}

function fromUrl(url: URL): Content {
  if (url.protocol === "file:") return { path: fileURLToPath(url) };
  if (url.protocol === "data:") return fromString(url.href);
  throw new UnrecordableValue(
    `an image is not fetched from ${url.protocol} addresses; fetch it first`,
  );
}

function fromBuffer(buffer: unknown): Content {
  if (buffer instanceof Uint8Array) return { bytes: new Uint8Array(buffer) };
  throw new UnrecordableValue("its canvas gives a promise; await it, and give the bytes");
}
