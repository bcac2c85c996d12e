import { imageDimensionsFromData } from "image-dimensions";

/** What an encoded image is. */
export interface ImageFormat {
  /** As W&B calls it, and what its file ends with. */
  readonly format: "png" | "jpg" | "gif" | "webp" | "svg";
  /** In pixels; undefined where it has no size of its own. */
  readonly width?: number;
  readonly height?: number;
  /** Whether bytes are missing at its end. */
  readonly cut: boolean;
}

const FORMATS = { png: "png", jpeg: "jpg", gif: "gif", webp: "webp" } as const;
/** The beginning of a file that is searched. */
const HEAD_BYTES = 65_536;

/**
 * Tells what an encoded image is from its bytes alone: what a file is called proves nothing.
 *
 * @throws {TypeError} When it is no image of a known format.
 */
export function imageFormat(bytes: Uint8Array): ImageFormat {
  const found = imageDimensionsFromData(bytes.subarray(0, HEAD_BYTES)) ??
    imageDimensionsFromData(bytes);
  if (found !== undefined && found.type in FORMATS) {
    const format = FORMATS[found.type as keyof typeof FORMATS];
    const { width, height } = found;
    return { format, width, height, cut: isCut(format, bytes) };
  }
  const svg = svgSize(bytes);
  if (svg !== undefined) return { format: "svg", ...svg, cut: false };
  throw new TypeError("it is no PNG, JPEG, WebP, GIF or SVG image, or only the beginning of one");
}

/** Whether the end that a format demands is missing; bytes after it do no harm. */
function isCut(format: ImageFormat["format"], bytes: Uint8Array): boolean {
  switch (format) {
    case "png": {
      // A checksum follows the name of the last chunk: both have four bytes.
      const end = lastIndexOf(bytes, [0x49, 0x45, 0x4e, 0x44]);
      return end === -1 || end > bytes.length - 8;
    }
    case "jpg":
      return lastIndexOf(bytes, [0xff, 0xd9]) === -1;
    case "gif":
      return bytes.lastIndexOf(0x3b) < Math.max(0, bytes.length - 64);
    case "webp":
      return new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true) + 8 > bytes.length;
    case "svg":
      return false;
  }
}

/** Where a sequence occurs last in the end of the bytes; -1 for nowhere. */
function lastIndexOf(bytes: Uint8Array, sequence: readonly number[]): number {
  const start = Math.max(0, bytes.length - 4_096);
  const end = bytes.subarray(start);
  for (let i = end.lastIndexOf(sequence[0]!); i !== -1; i = end.lastIndexOf(sequence[0]!, i - 1)) {
    if (sequence.every((byte, j) => end[i + j] === byte)) return start + i;
    if (i === 0) break;
  }
  return -1;
}

/** The size of an SVG document; undefined when it is none. */
function svgSize(bytes: Uint8Array): { width?: number; height?: number } | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES));
  const root = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*|<!DOCTYPE[^>[]*>\s*)*<svg\b([^>]*)>/i
    .exec(head)?.[1];
  if (root === undefined) return undefined;
  const attribute = (name: string) =>
    Number(new RegExp(`\\s${name}\\s*=\\s*["']\\s*([\\d.]+)(?:px)?\\s*["']`).exec(root)?.[1]);
  const [, , boxWidth, boxHeight] =
    /\sviewBox\s*=\s*["']([^"']*)["']/.exec(root)?.[1]?.trim().split(/[\s,]+/).map(Number) ?? [];
  const width = attribute("width") || boxWidth;
  const height = attribute("height") || boxHeight;
  return {
    ...(width !== undefined && width > 0 ? { width: Math.round(width) } : {}),
    ...(height !== undefined && height > 0 ? { height: Math.round(height) } : {}),
  };
}
