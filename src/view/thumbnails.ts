import { dataUrl } from "../charts/picture.ts";
import { isInnerPath } from "../record/file_list.ts";
import { join, RUN_FILES } from "../record/layout.ts";

/** The longest side of a thumbnail that is made. */
const SIDE = 96;
/** Files up to here are shown as they are. */
const SMALL_BYTES = 6_000;
/** A larger file is not decoded. */
const MAX_BYTES = 16_000_000;
const KEPT = 64;
const MIME: { readonly [extension: string]: string } = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
};

/** Makes small images of the ones in a run, and remembers them. */
export class Thumbnails {
  readonly #root: string;
  /** By path; null for what has none. */
  readonly #made = new Map<string, string | null>();

  constructor(directory: string) {
    this.#root = join(directory, RUN_FILES.files);
  }

  /** The image as a `data:` URL; null when it is too large to be shown small, or is not there. */
  async get(path: string): Promise<string | null> {
    let made = this.#made.get(path);
    if (made === undefined) {
      made = await this.#make(path).catch(() => null);
      if (this.#made.size >= KEPT) this.#made.delete(this.#made.keys().next().value!);
      this.#made.set(path, made);
    }
    return made;
  }

  async #make(path: string): Promise<string | null> {
    const extension = path.slice(path.lastIndexOf(".") + 1);
    const mime = Object.hasOwn(MIME, extension) ? MIME[extension] : undefined;
    // The record may come from elsewhere, and must not make us read other files.
    if (mime === undefined || !isInnerPath(path)) return null;
    const file = join(this.#root, path);
    if (Deno.lstatSync(file).isSymlink || Deno.statSync(file).size > MAX_BYTES) return null;
    const bytes = Deno.readFileSync(file);
    if (bytes.length <= SMALL_BYTES) return dataUrl(mime, bytes);
    if (extension !== "png") return bytes.length <= 4 * SMALL_BYTES ? dataUrl(mime, bytes) : null;
    const { shrinkPng } = await import("../media/make/shrink.ts");
    return dataUrl(mime, shrinkPng(bytes, SIDE));
  }
}
