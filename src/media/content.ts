import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UnrecordableValue } from "../record/encode_value.ts";
import type { Content } from "../record/media_job.ts";
import { formatOfBytes } from "./file_format.ts";

/** A file: its path, or its bytes. */
export type FileSource = string | URL | Uint8Array | ArrayBuffer;

/**
 * Reads a file's source as it is now; a path is read later.
 *
 * @throws {UnrecordableValue} When it is neither a path nor bytes.
 */
export function contentOf(source: FileSource): Content {
  if (source instanceof Uint8Array) return { bytes: new Uint8Array(source) };
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source.slice(0)) };
  if (source instanceof URL) {
    if (source.protocol === "file:") return { path: fileURLToPath(source) };
    throw new UnrecordableValue(`files of ${source.protocol} addresses are not fetched`);
  }
  if (typeof source === "string" && source !== "") return { path: resolve(source) };
  throw new UnrecordableValue("a path or bytes are needed");
}

/** The memory that can go over to the background with a content. */
export function memoryOf(content: Content): ArrayBuffer[] {
  return "bytes" in content ? [content.bytes.buffer] : [];
}

/**
 * What a file is: the given format, or what its path ends with, or its bytes begin with.
 *
 * @throws {UnrecordableValue} When it is none of `formats`.
 */
export function formatOf<Format extends string>(
  content: Content,
  given: string | undefined,
  formats: readonly Format[],
): Format {
  const path = "path" in content ? content.path.toLowerCase() : "";
  const format = given ??
    ("bytes" in content
      ? formatOfBytes(content.bytes, formats)
      : formats.find((known) => path.endsWith(`.${known}`)));
  if (format !== undefined && (formats as readonly string[]).includes(format)) {
    return format as Format;
  }
  const known = `its format is one of ${formats.join(", ")}`;
  if (format === undefined && path === "") {
    throw new UnrecordableValue(`${known}; its bytes do not say which, as { format } does`);
  }
  const found = format ?? path.slice(path.lastIndexOf(".") + 1);
  throw new UnrecordableValue(`${known}, not ${found}`);
}

/** A caption as text: notebooks have no compiler that says that a number is none. */
export function captionText(caption: unknown): string | undefined {
  if (caption === undefined || caption === null || typeof caption === "string") {
    return caption ?? undefined;
  }
  try {
    return String(caption);
  } catch {
    return undefined;
  }
}

/** A caption as a property, where there is one. */
export function captionOf(caption: string | undefined): { caption?: string } {
  return caption === undefined ? {} : { caption };
}

/** The captions of a list as W&B has them, where there is one. */
export function captionsOf(list: readonly { readonly caption: string | undefined }[]): {
  captions?: string[];
} {
  const captions = list.map(({ caption }) => caption ?? "");
  return captions.some((caption) => caption !== "") ? { captions } : {};
}
