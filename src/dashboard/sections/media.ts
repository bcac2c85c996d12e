import { formatCount, formatNumber } from "../../charts/format.ts";
import { flag, type Html, line, markup } from "../html.ts";
import type { MediaFile, MediaItem, MediaList, MediaTable } from "../views.ts";
import { inlineSvg } from "./chart_figure.ts";

const PICTURE = /\.(?:png|jpe?g|gif|webp|svg)$/i;
const SOUND = /\.(?:wav|mp3|ogg)$/i;
const VIDEO = /\.(?:mp4|webm)$/i;

/** What the run logged last beside numbers; room for it where there is nothing yet. */
export function mediaSection({ items, more }: MediaList): Html {
  const drawings = items.filter(({ drawing }) => drawing !== undefined);
  const others = items.filter(({ drawing }) => drawing === undefined);
  if (items.length === 0) return markup`<div data-part="media"></div>`;
  return markup`<div data-part="media"><section id="media" aria-labelledby="media-head">
<div class="section-head"><h2 id="media-head">Media</h2></div>
${drawings.length > 0 && markup`<div class="charts">${drawings.map(drawingFigure)}</div>`}
${others.length > 0 && markup`<div class="media">${others.map(figure)}</div>`}
${more > 0 && markup`<p class="foot">${formatCount(more)} more are not shown.</p>`}
</section></div>`;
}

function drawingFigure({ key, words, drawing }: MediaItem): Html {
  return markup`<figure class="card chart"><figcaption>${name(key)}<span class="soft">${
    line(words, 100)
  }</span></figcaption>${drawing && inlineSvg(drawing.svg, drawing.alt)}</figure>
`;
}

function figure(
  { key, words, text, table, files = [], small = false, moreFiles = 0 }: MediaItem,
): Html {
  const missing = text === undefined && table === undefined && files.length === 0;
  return markup`<figure class="card medium"${flag("data-wide", table !== undefined)}${
    flag("data-small", small)
  }><figcaption>${name(key)}<span class="soft">${line(words, 100)}</span></figcaption>
${text !== undefined && markup`<pre class="prose">${text}</pre>`}${
    table !== undefined && mediaTable(table)
  }${files.length > 0 && markup`<div class="strip">${files.map(medium)}</div>`}${
    missing && markup`<p class="soft">Its file is not here, or too large to be shown.</p>`
  }${moreFiles > 0 && markup`<p class="foot">${formatCount(moreFiles)} more</p>`}</figure>
`;
}

function name(key: string): Html {
  return markup`<b title="${line(key, 500)}">${line(key, 80)}</b>`;
}

function medium({ path, caption, href }: MediaFile): Html {
  const text = caption !== "" && markup`<small>${line(caption, 200)}</small>`;
  if (PICTURE.test(path)) return markup`<div>${picture({ path, caption, href })}${text}</div>`;
  if (SOUND.test(path)) {
    return markup`<div><audio controls preload="none" src="${href}"></audio>${text}</div>`;
  }
  if (VIDEO.test(path)) {
    return markup`<div><video controls preload="none" src="${href}"></video>${text}</div>`;
  }
  const label = caption === "" ? path.slice(path.lastIndexOf("/") + 1) : caption;
  return markup`<a href="${href}" target="_blank" rel="noopener">${line(label, 100)}</a>`;
}

function picture({ path, caption, href }: MediaFile): Html {
  const alt = caption === "" ? path.slice(path.lastIndexOf("/") + 1) : caption;
  return markup`<a href="${href}" target="_blank" rel="noopener"><img loading="lazy" src="${href}" alt="${
    line(alt, 200)
  }"></a>`;
}

function mediaTable({ columns, rows, moreColumns, moreRows, href }: MediaTable): Html {
  const isNumber = (i: number) => rows.every((row) => typeof row[i] === "number");
  const number = columns.map((_name, i) => isNumber(i) && markup` class="number"`);
  const cell = (value: MediaTable["rows"][number][number]) => {
    if (typeof value === "number") return formatNumber(value);
    return typeof value === "string" ? line(value, 200) : medium(value);
  };
  const left = [
    ...(moreRows > 0 ? [`${formatCount(moreRows)} more rows`] : []),
    ...(moreColumns > 0 ? [`${formatCount(moreColumns)} more columns`] : []),
  ];
  return markup`<div class="wide" tabindex="0" role="group" aria-label="Table"><table><thead><tr>${
    columns.map((column, i) => markup`<th scope="col"${number[i]}>${line(column, 80)}</th>`)
  }</tr></thead><tbody>${
    rows.map((row) =>
      markup`<tr>${row.map((value, i) => markup`<td${number[i]}>${cell(value)}</td>`)}</tr>
`
    )
  }</tbody></table></div><p class="foot">${left.length > 0 && markup`${left.join(", ")} · `}<a
href="${href}" download>Download</a></p>`;
}
