import { escapeHtml, harmless, truncate } from "./escape.ts";
import { FONT } from "./palette.ts";
import { panel } from "./panel.ts";
import type { PanelView } from "./types.ts";

const STYLE = `:root{color-scheme:light dark}
body{margin:0 auto;max-width:1120px;padding:24px 16px 48px;font:15px/1.5 ${FONT};
background:#fff;color:#1b1d21;-webkit-text-size-adjust:100%}
img{max-width:100%;height:auto}
details>summary{padding:4px 0}
@media(prefers-color-scheme:dark){body{background:#111;color:#e6e7ea}}`;

/**
 * A run as one HTML document that needs nothing else: no script, no server, no other file.
 *
 * @param view What the panel shows.
 * @param extraHtml Trusted HTML that follows the panel.
 */
export function page(view: PanelView, extraHtml = ""): string {
  const title = [view.name, view.project].filter((part) => part !== "")
    .map((part) => escapeHtml(harmless(truncate(part, 100), true))).join(" · ");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${panel(view, { chartWidth: 340, chartHeight: 180 })}
${extraHtml}
</main>
</body>
</html>
`;
}
