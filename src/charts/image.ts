import { escapeHtml } from "./escape.ts";
import type { Drawing } from "./types.ts";

const encoder = new TextEncoder();

/**
 * An `<img>` that holds the drawing itself: the one form of a chart that every notebook front end
 * shows, also where it does not trust the notebook.
 *
 * @param shrinks Whether it becomes smaller where there is less room. In a column of a table it
 * would then become nothing beside long words.
 */
export function imageTag(
  drawing: Drawing,
  { shrinks = true }: { readonly shrinks?: boolean } = {},
): string {
  const { svg, alt, width, height } = drawing;
  const source = `data:image/svg+xml;base64,${encoder.encode(svg).toBase64()}`;
  return `<img alt="${escapeHtml(alt)}" width="${width}" height="${height}" ` +
    `style="max-width:${
      shrinks ? "100%" : "none"
    };height:auto;vertical-align:top" src="${source}">`;
}
