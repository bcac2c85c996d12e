import { escapeHtml } from "./escape.ts";
import type { Drawing } from "./types.ts";

const encoder = new TextEncoder();

/**
 * An `<img>` that holds the drawing itself: the one form of a chart that every notebook front end
 * shows, also where it does not trust the notebook.
 */
export function imageTag(drawing: Drawing): string {
  const { svg, alt, width, height } = drawing;
  const source = `data:image/svg+xml;base64,${encoder.encode(svg).toBase64()}`;
  return `<img alt="${escapeHtml(alt)}" width="${width}" height="${height}" ` +
    `style="max-width:100%;height:auto;vertical-align:top" src="${source}">`;
}
