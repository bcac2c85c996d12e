import { formatCount } from "../../charts/format.ts";
import { flag, type Html, line, markup } from "../html.ts";
import type { MediaItem, MediaList } from "../views.ts";
import { inlineSvg } from "./chart_figure.ts";
import { classList, maskColours, mediaFile } from "./media_file.ts";
import { mediaSteps } from "./media_steps.ts";
import { conversation, mediaTable } from "./media_table.ts";
import { plotFigure } from "./plot_figure.ts";

/** Columns from which a table needs the whole width. */
const WIDE_TABLE = 5;

/** What the run logged beside numbers; room for it where there is nothing yet. */
export function mediaSection({ items, more, steps }: MediaList, url: URL): Html {
  const charts = items.filter((item) => isChart(item));
  const others = items.filter((item) => !isChart(item));
  if (items.length === 0) return markup`<div data-part="media"></div>`;
  const masked = others.some(({ files = [] }) =>
    files.some(({ marks }) => marks !== undefined && marks.masks.length > 0)
  );
  return markup`<div data-part="media"><section id="media" aria-labelledby="media-head">
<div class="section-head"><h2 id="media-head">Media</h2>${steps && mediaSteps(steps, url)}</div>
${masked && maskColours()}${
    charts.length > 0 && markup`<div class="charts">${charts.map(chart)}</div>`
  }
${others.length > 0 && markup`<div class="media">${others.map(figure)}</div>`}
${more > 0 && markup`<p class="foot">${formatCount(more)} more are not shown.</p>`}
</section></div>`;
}

function isChart({ drawing, plot }: MediaItem): boolean {
  return drawing !== undefined || plot !== undefined;
}

function chart({ key, words, drawing, plot }: MediaItem): Html {
  return markup`<figure class="card chart" data-id="${key}"><figcaption>${
    name(key)
  }<span class="soft">${line(words, 100)}</span></figcaption>${
    drawing && inlineSvg(drawing.svg, drawing.alt)
  }${plot && plotFigure(plot)}</figure>
`;
}

function figure(item: MediaItem): Html {
  const { key, words, text, table, page, files = [], size, classes = [], moreFiles = 0 } = item;
  const missing = text === undefined && table === undefined && page === undefined &&
    files.length === 0;
  return markup`<figure class="card medium" data-id="${key}"${
    flag("data-wide", needsWidth(item))
  }><figcaption>${name(key)}<span class="soft">${line(words, 100)}</span></figcaption>
${text !== undefined && markup`<pre class="prose" tabindex="0">${text}</pre>`}${
    table && (table.turns ? conversation(table) : mediaTable(table, key))
  }${page && frame(key, page.href)}${
    files.length > 0 &&
    markup`<div class="strip">${files.map((file) => mediaFile(file, size))}</div>`
  }${classes.length > 0 && classList(classes)}${
    missing && markup`<p class="soft">Its file is not here, or too large to be shown.</p>`
  }${moreFiles > 0 && markup`<p class="foot">${formatCount(moreFiles)} more</p>`}</figure>
`;
}

/** Images beside each other can be compared. */
function needsWidth({ table, files = [], size }: MediaItem): boolean {
  if (table !== undefined) return !table.turns && table.columns.length >= WIDE_TABLE;
  return files.length > 1 && size !== undefined && Math.max(size.width, size.height) > 160;
}

function name(key: string): Html {
  return markup`<b title="${line(key, 500)}">${line(key, 80)}</b>`;
}

/** HTML in a frame of its own: without scripts, and without requests to other servers. */
function frame(key: string, href: string): Html {
  const framed = `${href}${href.includes("?") ? "&" : "?"}framed=true`;
  return markup`<iframe sandbox="" loading="lazy" title="${
    line(key, 100)
  }" src="${framed}"></iframe>
<p class="foot"><a href="${href}" target="_blank" rel="noopener">Open in a tab</a></p>`;
}
