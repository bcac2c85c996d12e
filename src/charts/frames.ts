import { escapeHtml, harmless, truncate } from "./escape.ts";

/** How a medium is shown that is no image. */
export interface FrameOptions {
  /** Shown below it. */
  readonly caption?: string;
  /** Said where it cannot be shown. */
  readonly text: string;
}

/** What a stranger's HTML may not do, whatever it says: run, ask other servers, or navigate. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; " +
  "media-src data:";

/**
 * HTML in a frame of its own: without scripts, forms, popups, or access to the page around it, and
 * without requests to anywhere.
 */
export function sandboxed(html: string, { caption, text }: FrameOptions): string {
  const document = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    `<meta name="color-scheme" content="light">${html}`;
  return `<iframe sandbox="" title="${escapeHtml(text)}" style="width:100%;height:240px;` +
    `border:1px solid rgba(128,128,128,.3);background:#fff" srcdoc="${
      escapeAttribute(document)
    }"></iframe>${captionLine(caption)}`;
}

/** A player for sound or video that is in the page itself. */
export function player(kind: "audio" | "video", source: string, options: FrameOptions): string {
  const size = kind === "video" ? "max-width:100%;max-height:360px" : "max-width:100%";
  return `<${kind} controls style="${size}" src="${escapeHtml(source)}">${
    escapeHtml(options.text)
  }</${kind}>${captionLine(options.caption)}`;
}

/** An image, or one that moves, that is in the page itself; `width` is in CSS pixels. */
export function pictured(source: string, { caption, text }: FrameOptions, width?: number): string {
  const size = width === undefined ? "" : ` width="${width}"`;
  return `<img alt="${escapeHtml(text)}"${size} style="max-width:100%;height:auto" src="${
    escapeHtml(source)
  }">${captionLine(caption)}`;
}

/** A line of words in place of what cannot be shown. */
export function described({ caption, text }: FrameOptions): string {
  return `<div style="opacity:.8">${escapeHtml(harmless(text, true))}</div>${captionLine(caption)}`;
}

function captionLine(caption = ""): string {
  if (caption === "") return "";
  const text = harmless(truncate(caption, 300), true);
  return `<div style="font-size:12px;opacity:.75">${escapeHtml(text)}</div>`;
}

/** The whole document must arrive as it is: only what ends an attribute is escaped. */
function escapeAttribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
