import type { PlotPicture } from "../views.ts";

/** Pages stay light: what is larger is shown in a frame. */
const LARGEST = 600_000;

const TITLE = block("font-weight:600;font-size:14px");
const SUBTITLE = block("opacity:.8");
const LEGEND = `(?:<div style="font-size:12px">((?:(?!</div>).)*)</div>)?`;
const CAPTION = block("opacity:.8;font-size:12px");
const IMAGE = `<img alt="([^"]*)" width="([\\d.]+)" height="([\\d.]+)" style="[^"]*" ` +
  `src="(data:image/svg\\+xml;base64,[A-Za-z0-9+/=]+)">`;
const DOCUMENT = new RegExp(`^<div>${TITLE}${SUBTITLE}${LEGEND}${IMAGE}${CAPTION}</div>\\s*$`);
const LEGEND_ITEM = /style="color:(#[0-9a-f]{3,8}|rgb\([\d, .]+\))">■<\/span> ([^<]*)<\/span>/gi;
const LEGEND_MORE = /\+ (\d+) more$/;

/**
 * Reads the file in which a chart of Plot is recorded: its picture, which a page shows as an image,
 * and the words around it.
 *
 * @returns Null for HTML that is something else.
 */
export function plotPicture(html: string): PlotPicture | null {
  if (html.length > LARGEST || !html.startsWith("<div>")) return null;
  const parts = DOCUMENT.exec(html);
  if (parts === null) return null;
  const [, title = "", subtitle = "", legend = "", alt = "", width, height, source, caption = ""] =
    parts;
  const items = Array.from(
    legend.matchAll(LEGEND_ITEM),
    ([, color = "", name = ""]) => ({ color, name: unescaped(name) }),
  );
  return {
    title: unescaped(title),
    subtitle: unescaped(subtitle),
    caption: unescaped(caption),
    legend: items,
    moreLegend: Number(LEGEND_MORE.exec(legend)?.[1] ?? 0),
    alt: unescaped(alt),
    source: source!,
    width: Math.round(Number(width)),
    height: Math.round(Number(height)),
  };
}

function block(style: string): string {
  return `(?:<div style="${style}">([^<]*)</div>)?`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&#39;": "'",
};

function unescaped(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity]!);
}
