import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { ensureDirSync } from "@std/fs";
import { type FileListWriter, isGone } from "../../record/file_list.ts";
import { join, RUN_FILES } from "../../record/layout.ts";
import type { Content } from "../../record/media_job.ts";
import { writeAllSync } from "../../record/write_all.ts";
import { mediaPath, type MediaPlace } from "./media_path.ts";

/** A file that was written: what every value that refers to it holds. */
export type WrittenFile = {
  readonly sha256: string;
  readonly size: number;
  /** Below `files/`. */
  readonly path: string;
};

/** Larger files are saved with `save()`, which does not have to copy them. */
const MAX_MEDIA_BYTES = 2 ** 31 - 1;
const CHUNK_BYTES = 1_048_576;
const MAX_REMEMBERED = 10_000;

/** Writes the files of media: under the name that their content gives them, and each once. */
export class MediaFiles {
  readonly #directory: string;
  readonly #root: string;
  readonly #list: FileListWriter;
  readonly #written = new Set<string>();

  /** @param list Where they are said to be ready. */
  constructor(directory: string, list: FileListWriter) {
    this.#directory = directory;
    this.#root = join(directory, RUN_FILES.files);
    this.#list = list;
  }

  /**
   * Writes a file.
   *
   * @throws {Error} When it cannot be read or written, or is too large.
   */
  write(content: Content, place: MediaPlace): WrittenFile {
    if ("path" in content) return this.#copy(content.path, place);
    const bytes = "text" in content ? new TextEncoder().encode(content.text) : content.bytes;
    checkMediaSize(bytes.length);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const file = { sha256, size: bytes.length, path: mediaPath(place, sha256) };
    this.#place(file, (target) => writeFile(target, [bytes]));
    return file;
  }

  /** Writes what is too long to be uploaded as a run's file; it is kept beside them. */
  writeWhole(text: string, place: MediaPlace): void {
    const bytes = new TextEncoder().encode(text);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const path = mediaPath({ ...place, folder: RUN_FILES.artifacts }, sha256);
    writeInto(join(this.#directory, path), (target) => writeFile(target, [bytes]));
  }

  /** Copies a file piece by piece: its content is hashed as it goes by. */
  #copy(source: string, place: MediaPlace): WrittenFile {
    const whole = sizeOfMediaFile(source);
    const temporary = join(this.#directory, `.copy-${crypto.randomUUID()}`);
    try {
      const hash = createHash("sha256");
      const size = writeFile(temporary, readChunks(source, whole), (chunk) => hash.update(chunk));
      const sha256 = hash.digest("hex");
      const file = { sha256, size, path: mediaPath(place, sha256) };
      this.#place(file, (target) => Deno.renameSync(temporary, target));
      return file;
    } finally {
      removeIfThere(temporary);
    }
  }

  /** Says that a file is ready, when it is in its place. */
  #place(file: WrittenFile, write: (target: string) => void): void {
    const target = join(this.#root, file.path);
    if (this.#written.has(file.path) && !isGone(target)) return;
    writeInto(target, write);
    // What is forgotten is written again, and is the same.
    if (this.#written.size >= MAX_REMEMBERED) this.#written.clear();
    this.#written.add(file.path);
    this.#list.add({ ...file, policy: "now" });
  }
}

/** A file that could not be written whole is taken away: nothing refers to it. */
function writeInto(target: string, write: (target: string) => void): void {
  ensureDirSync(dirname(target));
  try {
    write(target);
  } catch (error) {
    removeIfThere(target);
    throw error;
  }
}

/** Writes a new file; gives how many bytes it has. */
function writeFile(
  path: string,
  chunks: Iterable<Uint8Array>,
  seen?: (chunk: Uint8Array) => void,
): number {
  const file = Deno.openSync(path, { write: true, create: true, truncate: true });
  try {
    let size = 0;
    for (const chunk of chunks) {
      seen?.(chunk);
      if (writeAllSync(file, chunk).length > 0) throw new Error("the disk is full");
      size += chunk.length;
    }
    return size;
  } finally {
    file.close();
  }
}

/** What a file holds up to a size: it may grow while it is read. */
function* readChunks(path: string, size: number): Generator<Uint8Array> {
  const file = Deno.openSync(path);
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let left = size; left > 0;) {
      const n = file.readSync(chunk.subarray(0, left));
      if (n === null) return;
      left -= n;
      yield chunk.subarray(0, n);
    }
  } finally {
    file.close();
  }
}

/**
 * The size of a file that a medium is made of.
 *
 * @throws {TypeError} When it is none: a device may never end, and a pipe may never begin.
 * @throws {RangeError} When it is too large for a medium.
 */
export function sizeOfMediaFile(path: string): number {
  const { isFile, size } = Deno.statSync(path);
  if (!isFile) throw new TypeError(`${JSON.stringify(path)} is not a file`);
  checkMediaSize(size);
  return size;
}

/** @throws {RangeError} When a file is too large for a medium. */
export function checkMediaSize(size: number): void {
  if (size > MAX_MEDIA_BYTES) {
    throw new RangeError(
      `it has ${size} bytes, of at most ${MAX_MEDIA_BYTES}; save() takes files of any size`,
    );
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was moved to its place, or never made.
  }
}
