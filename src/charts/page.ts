import { escape } from "./escape.ts";
import { panel } from "./panel.ts";
import { FONT } from "./palette.ts";
import type { PanelView } from "./types.ts";

/** A run as one HTML document that needs nothing else: no script, no server. */
export function page(view: PanelView): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(view.name)} · ${escape(view.project)}</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 15px/1.5 ${FONT}; max-width: 1100px; margin: 24px auto; padding: 0 16px; }
  img { height: auto; }
</style>
</head>
<body>
${panel(view, { chartWidth: 340, chartHeight: 170 })}
</body>
</html>
`;
}
