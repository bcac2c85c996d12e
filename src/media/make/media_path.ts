/** What the name of a media file is made of, beside its content. */
export interface MediaPlace {
  /** Below `files/`, such as `media/images`. */
  readonly folder: string;
  /** The metric's name; `/` makes folders. */
  readonly key: string;
  readonly step: number | "summary";
  /** With its dot. */
  readonly extension: string;
}

/** What a file's name cannot hold on some system, or a terminal should not be given. */
// deno-lint-ignore no-control-regex
const UNSAFE = /[\\:*?"<>|\u0000-\u001f\u007f]/g;
/** A part of a path may have 255 bytes; step, hash and extension need their share. */
const MAX_PART = 120;

/**
 * The path of a media file, as W&B has it: `<folder>/<key>_<step>_<first 20 digits of its
 * hash><extension>`. A key cannot lead out of the folder.
 *
 * @example
 * ```ts
 * const place = { folder: "media/images", key: "val/cat", step: 3, extension: ".png" };
 * mediaPath(place, "4deaadfcd304a1b067ff3b890727451f"); // "media/images/val/cat_3_4deaadfcd304a1b067ff.png"
 * ```
 */
export function mediaPath({ folder, key, step, extension }: MediaPlace, sha256: string): string {
  const parts = key.split("/").filter((part) => part !== "").map(safePart);
  return `${folder}/${parts.join("/") || "_"}_${step}_${sha256.slice(0, 20)}${extension}`;
}

function safePart(part: string): string {
  if (part === "." || part === "..") return part.replaceAll(".", "_");
  return part.slice(0, MAX_PART).toWellFormed().replace(UNSAFE, "_");
}
