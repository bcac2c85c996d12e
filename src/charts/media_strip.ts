import { conversation, isConversation } from "./conversation.ts";
import { escapeHtml, harmless, truncate } from "./escape.ts";
import { formatNumber } from "./format.ts";
import { pictureTag } from "./picture.ts";
import { htmlTable } from "./table.ts";
import type { MediaView } from "./types.ts";

/** Thumbnails have at most this many CSS pixels a side, and are not enlarged much further. */
const SIZE = 72;
/** One alone has more, and its boxes have their labels. */
const SIZE_ALONE = 192;
/** Those in a table have less. */
const IN_TABLE = { maxSize: 40, minSize: 24, labels: false };
const ROWS = 5;
const COLUMNS = 8;
const MAX_TEXT = 1_000;

/** The last media of each metric: images side by side, and everything else in words. */
export function mediaStrip(media: readonly MediaView[], more = 0): string {
  if (media.length === 0) return "";
  const rest = more === 0
    ? ""
    : `<div style="opacity:.7;font-size:12px">… and ${formatNumber(more)} more with media</div>`;
  return `<div style="margin-top:4px">${media.map(block).join("")}${rest}</div>`;
}

function block({ name, step, pictures, more, words, table, text }: MediaView): string {
  const labels = pictures.length === 1;
  const maxSize = labels ? SIZE_ALONE : SIZE;
  const images = pictures.map((picture) =>
    pictureTag(picture, { maxSize, minSize: Math.round(SIZE / 1.5), labels })
  );
  const facts = [
    `step ${formatNumber(step)}`,
    words === "" ? "" : escapeHtml(harmless(truncate(words, 200), true)),
    more > 0 ? `${formatNumber(more)} more` : "",
  ].filter((fact) => fact !== "");
  const rows = table === undefined
    ? ""
    : isConversation(table)
    ? conversation(table, ROWS)
    : htmlTable(table, { maxRows: ROWS, maxColumns: COLUMNS, thumbnail: IN_TABLE });
  const prose = text === undefined ? "" : `<div style="white-space:pre-wrap;` +
    `overflow-wrap:break-word;max-width:480px;border-left:3px solid rgba(128,128,128,.3);` +
    `padding:0 8px">${escapeHtml(truncate(text, MAX_TEXT))}</div>`;
  const label = escapeHtml(harmless(truncate(name, 60), true));
  return `<div style="display:inline-block;vertical-align:top;max-width:100%;` +
    `margin:4px 24px 2px 0"><div>${label} <span style="opacity:.7;font-size:12px">${
      facts.join(" · ")
    }</span></div>${images.join("")}${rows}${prose}</div>`;
}
