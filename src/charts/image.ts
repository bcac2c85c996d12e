import { escape } from "./escape.ts";
import type { Drawing } from "./types.ts";

/**
 * A drawing as an HTML image. Every notebook front end shows it, also in a notebook that is not
 * trusted, where an SVG element would be removed.
 */
export function imageTag({ svg, alt, width, height }: Drawing): string {
  const bytes = new TextEncoder().encode(svg);
  const src = `data:image/svg+xml;base64,${bytes.toBase64()}`;
  // Decoded with the page: otherwise an image that is replaced four times a second flickers.
  return `<img alt="${
    escape(alt)
  }" width="${width}" height="${height}" decoding="sync" src="${src}" ` +
    `style="max-width:100%">`;
}
